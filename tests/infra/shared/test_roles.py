from collections.abc import Callable

import pulumi
import pytest

from infra.shared.iam import Statement, service_trust
from infra.shared.roles import pod_identity, role_with_rights
from tests.infra.recorder import Graph, record

READ = Statement(sid="ReadSecret", actions=["secretsmanager:GetSecretValue"], resources=["arn:secret"])
WRITE = Statement(sid="WriteLines", actions=["logs:PutLogEvents"], resources=["arn:group"])
ROLE = "aws:iam/role:Role"
RIGHTS = "aws:iam/rolePolicy:RolePolicy"
ASSOCIATION = "aws:eks/podIdentityAssociation:PodIdentityAssociation"


class _Trail(pulumi.ComponentResource):
    """What an AWS service acts for."""

    def __init__(self) -> None:
        super().__init__("test:test:Trail", "trail")
        trust = service_trust("cloudtrail.amazonaws.com", account_id="123456789012")
        role_with_rights("trail", trust=trust, rights=[READ, WRITE], parent=self)


class _Agent(pulumi.ComponentResource):
    """What pods run, after their role."""

    def __init__(self) -> None:
        super().__init__("test:test:Agent", "agent")
        access = pod_identity(
            "agent",
            cluster_name="fortress-dev",
            cluster_arn="arn:cluster",
            namespace="kube-system",
            service_account="reader",
            rights=[READ],
            parent=self,
        )
        pulumi.ComponentResource("test:test:Pods", "pods", opts=pulumi.ResourceOptions(parent=self, depends_on=access))


def _record(make: Callable[[], object]) -> Graph:
    return record(lambda: (make(), None)[1])


@pytest.fixture(scope="module")
def agent() -> Graph:
    return _record(_Agent)


def test_a_role_is_under_the_platforms_path_with_all_its_rights_in_one_document() -> None:
    graph = _record(_Trail)
    role, rights = graph.one(ROLE, "trail"), graph.one(RIGHTS, "trail")
    assert role.inputs["path"] == "/fortress/"
    (trust,) = role.json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"Service": ["cloudtrail.amazonaws.com"]}
    assert rights.inputs["role"] == "trail"
    assert [each["Sid"] for each in rights.json("policy")["Statement"]] == ["ReadSecret", "WriteLines"]
    assert role.parent == rights.parent == graph.one("test:test:Trail").urn


def test_only_pods_of_this_cluster_take_the_role_and_only_by_one_service_account(agent: Graph) -> None:
    (trust,) = agent.one(ROLE, "agent").json("assumeRolePolicy")["Statement"]
    assert trust["Principal"] == {"Service": ["pods.eks.amazonaws.com"]}
    assert trust["Condition"] == {"ArnEquals": {"aws:SourceArn": "arn:cluster"}}
    assert agent.one(ASSOCIATION, "agent").inputs == {
        "clusterName": "fortress-dev",
        "namespace": "kube-system",
        "serviceAccount": "reader",
        "roleArn": "arn:aws:iam::123456789012:role/agent",
    }


def test_rights_and_association_stand_before_the_pods(agent: Graph) -> None:
    pods = agent.one("test:test:Pods")
    assert {agent.one(RIGHTS).urn, agent.one(ASSOCIATION).urn} == set(pods.dependencies)
    assert agent.one(ASSOCIATION).parent == agent.one("test:test:Agent").urn
