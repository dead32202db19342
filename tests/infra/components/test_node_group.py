from dataclasses import replace

from infra.components.node_group import NodeGroup, NodeGroupArgs
from infra.shared.choices import AmiType, CapacityType
from tests.infra.recorder import record_component

ARGS = NodeGroupArgs(
    cluster_name="fortress-dev",
    role_arn="arn:role:node",
    kubernetes_version="1.35",
    name_prefix="fortress-dev-",
    subnet_ids=["subnet-a", "subnet-b"],
    ami_type=AmiType.ARM_64,
    ami_release=None,
    instance_types=["m7g.large", "m6g.large"],
    capacity_type=CapacityType.SPOT,
    least_nodes=2,
    first_nodes=3,
    most_nodes=6,
    most_unavailable_percent=33,
    volume_gib=50,
    volume_key_arn="arn:key:nodes",
    tags={"Owner": "platform"},
)
GRAPH = record_component(lambda opts: NodeGroup("node-group", ARGS, opts))
GROUP = GRAPH.one("aws:eks/nodeGroup:NodeGroup")
TEMPLATE = GRAPH.one("aws:ec2/launchTemplate:LaunchTemplate")


def test_the_group_asks_for_what_was_configured() -> None:
    assert GROUP.inputs == {
        "clusterName": "fortress-dev",
        "nodeGroupNamePrefix": "fortress-dev-",
        "nodeRoleArn": "arn:role:node",
        "subnetIds": ["subnet-a", "subnet-b"],
        "version": "1.35",
        "amiType": "AL2023_ARM_64_STANDARD",
        "capacityType": "SPOT",
        "instanceTypes": ["m7g.large", "m6g.large"],
        "launchTemplate": {"id": "node-group-id", "version": "1"},
        "scalingConfig": {"minSize": 2, "desiredSize": 3, "maxSize": 6},
        "updateConfig": {"maxUnavailablePercentage": 33},
        "nodeRepairConfig": {"enabled": True},
    }


def test_how_many_nodes_there_are_is_the_autoscalers_from_the_second_up_on() -> None:
    assert GROUP.ignore_changes == ("scalingConfig.desiredSize",)


def test_a_build_of_the_image_can_be_said() -> None:
    args = replace(ARGS, ami_release="1.35.3-20260701")
    graph = record_component(lambda opts: NodeGroup("node-group", args, opts))
    assert graph.one("aws:eks/nodeGroup:NodeGroup").inputs["releaseVersion"] == "1.35.3-20260701"


def test_no_pod_reaches_the_credentials_of_its_node() -> None:
    assert TEMPLATE.inputs["metadataOptions"] == {
        "httpEndpoint": "enabled",
        "httpTokens": "required",
        "httpPutResponseHopLimit": 1,
    }


def test_what_a_node_writes_is_under_the_key_and_goes_with_it() -> None:
    (disk,) = TEMPLATE.inputs["blockDeviceMappings"]
    assert disk == {
        "deviceName": "/dev/xvda",
        "ebs": {
            "volumeType": "gp3",
            "volumeSize": 50,
            "encrypted": "true",
            "kmsKeyId": "arn:key:nodes",
            "deleteOnTermination": "true",
        },
    }


def test_nobody_logs_in_and_eks_chooses_image_and_security_group() -> None:
    assert not {"keyName", "imageId", "userData", "vpcSecurityGroupIds", "networkInterfaces"} & set(TEMPLATE.inputs)
    assert "remoteAccess" not in GROUP.inputs


def test_machines_volumes_and_interfaces_are_tagged_like_everything_else() -> None:
    tagged = {each["resourceType"]: each["tags"] for each in TEMPLATE.inputs["tagSpecifications"]}
    assert set(tagged) == {"instance", "network-interface", "volume"}
    assert all(tags == {"Owner": "platform", "Name": "node-group"} for tags in tagged.values())
