from infra.components.workload.trust import Trust
from tests.infra.recorder import Registered, record_component


def trust(certificate: str) -> Registered:
    return record_component(lambda opts: Trust("trust", certificate, opts)).one("kubernetes:core/v1:ConfigMap")


def test_a_new_certificate_is_a_new_config_map_so_that_pods_start_anew() -> None:
    first, second = trust("first"), trust("second")
    assert first.inputs["data"] == {"database.pem": "first"}
    assert first.inputs["metadata"]["name"] != second.inputs["metadata"]["name"]
