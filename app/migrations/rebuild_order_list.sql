-- Copies the next orders after that id into the list, at most so many; gives the last one's id, NULL behind the end.
-- Events may go on meanwhile: of a row that is newer already nothing is overwritten.
CREATE FUNCTION rebuild_order_list(after text, most integer) RETURNS text
LANGUAGE sql
AS $$
    WITH batch AS MATERIALIZED (
        SELECT * FROM orders WHERE id > after ORDER BY id LIMIT most
    ), listed AS (
        INSERT INTO order_list AS known (
            id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, payment_status, version,
            created_at, updated_at
        )
        SELECT id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, payment_status, version,
            created_at, updated_at
        FROM batch ORDER BY id
        ON CONFLICT (id) DO UPDATE SET
            customer_id = excluded.customer_id, product_id = excluded.product_id, size = excluded.size,
            quantity = excluded.quantity, unit_price_cents = excluded.unit_price_cents, currency = excluded.currency,
            status = excluded.status, payment_status = excluded.payment_status, version = excluded.version,
            created_at = excluded.created_at, updated_at = excluded.updated_at
        WHERE known.version <= excluded.version
    )
    SELECT max(id) FROM batch
$$
