"""K8S-07: every container's root file system is read-only."""

from policies.controls import INTEGRITY, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown


def read_only(container: Container, _: Properties, __: Parameters) -> Verdict:
    """The image stays as it was built."""
    stated = read(container, "securityContext.readOnlyRootFilesystem")
    return require(stated is True, f"{named(container)} has readOnlyRootFilesystem {shown(stated)}, must be true")


RULE = Rule(
    id="K8S-07",
    severity=Severity.MEDIUM,
    title="Every container's root file system is read-only",
    rationale="What cannot be written cannot be replaced by an attacker's own program.",
    fix="Set `securityContext.readOnlyRootFilesystem` to true and mount an emptyDir where files are written.",
    types=WORKLOADS,
    controls=controls(INTEGRITY, nsa=("Immutable container file systems",)),
    link="https://media.defense.gov/2022/Aug/29/2003066362/-1/-1/0/CTR_KUBERNETES_HARDENING_GUIDANCE_1.2_20220829.PDF",
    checks=(on_containers(read_only),),
)
