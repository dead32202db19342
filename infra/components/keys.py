"""Customer-managed keys: one a domain, rotated every year, used only by that domain's services."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.arn import Account
from infra.shared.key_policy import KeyDomain, key_policy


@dataclass(frozen=True, kw_only=True)
class KeysArgs:
    """Where the keys live and how long AWS keeps one that was deleted."""

    account: Account
    deletion_window_days: int
    """7 to 30; a deleted key outlives `destroy` by this window."""
    domains: Iterable[KeyDomain]
    """A key costs by the month: what a stack leaves out needs none."""
    region: str | None = None
    """Where the keys are, beside what they encrypt; left out, in the stack's own region."""


class Keys(pulumi.ComponentResource):
    """The keys of the domains that the stack has."""

    arns: Mapping[KeyDomain, pulumi.Output[str]]

    def __init__(self, name: str, args: KeysArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:keys:Keys", name, None, opts)
        self.arns = {domain: self._key(f"{name}-{domain}", domain, args).arn for domain in args.domains}
        self.register_outputs({"arns": {domain.value: arn for domain, arn in self.arns.items()}})

    def _key(self, name: str, domain: KeyDomain, args: KeysArgs) -> aws.kms.Key:
        child = pulumi.ResourceOptions(parent=self)
        key = aws.kms.Key(
            name,
            region=args.region,
            description=f"Encrypts the {domain} domain",
            policy=key_policy(domain, args.account),
            enable_key_rotation=True,
            deletion_window_in_days=args.deletion_window_days,
            opts=child,
        )
        aws.kms.Alias(name, region=args.region, name_prefix=f"alias/{name}-", target_key_id=key.key_id, opts=child)
        return key
