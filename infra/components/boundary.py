"""The most that any role of the platform may do, whatever it is allowed: it cannot give away more than it has."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import ROLE_PATH, boundary_document

_ROLE = "aws:iam/role:Role"


@dataclass(frozen=True, kw_only=True)
class BoundaryArgs:
    """Which account, and the policy's name there: fixed, because the document speaks of itself."""

    account: Account
    policy_name: str

    @property
    def arn(self) -> str:
        """The policy's ARN, known before it is made."""
        return self.account.global_arn("iam", f"policy{ROLE_PATH}{self.policy_name}")


class Boundary(pulumi.ComponentResource):
    """A managed policy that grants nothing by itself and that every role stands under."""

    arn: pulumi.Output[str]

    def __init__(self, name: str, args: BoundaryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:identity:Boundary", name, None, opts)
        policy = aws.iam.Policy(
            name,
            name=args.policy_name,
            path=ROLE_PATH,
            description="The most that any role of the platform may do",
            policy=boundary_document(args.arn),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = policy.arn
        self.register_outputs({"arn": self.arn})

    def bound(self, resource: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """Put a role under the boundary; what is no role stays as it is. A transformation of the stack."""
        if resource.type_ != _ROLE:
            return None
        return pulumi.ResourceTransformationResult({**resource.props, "permissions_boundary": self.arn}, resource.opts)
