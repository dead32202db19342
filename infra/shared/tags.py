"""The tags that every AWS resource carries."""

from dataclasses import dataclass


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
