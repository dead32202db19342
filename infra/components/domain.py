"""The platform's name: a hosted zone and a certificate that is validated through it."""

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

_VALIDATION_TTL_SECONDS = 300


@dataclass(frozen=True, kw_only=True)
class DomainArgs:
    """Which zone, and whether the world already finds it."""

    zone_name: str
    api_name: str
    """The name that the certificate is for; in the zone or the zone itself."""
    delegated: bool
    """Whether the parent zone points here. Until it does the certificate stays unissued: AWS would wait in vain."""
    protect: bool
    """Whether deletions of the zone are refused; a zone that is made anew has other name servers."""


class Domain(pulumi.ComponentResource):
    """A public zone and the API's certificate."""

    zone_id: pulumi.Output[str]
    zone_arn: pulumi.Output[str]
    name_servers: pulumi.Output[Sequence[str]]
    """What the parent zone has to delegate to."""
    certificate_arn: pulumi.Output[str] | None
    """The issued certificate; None until the zone is delegated."""

    def __init__(self, name: str, args: DomainArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:edge:Domain", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        zone = aws.route53.Zone(
            name,
            name=args.zone_name,
            comment="Fortress",
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        certificate = aws.acm.Certificate(
            name,
            domain_name=args.api_name,
            validation_method="DNS",
            key_algorithm="EC_prime256v1",
            options={"certificate_transparency_logging_preference": "ENABLED"},
            opts=child,
        )
        option = certificate.domain_validation_options[0]
        record = aws.route53.Record(
            f"{name}-validation",
            zone_id=zone.zone_id,
            name=option.resource_record_name,
            type=option.resource_record_type,
            records=[option.resource_record_value],
            ttl=_VALIDATION_TTL_SECONDS,
            opts=child,
        )
        self.zone_id, self.zone_arn = zone.zone_id, zone.arn
        self.name_servers = zone.name_servers
        self.certificate_arn = self._issued(name, certificate, record) if args.delegated else None
        self.register_outputs(
            {
                "zone_id": self.zone_id,
                "zone_arn": self.zone_arn,
                "name_servers": self.name_servers,
                "certificate_arn": self.certificate_arn,
            }
        )

    def _issued(self, name: str, certificate: aws.acm.Certificate, record: aws.route53.Record) -> pulumi.Output[str]:
        validation = aws.acm.CertificateValidation(
            name,
            certificate_arn=certificate.arn,
            validation_record_fqdns=[record.fqdn],
            opts=pulumi.ResourceOptions(parent=self),
        )
        return validation.certificate_arn
