"""TRL-03: the trail records reads and writes of objects."""

from policies.controls import AUDIT_LOGGING, controls
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, read_list, some


def objects(trail: Properties, _: Parameters) -> Verdict:
    """A selector of either form covers S3 objects."""
    basic = [resource for one in read_list(trail, "eventSelectors") for resource in read_list(one, "dataResources")]
    advanced = [
        field for one in read_list(trail, "advancedEventSelectors") for field in read_list(one, "fieldSelectors")
    ]
    covered = some(basic, lambda resource: read(resource, "type") == "AWS::S3::Object")
    covered = covered or some(advanced, lambda field: "AWS::S3::Object" in read_list(field, "equals"))
    return require(covered, "no selector covers AWS::S3::Object")


RULE = Rule(
    id="TRL-03",
    severity=Severity.MEDIUM,
    title="The trail records reads and writes of objects",
    rationale="Without data events nobody knows which objects were taken.",
    fix=("Add to `eventSelectors` (or `advancedEventSelectors`) the data resource AWS::S3::Object, read and write."),
    types=("aws:cloudtrail/trail:Trail",),
    controls=controls(AUDIT_LOGGING, cis=("3.8", "3.9")),
    link="https://docs.aws.amazon.com/awscloudtrail/latest/userguide/logging-data-events-with-cloudtrail.html",
    checks=(objects,),
)
