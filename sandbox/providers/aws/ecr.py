"""Image repositories."""

from sandbox.providers.aws.row import Autoname, Call, Row

SERVICE = "ecr"
HANDLERS = {
    "aws:ecr/repository:Repository": Row(
        create="create_repository",
        keys={"repositoryName": "name"},
        update=("put_image_tag_mutability", "put_image_scanning_configuration"),
        delete=(Call(operation="delete_repository", members={"force": "forceDelete"}),),
        outputs={"repositoryUrl": "described.repositoryUri"},
        defaults={"imageTagMutability": "MUTABLE"},
        local="forceDelete",
        autoname=Autoname(max_length=256, lower=True),
    ),
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": Row(
        create="put_lifecycle_policy",
        keys={"repositoryName": "repository"},
        members={"lifecyclePolicyText": "policy"},
        describe="get_lifecycle_policy",
        update=("put_lifecycle_policy",),
        delete=("delete_lifecycle_policy",),
    ),
    "aws:ecr/pullThroughCacheRule:PullThroughCacheRule": Row(
        create="create_pull_through_cache_rule",
        keys={"ecrRepositoryPrefix": "ecrRepositoryPrefix"},
        describe=Call(
            operation="describe_pull_through_cache_rules",
            members={"ecrRepositoryPrefixes": "[ecrRepositoryPrefix]"},
            found="pullThroughCacheRules[0]",
        ),
        update=("update_pull_through_cache_rule",),
        outputs={"registryId": "account"},
    ),
    "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate": Row(
        create="create_repository_creation_template",
        keys={"prefix": "prefix"},
        describe=Call(
            operation="describe_repository_creation_templates",
            members={"prefixes": "[prefix]"},
            found="repositoryCreationTemplates[0]",
        ),
        update=("update_repository_creation_template",),
        outputs={"registryId": "account"},
        defaults={"imageTagMutability": "MUTABLE"},
    ),
}
