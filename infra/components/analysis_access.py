"""The rollout controller's right to ask Prometheus: without it every analysis would end in an error."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi

from infra.shared.iam import Statement
from infra.shared.roles import pod_identity


@dataclass(frozen=True, kw_only=True)
class AnalysisAccessArgs:
    """Whose pods may query which workspace."""

    cluster_name: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    namespace: str
    service_account: str
    workspace_arn: pulumi.Input[str]


class AnalysisAccess(pulumi.ComponentResource):
    """A role that may query, and its association; it stands before the controller's pods, which never get it later."""

    ready: Sequence[pulumi.Resource]
    """What the controller waits for."""

    def __init__(self, name: str, args: AnalysisAccessArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:AnalysisAccess", name, None, opts)
        self.ready = pod_identity(
            name,
            cluster_name=args.cluster_name,
            cluster_arn=args.cluster_arn,
            namespace=args.namespace,
            service_account=args.service_account,
            rights=[Statement(sid="QueryMetrics", actions=["aps:QueryMetrics"], resources=[args.workspace_arn])],
            parent=self,
        )
        self.register_outputs({})
