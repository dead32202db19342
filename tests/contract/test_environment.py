"""What the program tells each process of the service is what the service reads, where no process runs here."""

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any

import pytest
from pydantic_settings import BaseSettings

from app import settings
from app.__main__ import COMMANDS
from infra.components.workload.names import Process
from tests.infra.program import Run, run_program
from tests.infra.recorder import Graph

SECTIONS = [
    each
    for each in vars(settings).values()
    if isinstance(each, type)
    and issubclass(each, BaseSettings)
    and each.model_fields
    and each is not settings.ContractionSettings
]
READ_BY_OPENTELEMETRY = {"OTEL_SERVICE_NAME", "OTEL_TRACES_SAMPLER", "OTEL_TRACES_SAMPLER_ARG"}
OF_THE_POD = "127.0.0.1"
"""Stands for what only a pod has: its address and its name."""
EVERY_STACK = pytest.mark.parametrize("run", [Run(stack="dev"), Run(stack="prod")], ids=str)


@cache
def _environments(run: Run) -> Mapping[str, Mapping[str, str]]:
    """By command, what its container finds in its environment."""
    return dict(_containers(run_program(run)))


def _containers(graph: Graph) -> Iterator[tuple[str, dict[str, str]]]:
    maps = {
        each.inputs["metadata"]["name"]: each.inputs.get("data", {})
        for each in graph.of_type("kubernetes:core/v1:ConfigMap")
    }
    for resource in graph:
        template = (resource.inputs.get("spec") or {}).get("template") if "kubernetes:" in resource.type else None
        for container in template["spec"].get("containers", ()) if template else ():
            if container.get("command", [])[:3] == ["python", "-m", "app"]:
                yield container["command"][3], _environment(container, maps)


def _environment(container: Mapping[str, Any], maps: Mapping[str, Mapping[str, str]]) -> dict[str, str]:
    (source,) = container["envFrom"]
    own = {each["name"]: each.get("value", OF_THE_POD) for each in container["env"]}
    return {**maps[source["configMapRef"]["name"]], **own}


@EVERY_STACK
def test_every_process_of_the_program_is_a_command_of_the_image(run: Run) -> None:
    assert set(_environments(run)) == {process.value for process in Process} <= set(COMMANDS)


@EVERY_STACK
@pytest.mark.parametrize("process", [process.value for process in Process])
def test_what_a_process_is_told_is_complete_and_of_its_types(
    run: Run, process: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = {name.upper() for section in SECTIONS for name in section.model_fields}
    for name in names:
        monkeypatch.delenv(name, raising=False)
    told = _environments(run)[process]
    for name, value in told.items():
        monkeypatch.setenv(name, value)
    for section in SECTIONS:
        section()
    assert set(told) - names == READ_BY_OPENTELEMETRY
