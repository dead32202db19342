"""Letters to customers: the domain that SES believes to be ours, and how its letters are carried."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import pulumi
import pulumi_aws as aws

_TTL_SECONDS = 1800
_SIGNATURES = ("first", "second", "third")
"""SES signs with three keys in turn and asks the zone for each."""
_POLICY = "v=DMARC1; p=quarantine; adkim=s"
"""What mailboxes shall make of letters in our name that we did not sign."""


@dataclass(frozen=True, kw_only=True)
class LettersArgs:
    """Whose letters."""

    domain_name: str
    """Also the domain of the sender."""
    zone_id: pulumi.Input[str]
    configuration_set_name: str


class Letters(pulumi.ComponentResource):
    """A domain identity with DKIM and DMARC, whose letters travel encrypted or not at all."""

    identity_arn: pulumi.Output[str]
    configuration_set_arn: pulumi.Output[str]
    sender: str
    ready: Sequence[pulumi.Resource]
    """What has to stand before the first letter."""

    def __init__(self, name: str, args: LettersArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:Letters", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        configuration_set = aws.sesv2.ConfigurationSet(
            name,
            configuration_set_name=args.configuration_set_name,
            delivery_options={"tls_policy": "REQUIRE"},
            opts=child,
        )
        identity = aws.sesv2.EmailIdentity(
            name,
            email_identity=args.domain_name,
            configuration_set_name=configuration_set.configuration_set_name,
            opts=child,
        )
        for position, signature in enumerate(_SIGNATURES):
            token = identity.dkim_signing_attributes.tokens.apply(partial(_token, position=position))
            self._record(
                f"{name}-{signature}-signature",
                args,
                record=pulumi.Output.concat(token, "._domainkey.", args.domain_name),
                type_="CNAME",
                value=pulumi.Output.concat(token, ".dkim.amazonses.com"),
            )
        self._record(f"{name}-policy", args, record=f"_dmarc.{args.domain_name}", type_="TXT", value=_POLICY)
        self.identity_arn = identity.arn
        self.configuration_set_arn = configuration_set.arn
        self.sender = f"orders@{args.domain_name}"
        self.ready = [identity]
        self.register_outputs({"identity_arn": self.identity_arn, "configuration_set_arn": self.configuration_set_arn})

    def _record(
        self, name: str, args: LettersArgs, *, record: pulumi.Input[str], type_: str, value: pulumi.Input[str]
    ) -> None:
        aws.route53.Record(
            name,
            zone_id=args.zone_id,
            name=record,
            type=type_,
            records=[value],
            ttl=_TTL_SECONDS,
            opts=pulumi.ResourceOptions(parent=self),
        )


def _token(tokens: Sequence[str] | None, *, position: int) -> str:
    """One of the names that SES chose; empty where nobody chose any, as in a comparison without a cloud."""
    return tokens[position] if tokens else ""
