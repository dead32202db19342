"""What every layer of the blueprint knows: the settings, the account, the names and the AWS provider."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.config import PROJECT, ConfigurationError
from infra.settings import Settings
from infra.shared.arn import Account
from infra.shared.limits import Limits
from infra.shared.naming import NameLimit, physical_name
from infra.shared.protection import Protection
from infra.shared.tags import Tags


@dataclass(frozen=True, kw_only=True)
class Context:
    """One stack's settings, and the names that AWS wants fixed."""

    settings: Settings
    account: Account
    aws_provider: aws.Provider
    protection: Protection
    limits: Limits
    tags: Tags
    """What the provider puts on everything; said again only for what AWS itself starts in the stack's name."""

    @property
    def on_aws(self) -> pulumi.ResourceOptions:
        """For components that only make AWS resources."""
        return pulumi.ResourceOptions(providers=[self.aws_provider])

    def name(self, *parts: str, limit: NameLimit) -> str:
        """A fixed physical name, told from those of other stacks by the environment in it."""
        return physical_name(PROJECT, self.settings.environment, *parts, limit=limit)

    def refuse_what_aws_would(self) -> None:
        """Raises ConfigurationError with each argument so far that AWS would not take."""
        if self.limits.problems:
            raise ConfigurationError(self.limits.problems)

    def refuse_unknown_names(self) -> None:
        """Raises ConfigurationError for names in `protection.replaceable` that nothing with state has by now."""
        if unknown := self.protection.unknown:
            given, allowed = ", ".join(unknown), ", ".join(self.protection.known)
            raise ConfigurationError([f"{PROJECT}:protection.replaceable: given {given}; allowed are {allowed}"])


def open_context(settings: Settings, region: pulumi.Input[str]) -> Context:
    """The context with its explicit provider: no resource falls back on the environment's region or credentials.

    `region` is the settings' own, as an input that the provider, and so every resource, may have to wait for.
    """
    tags = Tags(
        project=PROJECT,
        environment=settings.environment,
        owner=settings.owner,
        cost_center=settings.cost_center,
    )
    provider = aws.Provider(
        "aws",
        region=region,
        allowed_account_ids=[settings.account_id],
        default_tags={"tags": tags.as_dict()},
    )
    protection = Protection(stateful=settings.protection.stateful, replaceable=settings.protection.replaceable)
    limits = Limits(default_tags=tags.as_dict())
    pulumi.runtime.register_stack_transformation(protection.apply)
    pulumi.runtime.register_stack_transformation(limits.apply)
    account = Account(account_id=settings.account_id, region=settings.region)
    return Context(
        settings=settings,
        account=account,
        aws_provider=provider,
        protection=protection,
        limits=limits,
        tags=tags,
    )
