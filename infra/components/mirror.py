"""Other people's images in our own registry: pulled through on first use, then kept and encrypted like ours."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.iam import Statement, policy_document, service_trust
from infra.shared.roles import role_with_rights

_LONGEST_PREFIX = 30
"""botocore's `PullThroughCacheRuleRepositoryPrefix`."""
_KEPT_DAYS = 90


@dataclass(frozen=True, kw_only=True)
class MirrorArgs:
    """Which registries, where their images are put, and who pulls. Raises ValueError for a prefix that ECR refuses."""

    account: Account
    namespace: str
    """What every repository begins with, such as `fortress-dev`."""
    upstreams: Mapping[str, str]
    """Registries by a short name: `{"ecr-public": "public.ecr.aws"}`."""
    secret_arns: Mapping[str, str]
    """What ECR signs in with, for upstreams that ask for it, by the same name.

    ECR reads secrets of its own account and region whose names begin with `ecr-pullthroughcache/`.
    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/pull-through-cache-creating-secret.html
    """
    key_arn: pulumi.Input[str]
    pulling_role_name: pulumi.Input[str]
    """The role of the nodes: the first pull of an image makes its repository."""

    def __post_init__(self) -> None:
        for upstream in self.upstreams:
            prefix = self.prefix(upstream)
            if len(prefix) > _LONGEST_PREFIX:
                raise ValueError(f"prefix {prefix!r}: given {len(prefix)} characters; allowed are {_LONGEST_PREFIX}")

    def prefix(self, upstream: str) -> str:
        """What the repositories of one upstream begin with."""
        return f"{self.namespace}/{upstream}"


class Mirror(pulumi.ComponentResource):
    """A rule and a template for each upstream, and the right to use them."""

    ready: Sequence[pulumi.Resource]
    """What has to stand before a pod names a mirrored image."""

    def __init__(self, name: str, args: MirrorArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:delivery:Mirror", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        creator = self._creator(args)
        self.ready = [self._pull(args), *(self._rule(args, upstream, creator) for upstream in args.upstreams)]
        self.register_outputs({})

    def _rule(self, args: MirrorArgs, upstream: str, creator: pulumi.Input[str]) -> aws.ecr.PullThroughCacheRule:
        template = self._template(args, upstream, creator)
        return aws.ecr.PullThroughCacheRule(
            f"{self._name}-{upstream}",
            ecr_repository_prefix=args.prefix(upstream),
            upstream_registry_url=args.upstreams[upstream],
            credential_arn=args.secret_arns.get(upstream),
            opts=pulumi.ResourceOptions(parent=self, depends_on=[template]),
        )

    def _template(
        self, args: MirrorArgs, upstream: str, creator: pulumi.Input[str]
    ) -> aws.ecr.RepositoryCreationTemplate:
        return aws.ecr.RepositoryCreationTemplate(
            f"{self._name}-{upstream}",
            prefix=args.prefix(upstream),
            description=f"Images of {args.upstreams[upstream]}",
            applied_fors=["PULL_THROUGH_CACHE"],
            image_tag_mutability="IMMUTABLE",
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.key_arn}],
            lifecycle_policy=_expire_policy(),
            custom_role_arn=creator,
            opts=self._child,
        )

    def _creator(self, args: MirrorArgs) -> pulumi.Output[str]:
        """The role that ECR makes encrypted repositories with (ECR user guide, `repository creation templates`)."""
        role, policy = role_with_rights(
            f"{self._name}-creator",
            trust=service_trust("ecr.amazonaws.com"),
            rights=[
                Statement(
                    sid="MakeRepositories",
                    actions=["ecr:CreateRepository", "ecr:ReplicateImage", "ecr:TagResource"],
                    resources=self._repositories(args),
                ),
                Statement(
                    sid="EncryptRepositories",
                    actions=["kms:CreateGrant", "kms:DescribeKey", "kms:RetireGrant"],
                    resources=[args.key_arn],
                ),
            ],
            parent=self,
        )
        return pulumi.Output.all(role.arn, policy.id).apply(lambda known: str(known[0]))

    def _pull(self, args: MirrorArgs) -> aws.iam.RolePolicy:
        return aws.iam.RolePolicy(
            f"{self._name}-pull",
            role=args.pulling_role_name,
            policy=policy_document(
                Statement(
                    sid="PullThrough",
                    actions=["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"],
                    resources=self._repositories(args),
                )
            ),
            opts=self._child,
        )

    def _repositories(self, args: MirrorArgs) -> list[str]:
        return [args.account.arn("ecr", f"repository/{args.prefix(upstream)}/*") for upstream in args.upstreams]


def _expire_policy() -> str:
    rule = {
        "rulePriority": 1,
        "description": f"Images leave {_KEPT_DAYS} days after they were mirrored; the next pull mirrors them again",
        "selection": {
            "tagStatus": "any",
            "countType": "sinceImagePushed",
            "countUnit": "days",
            "countNumber": _KEPT_DAYS,
        },
        "action": {"type": "expire"},
    }
    return json.dumps({"rules": [rule]})
