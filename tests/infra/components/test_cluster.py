import json

import yaml

from infra.components.cluster import AutoModeArgs, Cluster, ClusterAccess, ClusterArgs
from infra.shared.arn import Account
from tests.infra.recorder import Graph, record_component

AUTO_MODE = AutoModeArgs(metrics_server_version="v0.8.0-eksbuild.2")


def cluster(public_access_cidrs: tuple[str, ...] = (), auto_mode: AutoModeArgs | None = AUTO_MODE) -> Graph:
    args = ClusterArgs(
        account=Account(account_id="123456789012", region="eu-central-1"),
        cluster_name="fortress-dev",
        version="1.35",
        subnet_ids=["subnet-a", "subnet-b"],
        service_cidr="172.20.0.0/16",
        public_access_cidrs=public_access_cidrs,
        secrets_key_arn="arn:key:cluster",
        log_key_arn="arn:key:telemetry",
        log_retention_days=14,
        access={
            "platform": ClusterAccess(principal_arn="arn:role:platform", policy="AmazonEKSClusterAdminPolicy"),
            "plan": ClusterAccess(principal_arn="arn:role:plan", policy="AmazonEKSAdminViewPolicy"),
        },
        auto_mode=auto_mode,
        deletion_protection=True,
        alarm_topic_arn="arn:topic",
    )
    return record_component(lambda opts: Cluster("cluster", args, opts))


GRAPH = cluster()
WITHOUT_NODES = cluster(auto_mode=None)
EKS = GRAPH.one("aws:eks/cluster:Cluster")


def test_nobody_administers_by_having_created() -> None:
    assert EKS.inputs["accessConfig"] == {
        "authenticationMode": "API",
        "bootstrapClusterCreatorAdminPermissions": False,
    }


def test_each_principal_has_one_entry_and_one_policy() -> None:
    policies = {
        association.inputs["principalArn"]: association.inputs["policyArn"].rpartition("/")[2]
        for association in GRAPH.of_type("aws:eks/accessPolicyAssociation:AccessPolicyAssociation")
    }
    assert policies == {
        "arn:role:platform": "AmazonEKSClusterAdminPolicy",
        "arn:role:plan": "AmazonEKSAdminViewPolicy",
    }
    entries = GRAPH.of_type("aws:eks/accessEntry:AccessEntry")
    assert {entry.inputs["principalArn"] for entry in entries} == set(policies)


def test_auto_mode_is_whole() -> None:
    assert EKS.inputs["computeConfig"]["enabled"] is True
    assert EKS.inputs["kubernetesNetworkConfig"]["elasticLoadBalancing"] == {"enabled": True}
    assert EKS.inputs["storageConfig"] == {"blockStorage": {"enabled": True}}
    assert EKS.inputs["bootstrapSelfManagedAddons"] is False


def test_without_auto_mode_nothing_of_it_is_left_and_the_control_plane_has_fewer_rights() -> None:
    bare = WITHOUT_NODES.one("aws:eks/cluster:Cluster")
    assert not {"computeConfig", "storageConfig"} & set(bare.inputs)
    assert bare.inputs["kubernetesNetworkConfig"] == {"ipFamily": "ipv4", "serviceIpv4Cidr": "172.20.0.0/16"}
    assert bare.inputs["bootstrapSelfManagedAddons"] is False
    assert policies_of(WITHOUT_NODES, "cluster-control-plane") == {"AmazonEKSClusterPolicy"}
    (trust,) = WITHOUT_NODES.one("aws:iam/role:Role", "cluster-control-plane").json("assumeRolePolicy")["Statement"]
    assert trust["Action"] == ["sts:AssumeRole"]
    assert WITHOUT_NODES.of_type("aws:eks/addon:Addon") == []


def test_nodes_of_either_kind_pull_images_and_only_those_that_look_themselves_up_may_do_so() -> None:
    pulling = "AmazonEC2ContainerRegistryPullOnly"
    assert policies_of(GRAPH, "cluster-node") == {"AmazonEKSWorkerNodeMinimalPolicy", pulling}
    assert policies_of(WITHOUT_NODES, "cluster-node") == {"AmazonEKSWorkerNodePolicy", pulling}


def policies_of(graph: Graph, role: str) -> set[str]:
    attachments = graph.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    return {each.inputs["policyArn"].rpartition("/")[2] for each in attachments if each.inputs["role"] == role}


def test_versions_leave_support_on_time_and_zones_can_be_left() -> None:
    assert EKS.inputs["version"] == "1.35"
    assert EKS.inputs["upgradePolicy"] == {"supportType": "STANDARD"}
    assert EKS.inputs["zonalShiftConfig"] == {"enabled": True}


def test_secrets_are_encrypted_by_our_key_and_every_log_is_kept() -> None:
    assert EKS.inputs["encryptionConfig"] == {"provider": {"keyArn": "arn:key:cluster"}, "resources": ["secrets"]}
    assert EKS.inputs["enabledClusterLogTypes"] == ["api", "audit", "authenticator", "controllerManager", "scheduler"]


def test_the_log_group_stands_before_the_cluster_writes_to_it() -> None:
    log_group = GRAPH.one("aws:cloudwatch/logGroup:LogGroup")
    assert log_group.inputs["name"] == "/aws/eks/fortress-dev/cluster"
    assert GRAPH.stands_on(EKS, log_group)


def test_the_roles_have_their_rights_before_the_cluster_uses_them() -> None:
    permissions = [
        *GRAPH.of_type("aws:iam/rolePolicyAttachment:RolePolicyAttachment"),
        *GRAPH.of_type("aws:iam/rolePolicy:RolePolicy"),
    ]
    assert len(permissions) == 8
    assert all(GRAPH.stands_on(EKS, permission) for permission in permissions)


def test_the_api_server_is_private_unless_somebody_is_named() -> None:
    assert EKS.inputs["vpcConfig"] == {
        "subnetIds": ["subnet-a", "subnet-b"],
        "endpointPrivateAccess": True,
        "endpointPublicAccess": False,
    }
    public = cluster(("203.0.113.0/24",)).one("aws:eks/cluster:Cluster").inputs["vpcConfig"]
    assert public["endpointPublicAccess"] is True
    assert public["publicAccessCidrs"] == ["203.0.113.0/24"]


def test_the_kubeconfig_fetches_a_token_and_holds_none() -> None:
    (component,) = (urn for urn in GRAPH.outputs_of if urn.endswith("fortress:cluster:Cluster::cluster"))
    kubeconfig = yaml.safe_load(GRAPH.outputs_of[component]["kubeconfig"])
    assert kubeconfig["users"][0]["user"] == {
        "exec": {
            "apiVersion": "client.authentication.k8s.io/v1",
            "command": "aws",
            "args": ["eks", "get-token", "--region", "eu-central-1", "--cluster-name", "fortress-dev"],
            "interactiveMode": "Never",
        }
    }
    assert kubeconfig["clusters"][0]["cluster"]["server"] == "https://cluster.example.com"
    assert "token:" not in json.dumps(kubeconfig)


def test_pods_that_wait_for_a_node_longer_than_one_takes_are_told_of() -> None:
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    assert (alarm["namespace"], alarm["metricName"]) == ("AWS/EKS", "scheduler_pending_pods_UNSCHEDULABLE")
    assert alarm["dimensions"] == {"ClusterName": "fortress-dev"}
    assert alarm["period"] * alarm["evaluationPeriods"] == 15 * 60
    assert alarm["alarmActions"] == alarm["okActions"] == ["arn:topic"]
