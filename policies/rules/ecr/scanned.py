"""ECR-02: images are scanned when they arrive."""

from policies.checks import equals, set_to
from policies.controls import PATCHING, controls, security_hub
from policies.rule import Rule, Severity
from policies.tokens import REPOSITORY

RULE = Rule(
    id="ECR-02",
    severity=Severity.HIGH,
    title="Images are scanned when they arrive",
    rationale="A known hole is found before it runs or after it was used.",
    fix="Set `imageScanningConfiguration.scanOnPush` to true.",
    types=(REPOSITORY,),
    controls=controls(PATCHING, hub=("ECR.1",), eks=("5.1.1",)),
    link=security_hub("ECR.1"),
    checks=(equals("imageScanningConfiguration.scanOnPush", True, default=False),),
    remedy=set_to({"imageScanningConfiguration.scanOnPush": True}),
)
