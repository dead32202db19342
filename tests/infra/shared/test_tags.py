from infra.shared.tags import Tags


def test_the_mandatory_tags_are_on_everything() -> None:
    tags = Tags(project="fortress", environment="dev", owner="platform", cost_center="engineering")
    assert tags.as_dict() == {
        "Project": "fortress",
        "Environment": "dev",
        "Owner": "platform",
        "CostCenter": "engineering",
        "ManagedBy": "pulumi",
    }
