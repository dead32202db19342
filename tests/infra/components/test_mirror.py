from dataclasses import replace

import pytest

from infra.components.mirror import Mirror, MirrorArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = MirrorArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    namespace="fortress-dev",
    upstreams={"ecr-public": "public.ecr.aws", "k8s": "registry.k8s.io"},
    key_arn="arn:key:registry",
    pulling_role_name="node",
)
GRAPH = record_component(lambda opts: Mirror("mirror", ARGS, opts))
REPOSITORIES = [
    "arn:aws:ecr:eu-central-1:123456789012:repository/fortress-dev/ecr-public/*",
    "arn:aws:ecr:eu-central-1:123456789012:repository/fortress-dev/k8s/*",
]
TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"


def test_every_upstream_has_a_place_under_the_platforms_own_prefix() -> None:
    places = {each.inputs["upstreamRegistryUrl"]: each.inputs["ecrRepositoryPrefix"] for each in GRAPH.of_type(RULE)}
    assert places == {"public.ecr.aws": "fortress-dev/ecr-public", "registry.k8s.io": "fortress-dev/k8s"}


def test_repositories_are_made_immutable_and_encrypted_and_forget() -> None:
    template = GRAPH.one(TEMPLATE, "mirror-ecr-public")
    assert template.inputs["prefix"] == "fortress-dev/ecr-public"
    assert template.inputs["appliedFors"] == ["PULL_THROUGH_CACHE"]
    assert template.inputs["imageTagMutability"] == "IMMUTABLE"
    assert template.inputs["encryptionConfigurations"] == [{"encryptionType": "KMS", "kmsKey": "arn:key:registry"}]
    (rule,) = template.json("lifecyclePolicy")["rules"]
    assert rule["selection"]["countNumber"] == 90


@pytest.mark.parametrize("upstream", ["ecr-public", "k8s"])
def test_the_template_stands_before_the_first_image_can_be_pulled(upstream: str) -> None:
    rule, template = GRAPH.one(RULE, f"mirror-{upstream}"), GRAPH.one(TEMPLATE, f"mirror-{upstream}")
    assert GRAPH.stands_on(rule, template)
    assert GRAPH.stands_on(template, GRAPH.one("aws:iam/rolePolicy:RolePolicy", "mirror-creator"))


def test_nodes_pull_through_to_mirrored_repositories_only() -> None:
    policy = GRAPH.one("aws:iam/rolePolicy:RolePolicy", "mirror-pull")
    (statement,) = policy.json("policy")["Statement"]
    assert policy.inputs["role"] == "node"
    assert statement["Action"] == ["ecr:BatchImportUpstreamImage", "ecr:CreateRepository"]
    assert statement["Resource"] == REPOSITORIES


def test_the_registry_makes_mirrored_repositories_only_and_under_their_key() -> None:
    make, encrypt = GRAPH.one("aws:iam/rolePolicy:RolePolicy", "mirror-creator").json("policy")["Statement"]
    assert make["Resource"] == REPOSITORIES
    assert encrypt["Resource"] == ["arn:key:registry"]


def test_a_prefix_that_the_registry_would_refuse_is_refused_with_its_length() -> None:
    with pytest.raises(ValueError, match="given 36 characters; allowed are 30"):
        replace(ARGS, namespace="fortress-of-a-long-name-x")
