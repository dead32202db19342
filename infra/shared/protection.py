"""What keeps state is protected by Pulumi itself, except what a stack lets go by name."""

from collections.abc import Collection
from dataclasses import dataclass, field

import pulumi

PROTECTED_TYPES = frozenset(
    {
        "aws:amp/workspace:Workspace",
        "aws:backup/vault:Vault",
        "aws:cognito/userPool:UserPool",
        "aws:ecr/repository:Repository",
        "aws:elasticache/replicationGroup:ReplicationGroup",
        "aws:glue/catalogDatabase:CatalogDatabase",
        "aws:kms/key:Key",
        "aws:msk/cluster:Cluster",
        "aws:msk/topic:Topic",
        "aws:rds/instance:Instance",
        "aws:route53/zone:Zone",
        "aws:s3/bucket:Bucket",
    }
)
"""What cannot be made again with what was in it. Log groups, secrets and namespaces can: they are written anew."""


@dataclass(frozen=True, kw_only=True)
class Protection:
    """Which resources the engine refuses to delete or replace: those of PROTECTED_TYPES where `stateful` is true."""

    stateful: bool
    replaceable: Collection[str]
    """Logical names whose protection is lifted; one that no resource has is a mistake that `unknown` tells."""
    _met: set[str] = field(default_factory=set)

    def apply(self, args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        """For `pulumi.runtime.register_stack_transformation`."""
        if args.type_ not in PROTECTED_TYPES:
            return None
        self._met.add(args.name)
        lifted = args.name in self.replaceable
        if not (lifted or self.stateful):
            return None
        options = pulumi.ResourceOptions.merge(args.opts, pulumi.ResourceOptions(protect=not lifted))
        return pulumi.ResourceTransformationResult(props=args.props, opts=options)

    @property
    def unknown(self) -> list[str]:
        """Names in `replaceable` that no resource with state has had so far."""
        return sorted(set(self.replaceable) - self._met)

    @property
    def known(self) -> list[str]:
        """Names that `replaceable` may hold."""
        return sorted(self._met)
