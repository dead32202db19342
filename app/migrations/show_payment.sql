-- Shows on an order how far its payment got, and writes its event; the same status again changes nothing.
CREATE FUNCTION show_payment(shown_id text, shown_status text, caused_by text) RETURNS void
LANGUAGE plpgsql
AS $$
DECLARE
    known orders;
BEGIN
    UPDATE orders SET payment_status = shown_status, version = version + 1, updated_at = clock_timestamp()
    WHERE id = shown_id AND payment_status <> shown_status RETURNING * INTO known;
    IF FOUND THEN
        PERFORM tell_order(known, 'order.payment_changed', caused_by);
    END IF;
END
$$
