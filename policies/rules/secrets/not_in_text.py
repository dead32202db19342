"""SEC-05: no credential stands in plain text in what is configured."""

import base64
import re
from collections.abc import Iterator, Mapping
from typing import Any

from pulumi.output import Unknown

from policies.cluster import CONFIG_MAP
from policies.controls import SECRETS, controls
from policies.pod import WORKLOADS
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, some

_CREDENTIALS = re.compile(
    r"(?:AKIA|ASIA)[0-9A-Z]{16}"
    r"|-----BEGIN [A-Z ]*PRIVATE KEY-----"
    r"|gh[pousr]_[A-Za-z0-9]{36}"
    r"|xox[abprs]-[A-Za-z0-9-]{10}"
    r"|[a-z]+://[^/\s:@]+:[^/\s:@]+@"
)


def clean(properties: Properties, _: Parameters) -> Verdict:
    """No text in it looks like a key of AWS, a private key, a token or an address with a password."""
    suspicious = some(_texts(properties), lambda text: bool(_CREDENTIALS.search(_decoded(text))))
    return require(not suspicious, "a value looks like a credential")


def _texts(value: Any) -> Iterator[Any]:
    if isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
    elif isinstance(value, str | Unknown):
        yield value


def _decoded(text: str) -> str:
    try:
        return f"{text} {base64.b64decode(text, validate=True).decode()}"
    except ValueError:
        return text


RULE = Rule(
    id="SEC-05",
    severity=Severity.CRITICAL,
    title="No credential stands in plain text in what is configured",
    rationale="Whoever may read a ConfigMap or user data may use it.",
    fix="Remove the credential, revoke it, and fetch it by the pod's identity.",
    types=(
        CONFIG_MAP,
        *WORKLOADS,
        "aws:ec2/launchTemplate:LaunchTemplate",
        "aws:ec2/instance:Instance",
    ),
    controls=controls(SECRETS),
    link="https://docs.aws.amazon.com/prescriptive-guidance/latest/secure-sensitive-data-secrets-manager-terraform/welcome.html",
    checks=(clean,),
)
