import pulumi

from infra.components.spot_nodes import SpotNodes, SpotNodesArgs
from tests.infra.recorder import record_component


def test_the_pool_takes_spot_machines_before_the_built_in_ones_and_ends_what_is_empty() -> None:
    def make(opts: pulumi.ResourceOptions) -> SpotNodes:
        return SpotNodes("spot-nodes", SpotNodesArgs(most_processors=16), opts)

    spec = record_component(make).one("kubernetes:karpenter.sh/v1:NodePool").inputs["spec"]
    asked = {each["key"]: each["values"] for each in spec["template"]["spec"]["requirements"]}
    assert asked["karpenter.sh/capacity-type"] == ["spot", "on-demand"]
    assert asked["kubernetes.io/arch"] == ["arm64", "amd64"]
    assert spec["weight"] > 0
    assert spec["limits"] == {"cpu": "16"}
    assert spec["disruption"] == {"consolidationPolicy": "WhenEmptyOrUnderutilized", "consolidateAfter": "1m"}
    assert spec["template"]["spec"]["nodeClassRef"]["kind"] == "NodeClass"
