"""K8S-10: every image comes by digest from a registry of ours."""

import re
from fnmatch import fnmatchcase

from policies.controls import INTEGRITY, controls
from policies.pod import WORKLOADS, Container, named, on_containers
from policies.rule import Parameter, Parameters, Rule, Severity, Verdict, require
from policies.values import Properties, read, shown

_DIGEST = re.compile(r"@sha256:[0-9a-f]{64}$")


def by_digest(container: Container, _: Properties, __: Parameters) -> Verdict:
    """The image is named by what is in it."""
    image = read(container, "image") or ""
    return require(bool(_DIGEST.search(image)), f"{named(container)} runs {shown(image or None)}, which is no digest")


def from_our_registry(container: Container, _: Properties, parameters: Parameters) -> Verdict:
    """The image is in a repository that we scan."""
    image, registries = read(container, "image") or "", parameters["registries"]
    ours = any(fnmatchcase(image, pattern) for pattern in registries)
    return require(ours, f"{named(container)} runs {shown(image or None)}, must be from {shown(registries)}")


RULE = Rule(
    id="K8S-10",
    severity=Severity.MEDIUM,
    title="Every image comes by digest from a registry of ours",
    rationale="A tag can be moved to another image after the review.",
    fix="Set `image` to repository@sha256:digest in a registry of the parameter `registries`.",
    types=WORKLOADS,
    controls=controls(INTEGRITY, eks=("5.1.4",), nsa=("Scan containers",)),
    link="https://kubernetes.io/docs/concepts/containers/images/",
    parameters={
        "registries": Parameter(
            default=("*.dkr.ecr.*.amazonaws.com/*",), description="Patterns of the images that may run."
        )
    },
    checks=(
        on_containers(by_digest),
        on_containers(from_our_registry),
    ),
)
