"""The policy pack, judged over `pulumirpc.Analyzer` in a process of its own, started as the real engine starts it."""

import json
import os
import subprocess
import sys
from collections import deque
from collections.abc import Callable, Mapping
from concurrent.futures import Future
from pathlib import Path
from threading import Thread
from typing import Any

import grpc
import yaml
from google.protobuf import empty_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc

from sandbox.engine.errors import StepError
from sandbox.engine.request import Request
from sandbox.engine.watcher import Violation
from sandbox.errors import SandboxError
from sandbox.project import Configuration
from sandbox.state.properties import Properties, from_struct, to_struct
from sandbox.state.resource import Resource
from sandbox.state.urn import StackName, name_of, provider_urn

UNUSED_ENGINE_ADDRESS = "127.0.0.1:1"
MESSAGE_BYTES = 400 * 1024 * 1024
LAST_LINES = 50
ENDS_WITH_THE_ENGINE = """
import os, runpy, sys, threading
threading.Thread(target=lambda: (sys.stdin.read(), os._exit(0)), daemon=True).start()
runpy.run_module("pulumi.policy", run_name="__main__", alter_sys=True)
"""
_Level = analyzer_pb2.EnforcementLevel


class PolicyPack:
    """A pack while a run lasts; `report` gets each violation. Use as a context manager, which ends the process.

    The pack decides levels and parameters by the stack's name; no `--policy-pack-config` is handed on.
    """

    def __init__(
        self, folder: Path, *, name: StackName, configuration: Configuration, preview: bool,
        report: Callable[[Violation], None],
    ) -> None:  # fmt: skip
        self._folder, self._report = folder, report
        manifest = yaml.safe_load((folder / "PulumiPolicy.yaml").read_text(encoding="utf-8")) or {}
        self._version = str(manifest.get("version", ""))
        environment = {
            "PULUMI_ORGANIZATION": "organization",
            "PULUMI_PROJECT": name.project,
            "PULUMI_STACK": name.stack,
            "PULUMI_DRY_RUN": str(preview).lower(),
            "PULUMI_CONFIG": json.dumps(dict(configuration.values)),
        }
        self._process = subprocess.Popen(
            [sys.executable, "-u", "-c", ENDS_WITH_THE_ENGINE, UNUSED_ENGINE_ADDRESS, str(folder)], text=True,
            cwd=folder, env=os.environ | environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._said: deque[str] = deque(maxlen=LAST_LINES)
        self._reader = Thread(target=self._read, daemon=True)
        self._serving: Future[analyzer_pb2_grpc.AnalyzerStub] = Future()
        self._reader.start()

    def __enter__(self) -> "PolicyPack":
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._reader.join()
        self._process.communicate()

    def _read(self) -> None:
        for line in self._process.stdout or ():
            self._said.append(line)
            if not self._serving.done() and line.strip().isdigit():
                self._connect(line.strip())
        if not self._serving.done():
            said = "".join(self._said).rstrip()
            self._serving.set_exception(SandboxError(f"policy pack {self._folder} failed to start:\n{said}"))

    def _connect(self, port: str) -> None:
        options = [(f"grpc.max_{way}_message_length", MESSAGE_BYTES) for way in ("receive", "send")]
        analyzer = analyzer_pb2_grpc.AnalyzerStub(grpc.insecure_channel(f"127.0.0.1:{port}", options))
        try:
            policies = analyzer.GetAnalyzerInfo(empty_pb2.Empty()).policies
        except grpc.RpcError as error:
            self._serving.set_exception(error)
            return
        self._remediates = any(each.enforcementLevel == _Level.REMEDIATE for each in policies)
        self._serving.set_result(analyzer)

    def serving(self) -> analyzer_pb2_grpc.AnalyzerStub:
        """The pack once it serves; raises SandboxError with what it said when it does not."""
        return self._serving.result()

    def judge(self, resource: Resource, request: Request, provider: Resource | None) -> None:
        """Report what the checked inputs of a resource break; raises StepError when something of it is mandatory."""
        analyzer = self.serving()
        question = analyzer_pb2.AnalyzeRequest(**_described(resource, resource.inputs, request, provider))
        if self._remediates:
            self._mend(resource, question)
        found = self._reported(analyzer.Analyze(question), {resource.urn: resource}, resource.urn)
        if mandatory := [violation.policy for violation in found if violation.mandatory]:
            raise StepError(f"policy violation: {', '.join(mandatory)}; resource {resource.urn} is invalid")

    def _mend(self, resource: Resource, question: analyzer_pb2.AnalyzeRequest) -> None:
        for each in self.serving().Remediate(question).remediations:
            question.properties.CopyFrom(each.properties)
            resource.inputs = from_struct(each.properties)
            self._report(
                Violation(
                    policy=each.policyName, pack=f"{each.policyPackName}@v{self._version or each.policyPackVersion}",
                    urn=resource.urn, mandatory=False, message=f"remediated: {each.description}",
                    source=resource.source,
                )
            )  # fmt: skip

    def judge_stack(self, resources: Mapping[str, Resource], stack_urn: str) -> bool:
        """Report what the resources break together, by their outputs; False when something of it is mandatory."""
        question = analyzer_pb2.AnalyzeStackRequest(
            resources=[
                analyzer_pb2.AnalyzerResource(
                    **_described(each, each.outputs, Request(), resources.get(provider_urn(each.provider))),
                    parent=each.parent, dependencies=each.dependencies,
                    propertyDependencies={
                        key: analyzer_pb2.AnalyzerPropertyDependencies(urns=urns)
                        for key, urns in each.property_dependencies.items() if urns
                    },
                )
                for each in resources.values()
            ]
        )  # fmt: skip
        found = self._reported(self.serving().AnalyzeStack(question), resources, stack_urn)
        return not any(each.mandatory for each in found)

    def _reported(
        self, response: analyzer_pb2.AnalyzeResponse, resources: Mapping[str, Resource], urn: str
    ) -> list[Violation]:
        sources = {resource.urn: resource.source for resource in resources.values()}
        found = [
            Violation(
                policy=each.policyName, pack=f"{each.policyPackName}@v{self._version or each.policyPackVersion}",
                urn=each.urn or urn, mandatory=each.enforcementLevel in (_Level.MANDATORY, _Level.REMEDIATE),
                message=each.message, source=sources.get(each.urn or urn, ""),
            )
            for each in response.diagnostics if each.enforcementLevel != _Level.DISABLED
        ]  # fmt: skip
        for violation in found:
            self._report(violation)
        return found


def _described(
    resource: Resource, properties: Properties, request: Request, provider: Resource | None
) -> dict[str, Any]:
    options = analyzer_pb2.AnalyzerResourceOptions(
        protect=resource.protect, ignoreChanges=resource.ignore_changes, parent=resource.parent,
        deleteBeforeReplace=request.deleteBeforeReplace, deleteBeforeReplaceDefined=request.deleteBeforeReplaceDefined,
        additionalSecretOutputs=resource.additional_secret_outputs,
        customTimeouts=analyzer_pb2.AnalyzerResourceOptions.CustomTimeouts(**resource.custom_timeouts),
    )  # fmt: skip
    by = provider and analyzer_pb2.AnalyzerProviderResource(**_identity(provider, provider.inputs))
    return _identity(resource, properties) | {"options": options, "provider": by}


def _identity(resource: Resource, properties: Properties) -> dict[str, Any]:
    shown = to_struct({key: value for key, value in properties.items() if not key.startswith("__")})
    return {"type": resource.type, "urn": resource.urn, "name": name_of(resource.urn), "properties": shown}
