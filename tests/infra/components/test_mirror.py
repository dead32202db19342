from dataclasses import replace

import pytest

from infra.blueprint import build
from infra.components.mirror import Mirror, MirrorArgs
from infra.config import ConfigurationError, parse_settings
from infra.shared.arn import Account
from tests.infra.program import as_pulumi_hands_over, stack_values
from tests.infra.recorder import record, record_component

ARGS = MirrorArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    namespace="fortress-dev",
    upstreams={"ecr-public": "public.ecr.aws", "k8s": "registry.k8s.io"},
    secret_arns={},
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


def test_an_upstream_that_asks_for_a_credential_is_given_its_own() -> None:
    secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/github-AbCdEf"
    args = replace(ARGS, upstreams={**ARGS.upstreams, "github": "ghcr.io"}, secret_arns={"github": secret})
    rules = record_component(lambda opts: Mirror("mirror", args, opts)).of_type(RULE)
    given = {each.inputs["upstreamRegistryUrl"]: each.inputs.get("credentialArn") for each in rules}
    assert given == {"public.ecr.aws": None, "registry.k8s.io": None, "ghcr.io": secret}


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


@pytest.mark.parametrize("key", ["docker_hub_secret_arn", "github_secret_arn"])
def test_a_secret_that_ecr_would_not_read_is_refused(key: str) -> None:
    values = stack_values("dev")
    named_otherwise = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:mine-AbCdEf"
    values["registry"] = {**values["registry"], key: named_otherwise}
    with pytest.raises(ConfigurationError, match=rf"registry\.{key}"):
        parse_settings(as_pulumi_hands_over(values))


def test_a_stack_with_both_secrets_takes_every_charts_images_from_the_mirror() -> None:
    values = stack_values("dev")
    secret = "arn:aws:secretsmanager:eu-central-1:123456789012:secret:ecr-pullthroughcache/{}-AbCdEf"
    secrets = {f"{name}_secret_arn": secret.format(name) for name in ("docker_hub", "github")}
    values["registry"] = {**values["registry"], **secrets}
    settings = parse_settings(as_pulumi_hands_over(values))
    graph = record(lambda: (build(settings), None)[1])
    mirrored = {each.inputs["upstreamRegistryUrl"] for each in graph.of_type(RULE)}
    assert {"registry-1.docker.io", "ghcr.io"} < mirrored
    istiod, keda = (
        graph.one("kubernetes:helm.sh/v3:Release", name).inputs["values"]["global"]
        for name in ("add-ons-istiod", "event-scaling")
    )
    assert istiod["hub"].endswith("/fortress-dev/docker-hub/istio")
    assert keda["image"]["registry"].endswith("/fortress-dev/github")
