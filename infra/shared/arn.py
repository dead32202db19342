"""Amazon Resource Names built from what the program knows before it asks AWS anything."""

from dataclasses import dataclass, replace


@dataclass(frozen=True, kw_only=True)
class Account:
    """Where the stack lives: the account, its region, and the partition that the region is in."""

    account_id: str
    region: str

    @property
    def partition(self) -> str:
        """`aws`, or the separate partitions of China and of the United States' government."""
        if self.region.startswith("cn-"):
            return "aws-cn"
        return "aws-us-gov" if self.region.startswith("us-gov-") else "aws"

    @property
    def in_virginia(self) -> "Account":
        """The same account in us-east-1, where Route 53 looks for a zone's keys and logs wherever the stack lives."""
        return replace(self, region="us-east-1")

    @property
    def root_arn(self) -> str:
        """The principal that stands for the whole account."""
        return f"arn:{self.partition}:iam::{self.account_id}:root"

    def arn(self, service: str, resource: str) -> str:
        """The ARN of a regional resource of this account, `resource` in the service's own form."""
        return f"arn:{self.partition}:{service}:{self.region}:{self.account_id}:{resource}"

    def global_arn(self, service: str, resource: str) -> str:
        """The ARN of a resource of this account that is in no region."""
        return f"arn:{self.partition}:{service}::{self.account_id}:{resource}"

    def managed_policy_arn(self, name: str) -> str:
        """The ARN of a policy that AWS manages."""
        return f"arn:{self.partition}:iam::aws:policy/{name}"

    def cluster_access_policy_arn(self, name: str) -> str:
        """The ARN of an EKS access policy."""
        return f"arn:{self.partition}:eks::aws:cluster-access-policy/{name}"
