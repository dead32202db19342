from infra.components.cluster_services import ClusterServices, ClusterServicesArgs
from tests.infra.recorder import record_component


def test_names_and_measurements_are_pinned_add_ons() -> None:
    args = ClusterServicesArgs(
        cluster_name="fortress-dev", coredns_version="v1.14.2-eksbuild.4", metrics_server_version="v0.8.0-eksbuild.2"
    )
    graph = record_component(lambda opts: ClusterServices("cluster-services", args, opts))
    assert {each.name: each.inputs for each in graph.of_type("aws:eks/addon:Addon")} == {
        "cluster-services-coredns": {
            "clusterName": "fortress-dev",
            "addonName": "coredns",
            "addonVersion": "v1.14.2-eksbuild.4",
        },
        "cluster-services-metrics-server": {
            "clusterName": "fortress-dev",
            "addonName": "metrics-server",
            "addonVersion": "v0.8.0-eksbuild.2",
        },
    }
