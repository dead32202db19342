import re
from typing import Any

import pytest
import yaml

from infra.blueprint import build
from infra.components.runner import Runner, RunnerArgs
from infra.config import ConfigurationError, parse_settings
from infra.shared.arn import Account
from tests.infra.iam_documents import Kind, boundless, documents, ineffective, overreaching
from tests.infra.program import CHECKOUT, as_pulumi_hands_over, stack_values
from tests.infra.recorder import record, record_component

CONNECTION = "arn:aws:codeconnections:eu-central-1:123456789012:connection/0a1b2c3d-0000-4000-8000-000000000000"
ARGS = RunnerArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    project_name="fortress-dev-runner",
    repository="shop/fortress",
    connection_arn=CONNECTION,
    vpc_id="vpc-1",
    subnet_ids=["subnet-a", "subnet-b"],
    cluster_security_group_id="sg-cluster",
    log_key_arn="arn:key",
    log_retention_days=14,
)
GRAPH = record_component(lambda opts: Runner("runner", ARGS, opts))
PROJECT = GRAPH.one("aws:codebuild/project:Project").inputs


def workflow_jobs(name: str) -> list[dict[str, Any]]:
    return list(yaml.safe_load((CHECKOUT / ".github" / "workflows" / name).read_text())["jobs"].values())


def test_jobs_of_one_repository_run_in_the_private_tier() -> None:
    assert PROJECT["source"]["location"] == "https://github.com/shop/fortress.git"
    assert PROJECT["source"]["auth"] == {"type": "CODECONNECTIONS", "resource": CONNECTION}
    assert PROJECT["vpcConfig"]["subnets"] == ["subnet-a", "subnet-b"]


def test_a_job_finds_the_system_that_its_python_is_built_for() -> None:
    jobs = [
        job for name in ("release.yml", "contract.yml") for job in workflow_jobs(name) if "RUNNER_" in job["runs-on"]
    ]
    assert all(any("actions/setup-python@" in step.get("uses", "") for step in job["steps"]) for job in jobs)
    assert PROJECT["environment"]["type"] == "LINUX_CONTAINER"
    assert re.fullmatch(r"aws/codebuild/standard:\d\.0", PROJECT["environment"]["image"])


def test_no_job_is_ended_before_its_workflow_would_end_it() -> None:
    names = ("contract.yml", "drift.yml", "release.yml", "review.yml")
    minutes = [job["timeout-minutes"] for name in names for job in workflow_jobs(name) if "RUNNER_" in job["runs-on"]]
    assert len(minutes) == len(names)
    assert PROJECT["buildTimeout"] == max(minutes)


def test_only_a_queued_job_starts_it() -> None:
    webhook = GRAPH.one("aws:codebuild/webhook:Webhook").inputs
    assert webhook["filterGroups"] == [{"filters": [{"type": "EVENT", "pattern": "WORKFLOW_JOB_QUEUED"}]}]


def test_nothing_comes_in_and_it_reaches_the_api_server() -> None:
    (admitted,) = GRAPH.of_type("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule")
    assert admitted.inputs["securityGroupId"] == "sg-cluster"
    assert (admitted.inputs["fromPort"], admitted.inputs["toPort"]) == (443, 443)
    assert PROJECT["vpcConfig"]["securityGroupIds"] == [admitted.inputs["referencedSecurityGroupId"]]


def test_its_own_role_is_for_standing_there_and_for_nothing_that_a_job_does() -> None:
    (document,) = documents(GRAPH, Kind.IDENTITY)
    assert overreaching(document) == ineffective(document) == boundless(document) == []
    services = {action.partition(":")[0] for each in document.allowing() for action in each["Action"]}
    assert services == {"codeconnections", "ec2", "logs"}


def test_the_workflow_that_deploys_can_choose_it() -> None:
    workflow = (CHECKOUT / ".github" / "workflows" / "release.yml").read_text()
    assert "format('codebuild-{0}-{1}-{2}', vars[format('RUNNER_{0}', inputs.stack)]" in workflow


def test_a_stack_has_it_where_a_connection_is_named() -> None:
    values = stack_values("dev")
    values["delivery"] = {**values["delivery"], "runner_connection_arn": CONNECTION}
    settings = parse_settings(as_pulumi_hands_over(values))
    graph = record(lambda: (build(settings), None)[1])
    assert graph.one("aws:codebuild/project:Project").inputs["name"] == "fortress-dev-runner"
    assert graph.one("aws:iam/role:Role", "runner").inputs["permissionsBoundary"]


def test_a_connection_that_is_none_is_refused() -> None:
    values = stack_values("dev")
    values["delivery"] = {**values["delivery"], "runner_connection_arn": "arn:aws:iam::123456789012:role/x"}
    with pytest.raises(ConfigurationError, match=r"delivery\.runner_connection_arn"):
        parse_settings(as_pulumi_hands_over(values))
