from infra.components.registry import Registry, RegistryArgs
from tests.infra.recorder import record_component

ARGS = RegistryArgs(
    repository_name="fortress-dev/orders", key_arn="arn:key:registry", kept_images=20, force_delete=False
)
GRAPH = record_component(lambda opts: Registry("registry", ARGS, opts))


def test_an_image_never_changes_under_its_tag_and_is_scanned_when_it_arrives() -> None:
    assert GRAPH.one("aws:ecr/repository:Repository").inputs == {
        "name": "fortress-dev/orders",
        "imageTagMutability": "IMMUTABLE",
        "imageScanningConfiguration": {"scanOnPush": True},
        "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "arn:key:registry"}],
        "forceDelete": False,
    }


def test_untagged_images_leave_and_the_newest_versions_stay_however_many_images_each_has() -> None:
    untagged, newest = GRAPH.one("aws:ecr/lifecyclePolicy:LifecyclePolicy").json("policy")["rules"]
    assert untagged["selection"]["tagStatus"] == "untagged"
    assert newest["selection"] == {
        "tagStatus": "tagged",
        "tagPatternList": ["*"],
        "countType": "imageCountMoreThan",
        "countNumber": 20,
    }
    assert untagged["rulePriority"] < newest["rulePriority"]
