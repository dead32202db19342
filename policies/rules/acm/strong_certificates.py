"""ACM-01: certificates are validated by DNS, name their hosts and are logged."""

from policies.checks import differs, equals, one_of
from policies.controls import ENCRYPTION_IN_TRANSIT, controls, security_hub
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read_list, shown, some

_STRONG = ("RSA_2048", "RSA_3072", "RSA_4096", "EC_prime256v1", "EC_secp384r1", "EC_secp521r1")


def no_wildcard(certificate: Properties, _: Parameters) -> Verdict:
    """Each name is of one host."""
    names = [certificate.get("domainName"), *read_list(certificate, "subjectAlternativeNames")]
    wildcard = some([name for name in names if name], lambda name: name.startswith("*"))
    return require(not wildcard, f"{shown(names)} holds a wildcard")


RULE = Rule(
    id="ACM-01",
    severity=Severity.MEDIUM,
    title="Certificates are validated by DNS, name their hosts and are logged",
    rationale="A certificate that renews by itself does not run out on a Sunday.",
    fix="Set `validationMethod` to DNS, `keyAlgorithm` to RSA_2048 or stronger, and no wildcard names.",
    types=("aws:acm/certificate:Certificate",),
    controls=controls(ENCRYPTION_IN_TRANSIT, hub=("ACM.2",)),
    link=security_hub("ACM.2"),
    checks=(
        equals("validationMethod", "DNS"),
        one_of("keyAlgorithm", _STRONG, default="RSA_2048"),
        differs("options.certificateTransparencyLoggingPreference", "DISABLED"),
        no_wildcard,
    ),
)
