-- Cancels one order: its pairs return to stock and its event is written, all or nothing; gives the order as it then is.
-- An order that is not 'confirmed' stays as it is, so repeating a cancellation changes nothing; no row: no such order.
CREATE OR REPLACE FUNCTION cancel_order(cancelled_id text, cancelled_by text, caused_by text) RETURNS SETOF orders
LANGUAGE plpgsql
AS $$
DECLARE
    known orders;
BEGIN
    SELECT * INTO known FROM orders WHERE id = cancelled_id FOR NO KEY UPDATE;
    IF known.status = 'confirmed' THEN
        UPDATE inventory SET available = available + known.quantity
        WHERE product_id = known.product_id AND size = known.size;
        UPDATE orders SET status = 'cancelled', version = version + 1, updated_at = clock_timestamp()
        WHERE id = cancelled_id RETURNING * INTO known;
        PERFORM tell_order(known, 'order.cancelled', caused_by, jsonb_build_object('cancelled_by', cancelled_by));
    END IF;
    RETURN QUERY SELECT * FROM orders WHERE id = cancelled_id;
END
$$
