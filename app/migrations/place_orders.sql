-- Decides a batch of orders in one statement: the arrays hold one order at each position.
-- Locks are taken in one order (product, size), so two batches never wait for each other in a circle; keys are
-- tried and never waited for. 'undecided' means: earlier orders of this batch come first, ask again.
CREATE FUNCTION place_orders(
    order_ids text[], customer_ids text[], product_ids text[], sizes integer[], quantities integer[],
    keys text[], fingerprints bytea[], traceparents text[]
) RETURNS TABLE (outcome text, order_id text, replayed boolean)
LANGUAGE plpgsql
SET enable_seqscan = off SET enable_hashjoin = off SET enable_mergejoin = off
SET plan_cache_mode = force_generic_plan
AS $$
#variable_conflict use_column
DECLARE
    placed_at CONSTANT timestamptz := clock_timestamp();
    key_locks boolean[];
BEGIN
    IF EXISTS (SELECT FROM unnest(keys) AS given(key) WHERE given.key IS NOT NULL) THEN
        SELECT array_agg(
            given.key IS NULL OR pg_try_advisory_xact_lock(hashtextextended(given.customer_id || E'\n' || given.key, 0))
            ORDER BY given.position
        ) INTO key_locks
        FROM unnest(customer_ids, keys) WITH ORDINALITY AS given(customer_id, key, position);
    END IF;

    PERFORM FROM inventory AS stock
    WHERE (stock.product_id, stock.size) IN (SELECT * FROM unnest(product_ids, sizes))
    ORDER BY stock.product_id, stock.size
    FOR NO KEY UPDATE;

    RETURN QUERY
    WITH request AS MATERIALIZED (
        SELECT given.*,
            product.id IS NOT NULL AS product_exists, product.unit_price_cents, product.currency, stock.available,
            known.order_id AS known_order_id, known.outcome AS known_outcome,
            known.fingerprint = given.fingerprint AS same_body,
            COALESCE(key_locks[given.position], true) AS key_is_ours,
            row_number() OVER (PARTITION BY given.customer_id, given.key ORDER BY given.position) AS key_turn
        FROM unnest(
            order_ids, customer_ids, product_ids, sizes, quantities, keys, fingerprints, traceparents
        ) WITH ORDINALITY AS given(
            order_id, customer_id, product_id, size, quantity, key, fingerprint, traceparent, position
        )
        LEFT JOIN products AS product ON product.id = given.product_id
        LEFT JOIN inventory AS stock ON stock.product_id = given.product_id AND stock.size = given.size
        LEFT JOIN idempotency_keys AS known ON known.customer_id = given.customer_id AND known.key = given.key
    ), refused AS (
        SELECT request.*, CASE
            WHEN NOT same_body THEN 'key_reused'
            WHEN known_outcome IS NOT NULL THEN known_outcome
            WHEN NOT key_is_ours OR (key IS NOT NULL AND key_turn > 1) THEN 'key_in_flight'
            WHEN NOT product_exists THEN 'product_not_found'
            WHEN available IS NULL THEN 'size_not_offered'
            WHEN quantity > available THEN 'out_of_stock'
        END AS early_outcome
        FROM request
    ), judged AS MATERIALIZED (
        SELECT refused.*, COALESCE(early_outcome, CASE
            WHEN sum(quantity) FILTER (WHERE early_outcome IS NULL)
                OVER (PARTITION BY product_id, size ORDER BY position) <= available THEN 'confirmed'
            ELSE 'undecided'
        END) AS outcome, COALESCE(early_outcome = known_outcome, false) AS replayed
        FROM refused
    ), placed AS (
        INSERT INTO orders (
            id, customer_id, product_id, size, quantity, unit_price_cents, currency, status, created_at, updated_at
        )
        SELECT order_id, customer_id, product_id, size, quantity, unit_price_cents, currency, 'confirmed',
            placed_at, placed_at
        FROM judged WHERE outcome = 'confirmed' AND NOT replayed
    ), announced AS (
        INSERT INTO outbox (event_id, event_type, order_id, traceparent, created_at, payload)
        SELECT event_id, 'order.created', order_id, traceparent, placed_at, json_build_object(
            'specversion', '1.0', 'id', event_id, 'source', '/api/v2/orders', 'type', 'order.created',
            'subject', order_id, 'time', placed_at, 'datacontenttype', 'application/json',
            'dataschema', 'order.created/1', 'data', json_build_object(
                'order_id', order_id, 'customer_id', customer_id, 'product_id', product_id, 'size', size,
                'quantity', quantity, 'unit_price_cents', unit_price_cents, 'currency', currency,
                'status', 'confirmed'
            )
        )
        FROM (SELECT judged.*, gen_random_uuid() AS event_id FROM judged) AS event
        WHERE outcome = 'confirmed' AND NOT replayed
    ), remembered AS (
        INSERT INTO idempotency_keys (customer_id, key, fingerprint, outcome, order_id, created_at)
        SELECT customer_id, key, fingerprint, outcome, order_id, placed_at
        FROM judged WHERE key IS NOT NULL AND NOT replayed AND outcome IN ('confirmed', 'out_of_stock')
    ), taken AS (
        UPDATE inventory AS stock SET available = stock.available - sold.quantity
        FROM (
            SELECT product_id, size, sum(quantity) AS quantity
            FROM judged WHERE outcome = 'confirmed' AND NOT replayed GROUP BY product_id, size
        ) AS sold
        WHERE stock.product_id = sold.product_id AND stock.size = sold.size
    )
    SELECT outcome, CASE WHEN replayed THEN known_order_id ELSE order_id END, replayed
    FROM judged ORDER BY position;
END
$$
