"""A git repository with the small program, a policy pack and a budget, on two revisions."""

import subprocess
from pathlib import Path

from tests.sandbox.review import revisions

PACK = """
from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy


def narrow(args, report):
    if args.resource_type.endswith("SecurityGroupIngressRule") and args.props.get("cidrIpv4") == "0.0.0.0/0":
        report(f"{args.name} lets in the world")


PolicyPack("pack", [ResourceValidationPolicy("narrow", "Rules are narrow", narrow, EnforcementLevel.MANDATORY)])
"""


def make(folder: Path) -> Path:
    """The repository, with the program as it is on `main`."""
    revisions.write(folder, "nothing")
    (folder / "policies").mkdir()
    (folder / "policies" / "PulumiPolicy.yaml").write_text("runtime: python\nversion: 1.0.0\n")
    (folder / "policies" / "__main__.py").write_text(PACK)
    (folder / "requirements").mkdir()
    (folder / "requirements" / "infra.txt").write_text("pulumi==3.1.0 \\\n    --hash=sha256:0\n")
    git(folder, "init", "--quiet", "--initial-branch=main")
    git(folder, "config", "user.name", "somebody")
    git(folder, "config", "user.email", "somebody@example.com")
    commit(folder)
    return folder


def commit(folder: Path) -> None:
    """All that is there, committed."""
    git(folder, "add", "--all")
    git(folder, "commit", "--quiet", "--message", "a revision")


def git(folder: Path, *arguments: str) -> str:
    """What git says."""
    return subprocess.run(["git", "-C", folder, *arguments], check=True, capture_output=True, text=True).stdout.strip()
