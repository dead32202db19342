import json

from infra.components.analysis_access import AnalysisAccess, AnalysisAccessArgs
from tests.infra.recorder import record_component

ARGS = AnalysisAccessArgs(
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    namespace="argo-rollouts",
    service_account="argo-rollouts",
    workspace_arn="arn:workspace",
)
GRAPH = record_component(lambda opts: AnalysisAccess("access", ARGS, opts))


def test_the_controller_may_query_one_workspace_and_do_nothing_else() -> None:
    (statement,) = json.loads(GRAPH.one("aws:iam/rolePolicy:RolePolicy").inputs["policy"])["Statement"]
    assert (statement["Action"], statement["Resource"]) == (["aps:QueryMetrics"], ["arn:workspace"])


def test_only_the_controller_s_pods_take_the_role() -> None:
    association = GRAPH.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    assert (association["namespace"], association["serviceAccount"]) == ("argo-rollouts", "argo-rollouts")
