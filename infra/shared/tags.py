"""The tags that every AWS resource carries, and AWS's limits on them."""

from dataclasses import dataclass

MOST_TAGS = 50
LONGEST_KEY = 128
LONGEST_VALUE = 256


@dataclass(frozen=True, kw_only=True)
class Tags:
    """The mandatory tags; the provider's `default_tags` puts them on everything."""

    project: str
    environment: str
    owner: str
    cost_center: str

    def as_dict(self) -> dict[str, str]:
        """The tags in the form the AWS provider takes."""
        return {
            "Project": self.project,
            "Environment": self.environment,
            "Owner": self.owner,
            "CostCenter": self.cost_center,
            "ManagedBy": "pulumi",
        }


def tag_problems(tags: dict[str, str]) -> list[str]:
    """What AWS would refuse about these tags, one sentence each; empty when it takes them."""
    problems = [] if len(tags) <= MOST_TAGS else [f"{len(tags)} tags; allowed are {MOST_TAGS}"]
    for key, value in tags.items():
        if not 1 <= len(key) <= LONGEST_KEY:
            problems.append(f"tag key {key!r} has {len(key)} characters; allowed are 1 to {LONGEST_KEY}")
        if key.lower().startswith("aws:"):
            problems.append(f"tag key {key!r} begins with aws:, which AWS keeps for itself")
        if len(value) > LONGEST_VALUE:
            problems.append(f"tag {key!r} has a value of {len(value)} characters; allowed are {LONGEST_VALUE}")
    return problems
