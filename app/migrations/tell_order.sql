-- Writes into the outbox that an order changed, with the order as it now is; `more` goes into the event's data.
CREATE FUNCTION tell_order(known orders, event_type text, caused_by text, more jsonb DEFAULT '{}') RETURNS void
LANGUAGE sql
AS $$
    INSERT INTO outbox (event_id, event_type, order_id, traceparent, created_at, payload)
    SELECT made.event_id, event_type, known.id, caused_by, known.updated_at, json_build_object(
        'specversion', '1.0', 'id', made.event_id, 'source', '/api/v2/orders', 'type', event_type,
        'subject', known.id, 'time', known.updated_at, 'datacontenttype', 'application/json',
        'dataschema', event_type || '/1', 'data', jsonb_build_object(
            'order_id', known.id, 'customer_id', known.customer_id, 'product_id', known.product_id,
            'size', known.size, 'quantity', known.quantity, 'unit_price_cents', known.unit_price_cents,
            'currency', known.currency, 'status', known.status, 'payment_status', known.payment_status,
            'version', known.version, 'placed_at', known.created_at
        ) || more
    )
    FROM (SELECT gen_random_uuid() AS event_id) AS made
$$
