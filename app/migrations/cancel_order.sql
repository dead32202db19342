-- Cancels one order: its pairs return to stock and its event is written, all or nothing; gives the order as it then is.
-- An order that is not 'confirmed' stays as it is, so repeating a cancellation changes nothing; no row: no such order.
CREATE FUNCTION cancel_order(cancelled_id text, cancelled_by text, caused_by text) RETURNS SETOF orders
LANGUAGE plpgsql
AS $$
DECLARE
    event_id CONSTANT uuid := gen_random_uuid();
    known orders;
BEGIN
    SELECT * INTO known FROM orders WHERE id = cancelled_id FOR NO KEY UPDATE;
    IF known.status = 'confirmed' THEN
        UPDATE inventory SET available = available + known.quantity
        WHERE product_id = known.product_id AND size = known.size;
        UPDATE orders SET status = 'cancelled', version = version + 1, updated_at = clock_timestamp()
        WHERE id = cancelled_id RETURNING * INTO known;
        INSERT INTO outbox (event_id, event_type, order_id, traceparent, created_at, payload)
        VALUES (event_id, 'order.cancelled', cancelled_id, caused_by, known.updated_at, json_build_object(
            'specversion', '1.0', 'id', event_id, 'source', '/api/v2/orders', 'type', 'order.cancelled',
            'subject', cancelled_id, 'time', known.updated_at, 'datacontenttype', 'application/json',
            'dataschema', 'order.cancelled/1', 'data', json_build_object(
                'order_id', cancelled_id, 'customer_id', known.customer_id, 'product_id', known.product_id,
                'size', known.size, 'quantity', known.quantity, 'unit_price_cents', known.unit_price_cents,
                'currency', known.currency, 'status', 'cancelled', 'cancelled_by', cancelled_by
            )
        ));
    END IF;
    RETURN QUERY SELECT * FROM orders WHERE id = cancelled_id;
END
$$
