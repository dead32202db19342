"""ECR-03: repositories are encrypted with a key of this stack."""

from policies.checks import each, equals, every_of, own_key, present
from policies.controls import ENCRYPTION_AT_REST, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPOSITORY, REPOSITORY_TEMPLATE

RULE = Rule(
    id="ECR-03",
    severity=Severity.LOW,
    title="Repositories are encrypted with a key of this stack",
    rationale="Images hold the whole of the code.",
    fix="Set `encryptionConfigurations` to encryptionType KMS with `kmsKey`.",
    types=(REPOSITORY, REPOSITORY_TEMPLATE),
    controls=controls(ENCRYPTION_AT_REST, hub=("ECR.5",)),
    link=security_hub("ECR.5"),
    checks=(
        present("encryptionConfigurations"),
        each("encryptionConfigurations", every_of(equals("encryptionType", "KMS"), own_key("kmsKey"))),
    ),
)
