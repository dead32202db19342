"""The policy pack, judged over `pulumirpc.Analyzer` in a process of its own, started as the real engine starts it."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from threading import Lock, Thread

import grpc
import yaml
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from sandbox.engine.errors import EngineError, StepError
from sandbox.engine.project import Configuration
from sandbox.engine.properties import to_struct
from sandbox.engine.request import Request
from sandbox.engine.state import Resource
from sandbox.engine.urn import name_of, provider_urn

UNUSED_ENGINE_ADDRESS = "127.0.0.1:1"
GRACE_SECONDS = 5
MESSAGE_BYTES = 400 * 1024 * 1024
_Level = analyzer_pb2.EnforcementLevel


@dataclass(frozen=True, kw_only=True)
class Violation:
    """A policy that a resource (or the stack) breaks; a mandatory one refuses the run."""

    policy: str
    pack: str
    urn: str
    mandatory: bool
    message: str


class PolicyPack:
    """A pack while a run lasts; `report` gets each violation. Use as a context manager, which ends the process."""

    def __init__(
        self, folder: Path, *, project: str, stack: str, configuration: Configuration, preview: bool,
        report: Callable[[Violation], None],
    ) -> None:  # fmt: skip
        self._folder = folder
        self._report = report
        manifest = yaml.safe_load((folder / "PulumiPolicy.yaml").read_text(encoding="utf-8")) or {}
        self._version = str(manifest.get("version", ""))
        environment = {
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_PROJECT": project,
            "PULUMI_STACK": stack,
            "PULUMI_DRY_RUN": str(preview).lower(),
            "PULUMI_CONFIG": json.dumps(dict(configuration.values)),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-m", "pulumi.policy", UNUSED_ENGINE_ADDRESS, str(folder)],
            cwd=folder, env=os.environ | environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        )  # fmt: skip
        self._said: deque[str] = deque(maxlen=50)
        self._channel: grpc.Channel | None = None
        self._lock = Lock()

    def __enter__(self) -> "PolicyPack":
        return self

    def __exit__(self, *_: object) -> None:
        if self._channel is not None:
            self._channel.close()
        self._process.terminate()
        try:
            self._process.wait(GRACE_SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def connect(self) -> grpc.Channel:
        """The channel to the pack once it serves; raises EngineError with what it said when it does not."""
        with self._lock:
            if self._channel is None:
                options = [(f"grpc.max_{way}_message_length", MESSAGE_BYTES) for way in ("receive", "send")]
                self._channel = grpc.insecure_channel(f"127.0.0.1:{self._port()}", options=options)
            return self._channel

    def _port(self) -> str:
        output = self._process.stdout or ()
        for line in output:
            if line.strip().isdigit():
                Thread(target=self._said.extend, args=(output,), daemon=True).start()
                return line.strip()
            self._said.append(line)
        raise EngineError(f"policy pack {self._folder} failed to start:\n{''.join(self._said).rstrip()}")

    @property
    def _analyzer(self) -> analyzer_pb2_grpc.AnalyzerStub:
        return analyzer_pb2_grpc.AnalyzerStub(self.connect())

    def judge(self, resource: Resource, request: Request, provider: Resource | None) -> None:
        """Report what the checked inputs of a resource break; raises StepError when something of it is mandatory."""
        question = analyzer_pb2.AnalyzeRequest(
            type=resource.type, properties=to_struct(_shown(resource.inputs)), urn=resource.urn,
            name=name_of(resource.urn), options=_options(resource, request), provider=_provider(provider),
        )  # fmt: skip
        found = self._reported(self._analyzer.Analyze(question), resource.urn)
        if mandatory := [violation.policy for violation in found if violation.mandatory]:
            raise StepError(f"policy violation: {', '.join(mandatory)}; resource {resource.urn} is invalid")

    def judge_stack(self, resources: Iterable[Resource], stack_urn: str) -> bool:
        """Report what the resources break together, by their outputs; False when something of it is mandatory."""
        stack = {each.urn: each for each in resources}
        question = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(
                    type=each.type, properties=to_struct(_shown(each.outputs)), urn=urn, name=name_of(urn),
                    options=_options(each, Request()), provider=_provider(stack.get(provider_urn(each.provider))),
                    parent=each.parent, dependencies=each.dependencies,
                    propertyDependencies={
                        key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                        for key, urns in each.property_dependencies.items() if urns
                    },
                )
                for urn, each in stack.items()
            ]
        )  # fmt: skip
        return not any(found.mandatory for found in self._reported(self._analyzer.AnalyzeStack(question), stack_urn))

    def _reported(self, response: analyzer_pb2.AnalyzeResponse, urn: str) -> list[Violation]:
        found = [
            Violation(
                policy=each.policyName, pack=f"{each.policyPackName}@v{self._version or each.policyPackVersion}",
                urn=each.urn or urn, mandatory=each.enforcementLevel in (_Level.MANDATORY, _Level.REMEDIATE),
                message=each.message,
            )
            for each in response.diagnostics if each.enforcementLevel != _Level.DISABLED
        ]  # fmt: skip
        for violation in found:
            self._report(violation)
        return found


def _shown(properties: dict) -> dict:
    return {key: value for key, value in properties.items() if not key.startswith("__")}


def _options(resource: Resource, request: Request) -> analyzer_pb2.AnalyzerResourceOptions:
    return analyzer_pb2.AnalyzerResourceOptions(
        protect=resource.protect, ignoreChanges=resource.ignore_changes, parent=resource.parent,
        deleteBeforeReplace=request.deleteBeforeReplace, deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=resource.additional_secret_outputs,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(**resource.custom_timeouts),
    )  # fmt: skip


def _provider(resource: Resource | None) -> analyzer_pb2.AnalyzerProviderResource | None:
    if resource is None:
        return None
    return analyzer_pb2.AnalyzerProviderResource(
        type=resource.type, properties=to_struct(_shown(resource.inputs)), urn=resource.urn, name=name_of(resource.urn)
    )
