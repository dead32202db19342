"""Small changes of the small program, and what is said of them."""

import json
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sandbox.review.collect import collect
from sandbox.review.graph import Graph
from sandbox.review.verdict import Review, review

HERE = Path(__file__).parent
PROGRAM = HERE / "program"
KEY = bytes(16)
_DATABASE = 'aws.rds.Instance(\n    "database",'


@dataclass(frozen=True, kw_only=True)
class Revision:
    """What a change replaces in the program."""

    replaced: Mapping[str, str]


REVISIONS = {
    "nothing": Revision(replaced={}),
    "rename-without-alias": Revision(replaced={_DATABASE: 'aws.rds.Instance(\n    "orders",'}),
    "rename-with-alias": Revision(
        replaced={
            _DATABASE: 'aws.rds.Instance(\n    "orders",',
            "ResourceOptions(protect=True)": 'ResourceOptions(protect=True, aliases=[pulumi.Alias(name="database")])',
        }
    ),
    "address-range": Revision(replaced={"10.0.0.0/16": "10.1.0.0/16", "10.0.0.0/24": "10.1.0.0/24",
                                        "10.0.1.0/24": "10.1.1.0/24"}),
    "engine-upgrade": Revision(replaced={'engine_version="17"': 'engine_version="18"', '"postgres17"': '"postgres18"'}),
    "port-opened": Revision(
        replaced={
            'aws.lb.LoadBalancer("edge"': 'aws.vpc.SecurityGroupIngressRule("database-from-anywhere",'
            ' security_group_id=guard.id, ip_protocol="tcp", from_port=5432, to_port=5432, cidr_ipv4="0.0.0.0/0")\n'
            'aws.lb.LoadBalancer("edge"'
        }
    ),
    "instance-class": Revision(replaced={"db.t4g.medium": "db.r7g.large"}),
    "deleted-component": Revision(replaced={'alerts = Alerts("alerts")\n': ""}),
    "less-safe": Revision(
        replaced={
            '["s3:GetObject"]': '["s3:*"]',
            "enable_key_rotation=True": "enable_key_rotation=False",
            "block_public_policy=True": "block_public_policy=False",
            "protect=True": "protect=False",
            "internal=False": "internal=True",
        }
    ),
    "owner": Revision(replaced={'"Tier": "public"': '"Tier": "public", "Team": "a"'}),
}  # fmt: skip


def write(folder: Path, revision: str) -> Path:
    """The program at a revision, in a folder of its own."""
    shutil.copytree(PROGRAM, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    text = (PROGRAM / "__main__.py").read_text()
    for old, new in REVISIONS[revision].replaced.items():
        assert old in text, f"{revision} replaces {old!r}, which the program has no more"
        text = text.replace(old, new)
    (folder / "__main__.py").write_text(text)
    return folder


def graph(folder: Path, revision: str) -> Graph:
    """What the program asks for at a revision."""
    found = collect(write(folder, revision), "dev", [], KEY)
    assert not found.failure, found.failure
    return found


def compared(base: Graph, head: Graph) -> Review:
    """The comparison as the command makes it."""
    return review("dev", ("main (1111111)", "2222222"), (base, head), notes=(), budgets=(200, 200))


def canonical(found: Graph) -> str:
    return json.dumps([node.inputs for node in found.nodes.values()], sort_keys=True)
