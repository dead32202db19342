"""What the workflows name exists, and what a fork's code can reach is nothing."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from infra.bootstrap import settings_of

CHECKOUT = Path(__file__).parents[2]
WORKFLOWS = {path.name: yaml.safe_load(path.read_text()) for path in (CHECKOUT / ".github/workflows").glob("*.yml")}
PULUMI = "pulumi/actions@"
ON = True
"""YAML 1.1 reads the key `on` so."""


def _triggers(workflow: dict[Any, Any]) -> list[str]:
    return list(workflow[ON])


def _steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    return [step for job in workflow["jobs"].values() for step in job.get("steps", ())]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_no_permission_is_granted_but_by_a_job_of_its_own(name: str) -> None:
    assert WORKFLOWS[name]["permissions"] == {}
    assert all("permissions" in job for job in WORKFLOWS[name]["jobs"].values())


@pytest.mark.parametrize("name", [name for name, each in WORKFLOWS.items() if "pull_request" in _triggers(each)])
def test_a_job_of_a_pull_request_reads_only_or_is_never_a_forks(name: str) -> None:
    for job in WORKFLOWS[name]["jobs"].values():
        own = "github.event.pull_request.head.repo.full_name == github.repository" in job.get("if", "")
        assert own or job["permissions"] == {"contents": "read"}


def test_the_workflow_that_comments_follows_the_review_and_runs_its_own_branch() -> None:
    workflow = WORKFLOWS["review-comment.yml"]
    assert workflow[ON]["workflow_run"]["workflows"] == [WORKFLOWS["review.yml"]["name"]]
    checkouts = [step for step in _steps(workflow) if step.get("uses", "").startswith("actions/checkout@")]
    assert [step["with"] for step in checkouts] == [{"persist-credentials": False}]


def test_what_takes_from_a_schema_is_asked_for_by_hand_and_approved_as_a_release_is() -> None:
    workflow, release = WORKFLOWS["contract.yml"], WORKFLOWS["release.yml"]
    assert _triggers(workflow) == ["workflow_dispatch"]
    asked = workflow[ON]["workflow_dispatch"]["inputs"]
    assert asked["stack"]["options"] == [
        job["with"]["stack"] for job in WORKFLOWS["deploy.yml"]["jobs"].values() if "release.yml" in job["uses"]
    ]
    (job,) = workflow["jobs"].values()
    deploying = release["jobs"]["up"]
    assert (job["environment"], job["permissions"]) == (deploying["environment"], deploying["permissions"])
    assert job["runs-on"] == deploying["runs-on"]
    assert workflow["concurrency"] == WORKFLOWS["deploy.yml"]["concurrency"]
    (up,) = [step["with"] for step in job["steps"] if step.get("with", {}).get("command") == "up"]
    assert up["target"] == "**-contraction"
    assert "config-map" not in up


def _jobs_with_pulumi() -> list[tuple[str, dict[str, Any]]]:
    return [
        (name, job)
        for name, workflow in WORKFLOWS.items()
        for job in workflow["jobs"].values()
        if any(step.get("uses", "").startswith(PULUMI) for step in job.get("steps", ()))
    ]


def test_what_asks_the_cluster_runs_where_the_cluster_is_reached() -> None:
    jobs = _jobs_with_pulumi()
    assert {name for name, _ in jobs} == {"contract.yml", "drift.yml", "release.yml", "review.yml"}
    assert [name for name, job in jobs if "format('RUNNER_{0}'" not in job["runs-on"]] == []


def test_pulumi_is_everywhere_the_version_that_the_program_is_locked_to() -> None:
    (locked,) = re.findall(r"^pulumi==(\S+)", (CHECKOUT / "requirements/infra.txt").read_text(), re.MULTILINE)
    steps = [step for _, job in _jobs_with_pulumi() for step in job["steps"]]
    installed = [step["with"]["pulumi-version"] for step in steps if step.get("uses", "").startswith(PULUMI)]
    assert set(installed) == {locked}


def test_an_up_and_its_way_back_have_the_whole_hour_of_their_credentials() -> None:
    steps = WORKFLOWS["release.yml"]["jobs"]["up"]["steps"]
    ups = [index for index, step in enumerate(steps) if step.get("with", {}).get("command") == "up"]
    assert len(ups) == 2
    for index in ups:
        before, up = steps[index - 1], steps[index]
        assert before["uses"].startswith("aws-actions/configure-aws-credentials@")
        assert before.get("if") == up.get("if")


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_a_release_ends_within_the_hour_of_its_credentials(stack: str) -> None:
    given = [step.get("with", {}).get("role-duration-seconds") for step in _steps(WORKFLOWS["release.yml"])]
    hour = min(seconds for seconds in given if seconds)
    assert settings_of(stack).release.longest_seconds < hour


def test_what_drifted_is_told_of_each_stack_that_could_be_looked_at() -> None:
    look, tell = WORKFLOWS["drift.yml"]["jobs"]["look"], WORKFLOWS["drift.yml"]["jobs"]["tell"]
    assert look["strategy"]["fail-fast"] is False
    assert tell["if"] == "${{ !cancelled() && needs.look.result != 'skipped' }}"


@pytest.mark.parametrize("name", WORKFLOWS)
def test_a_command_that_fails_within_another_is_no_empty_answer(name: str) -> None:
    answers = [
        line for step in _steps(WORKFLOWS[name]) for line in step.get("run", "").splitlines() if "$(pulumi" in line
    ]
    silent = [line for line in answers if "echo" in line and "2>/dev/null" not in line]
    assert silent == []


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_somebody_typed_is_never_read_as_a_command(name: str) -> None:
    assert not [
        step["run"] for step in _steps(WORKFLOWS[name]) if re.search(r"\$\{\{(?! *matrix\.)", step.get("run", ""))
    ]


@pytest.mark.parametrize("name", WORKFLOWS)
def test_what_a_step_runs_exists(name: str) -> None:
    targets = set(re.findall(r"^([a-z-]+):.*## ", (CHECKOUT / "Makefile").read_text(), re.MULTILINE))
    text = "\n".join(step.get("run", "") for step in _steps(WORKFLOWS[name]))
    assert set(re.findall(r"\bmake ([a-z-]+)", text)) <= targets
    assert all((CHECKOUT / path).exists() for path in re.findall(r"(?<!\S)(\.ci/\w+|requirements/\S+)", text))
    modules = re.findall(r"-m ((?:sandbox|policies)[\w.]*)", text)
    assert all((CHECKOUT / f"{module.replace('.', '/')}.py").exists() for module in modules)
