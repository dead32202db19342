"""The registry: images that never change under their tag, scanned when they arrive, taken by digest."""

import json
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class RegistryArgs:
    """One repository and how many of its images stay."""

    repository_name: str
    key_arn: pulumi.Input[str]
    kept_images: int
    force_delete: bool
    """Whether `destroy` also deletes images; with False a repository that holds any is left."""


class Registry(pulumi.ComponentResource):
    """The repository of the order service."""

    repository_url: pulumi.Output[str]
    prefix: pulumi.Output[str]
    """What every image of the platform begins with, up to the last slash before its own name."""

    def __init__(self, name: str, args: RegistryArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:delivery:Registry", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        repository = aws.ecr.Repository(
            name,
            name=args.repository_name,
            image_tag_mutability="IMMUTABLE",
            image_scanning_configuration={"scan_on_push": True},
            encryption_configurations=[{"encryption_type": "KMS", "kms_key": args.key_arn}],
            force_delete=args.force_delete,
            opts=child,
        )
        aws.ecr.LifecyclePolicy(name, repository=repository.name, policy=_expire_policy(args.kept_images), opts=child)
        own_name = args.repository_name.rpartition("/")[2]
        self.repository_url = repository.repository_url
        self.prefix = self.repository_url.apply(lambda url: url.removesuffix(own_name))
        self.register_outputs({"repository_url": self.repository_url, "prefix": self.prefix})


def _expire_policy(kept_images: int) -> str:
    """Only a version's index has a tag. What it consists of has none, counts for itself, and stays as long as it does.

    Source: https://docs.aws.amazon.com/AmazonECR/latest/userguide/LifecyclePolicies.html
    """
    rules = [
        {
            "rulePriority": 1,
            "description": "Untagged images leave after a day",
            "selection": {
                "tagStatus": "untagged",
                "countType": "sinceImagePushed",
                "countUnit": "days",
                "countNumber": 1,
            },
            "action": {"type": "expire"},
        },
        {
            "rulePriority": 2,
            "description": f"The newest {kept_images} versions stay, and what each consists of",
            "selection": {
                "tagStatus": "tagged",
                "tagPatternList": ["*"],
                "countType": "imageCountMoreThan",
                "countNumber": kept_images,
            },
            "action": {"type": "expire"},
        },
    ]
    return json.dumps({"rules": rules})
