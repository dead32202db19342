"""COG-03: clients of the pool use the code flow and tell strangers nothing."""

from policies.checks import equals, when, within
from policies.controls import AUTHENTICATION, controls
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read_list, shown, some

_PASSWORD_FLOWS = ("ALLOW_USER_PASSWORD_AUTH", "USER_PASSWORD_AUTH")


def no_password(client: Properties, _: Parameters) -> Verdict:
    """The client never handles a password itself."""
    flows = read_list(client, "explicitAuthFlows")
    return require(not some(flows, lambda flow: flow in _PASSWORD_FLOWS), f"explicitAuthFlows is {shown(flows)}")


RULE = Rule(
    id="COG-03",
    severity=Severity.MEDIUM,
    title="Clients of the pool use the code flow and tell strangers nothing",
    rationale="The implicit flow puts tokens in URLs, and a telling error lists the customers.",
    fix=(
        "Set `allowedOauthFlows` to code or client_credentials, `preventUserExistenceErrors` to ENABLED and"
        " `enableTokenRevocation` to true."
    ),
    types=("aws:cognito/userPoolClient:UserPoolClient",),
    controls=controls(AUTHENTICATION),
    link="https://docs.aws.amazon.com/cognito/latest/developerguide/authorization-endpoint.html",
    parameters={
        "no_password_flow": Parameter(default=True, description="Whether sign-in with a plain password is refused.")
    },
    checks=(
        within("allowedOauthFlows", ("code", "client_credentials")),
        equals("preventUserExistenceErrors", "ENABLED"),
        equals("enableTokenRevocation", True, default=True),
        when("no_password_flow", no_password),
    ),
)
