from infra.components.workload import queries

WINDOW = {"window_seconds": 30, "least_requests": 20}


def test_a_version_that_only_fails_is_told_from_one_that_nobody_asked() -> None:
    query = queries.success_percent("orders-canary", **WINDOW)
    assert 'response_code=~"5.."' in query
    assert "or vector(0)" in query


def test_nothing_is_concluded_from_too_few_requests() -> None:
    for query in (queries.success_percent("orders-canary", **WINDOW), queries.p99_milliseconds("s", **WINDOW)):
        assert query.endswith("[30s])) >= 20")


def test_requests_are_those_of_one_service_of_the_namespace() -> None:
    query = queries.p99_milliseconds("orders-canary", **WINDOW)
    assert 'destination_service_namespace="orders", destination_service_name="orders-canary"' in query
    assert query.startswith("histogram_quantile(0.99, sum by (le)")


def test_memory_is_the_fullest_pod_s_of_the_version() -> None:
    query = queries.saturation_percent("abc")
    assert query.startswith("100 * max(container_memory_working_set_bytes")
    assert 'pod=~"orders-api-abc-.*"' in query


def test_an_order_is_confirmed_by_201() -> None:
    query = queries.confirmed_percent("abc", window_seconds=30)
    assert 'http_response_status_code="201"' in query
    assert 'rollouts_pod_template_hash="abc"' in query
