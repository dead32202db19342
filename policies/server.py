"""The pack as a process: Pulumi's analyzer protocol over gRPC.

`pulumi_policy.PolicyPack` decodes a resource anew for every rule and drops which values are secret; with a hundred
rules that costs seconds a preview. This servicer speaks the same protocol, decodes once, and asks only the rules of
the resource's type.
"""

import sys
import traceback
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from concurrent import futures
from dataclasses import replace
from datetime import date
from functools import partial
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, json_format
from pulumi.output import Unknown
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from policies.configuration import Configuration, ConfigurationError, Exemption, Level, check_parameters, load
from policies.decode import node as decoded
from policies.graph import Graph, Node
from policies.rule import AnyRule, GraphRule, Outcome, Parameters, Rule, RuleBase, Severity, Verdict

NAME = "fortress"
VERSION = "0.1.0"
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024
_LEVELS = {
    Level.MANDATORY: messages.MANDATORY,
    Level.ADVISORY: messages.ADVISORY,
    Level.DISABLED: messages.DISABLED,
}
_SEVERITIES = {
    Severity.LOW: messages.POLICY_SEVERITY_LOW,
    Severity.MEDIUM: messages.POLICY_SEVERITY_MEDIUM,
    Severity.HIGH: messages.POLICY_SEVERITY_HIGH,
    Severity.CRITICAL: messages.POLICY_SEVERITY_CRITICAL,
}


class Analyzer(analyzer_pb2_grpc.AnalyzerServicer):
    """Judges resources one by one as they are registered, and the whole stack at its end."""

    def __init__(self, rules: Iterable[AnyRule], configuration: Configuration | None = None) -> None:
        self.rules = tuple(rules)
        self.configuration = configuration or Configuration()
        self._inputs: dict[str, Mapping[str, Any]] = {}
        self._resource_rules: defaultdict[str, list[Rule]] = defaultdict(list)
        for rule in self.rules:
            if isinstance(rule, Rule):
                for type_ in rule.types:
                    self._resource_rules[type_].append(rule)

    def ConfigureStack(self, request: Any, context: Any) -> messages.AnalyzerStackConfigureResponse:  # noqa: N802
        """Takes the decisions of the stack's own file."""
        try:
            self.configuration = load(request.stack, self.rules, today=date.today())
        except ConfigurationError as refused:
            context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refused))
        return messages.AnalyzerStackConfigureResponse()

    def Configure(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802
        """Takes levels and parameters given to the engine, on top of the stack's own."""
        levels, parameters = dict(self.configuration.levels), dict(self.configuration.parameters)
        names = {number: level for level, number in _LEVELS.items()}
        by_id = {rule.id: rule for rule in self.rules}
        for name in set(request.policyConfig) & set(by_id):
            given = request.policyConfig[name]
            values = {key: _whole(value) for key, value in json_format.MessageToDict(given.properties).items()}
            try:
                check_parameters(by_id[name], values)
            except ConfigurationError as refused:
                context.abort(grpc.StatusCode.INVALID_ARGUMENT, str(refused))
            levels[name] = names.get(given.enforcementLevel, Level.MANDATORY)
            parameters[name] = {**parameters.get(name, {}), **values}
        self.configuration = Configuration(
            levels=levels, parameters=parameters, exemptions=self.configuration.exemptions
        )
        return empty_pb2.Empty()

    def Analyze(self, request: Any, context: Any) -> messages.AnalyzeResponse:  # noqa: N802, ARG002
        """Judges one resource's inputs."""
        response = messages.AnalyzeResponse()
        subject = decoded(request)
        self._inputs[subject.urn] = subject.properties
        for rule in self._resource_rules.get(subject.type, ()):
            self._report(rule, subject, partial(rule.judge, subject.properties), response)
        return response

    def AnalyzeStack(self, request: Any, context: Any) -> messages.AnalyzeResponse:  # noqa: N802, ARG002
        """Judges the whole graph."""
        response = messages.AnalyzeResponse()
        graph = Graph(self._with_inputs(decoded(resource)) for resource in request.resources)
        for rule in self.rules:
            if isinstance(rule, GraphRule):
                for subject in graph.of(*rule.types):
                    self._report(rule, subject, partial(rule.judge, subject, graph), response)
        response.diagnostics.extend(map(_unused, self.configuration.unused(graph.nodes)))
        return response

    def _with_inputs(self, node: Node) -> Node:
        """The resource as it was declared, with the outputs that add to that.

        Before its provider can be configured, a preview gives a resource no outputs at all.
        """
        inputs = self._inputs.get(node.urn, {})
        known = {name: value for name, value in inputs.items() if not isinstance(value, Unknown)}
        return replace(node, properties={**inputs, **node.properties, **known})

    def GetAnalyzerInfo(self, request: Any, context: Any) -> messages.AnalyzerInfo:  # noqa: N802, ARG002
        """Describes every rule."""
        return messages.AnalyzerInfo(
            name=NAME, version=VERSION, supportsConfig=True, policies=[self._described(rule) for rule in self.rules]
        )

    def GetPluginInfo(self, request: Any, context: Any) -> plugin_pb2.PluginInfo:  # noqa: N802, ARG002
        """Tells the pack's version."""
        return plugin_pb2.PluginInfo(version=VERSION)

    def Cancel(self, request: Any, context: Any) -> empty_pb2.Empty:  # noqa: N802, ARG002
        """Judging is quick enough to be let finish."""
        return empty_pb2.Empty()

    def _report(
        self, rule: AnyRule, subject: Node, judge: Callable[[Parameters], Verdict], response: messages.AnalyzeResponse
    ) -> None:
        level = self.configuration.level(rule)
        exempt = any(exemption.covers(rule, subject) for exemption in self.configuration.exemptions)
        if level is Level.DISABLED or exempt:
            return
        try:
            verdict = judge(self.configuration.parameters_of(rule))
        except Exception as fault:
            where = traceback.extract_tb(fault.__traceback__)[-1]
            message = f"the rule itself failed on {subject.urn}: {fault!r} at {where.filename}:{where.lineno}"
            response.diagnostics.append(_diagnostic(rule, subject, Level.MANDATORY, message))
            return
        if verdict.outcome is Outcome.VIOLATING:
            message = f"{verdict.message}. {rule.rationale} Fix: {rule.fix}"
            response.diagnostics.append(_diagnostic(rule, subject, level, message))
        elif verdict.outcome is Outcome.NOT_APPLICABLE:
            response.not_applicable.add(policy_name=rule.id, reason=verdict.message)

    def _described(self, rule: AnyRule) -> messages.PolicyInfo:
        stack_wide = isinstance(rule, GraphRule)
        info = messages.PolicyInfo(
            name=rule.id,
            displayName=rule.title,
            description=rule.title,
            enforcementLevel=_LEVELS[self.configuration.level(rule)],
            policy_type=messages.POLICY_TYPE_STACK if stack_wide else messages.POLICY_TYPE_RESOURCE,
            severity=_SEVERITIES[rule.severity],
            remediation_steps=rule.fix,
            url=rule.link,
            tags=[f"{framework} {name}" for framework, names in rule.controls.items() for name in names],
        )
        for name, parameter in rule.parameters.items():
            decided = self.configuration.parameters_of(rule)[name]
            info.configSchema.properties.update({name: _schema(decided, parameter.description)})
        return info


def _diagnostic(rule: RuleBase, subject: Node, level: Level, message: str) -> messages.AnalyzeDiagnostic:
    return messages.AnalyzeDiagnostic(
        policyName=rule.id,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=rule.title,
        message=f"{rule.title}\n{message}",
        urn=subject.urn,
        enforcementLevel=_LEVELS[level],
        severity=_SEVERITIES[rule.severity],
    )


def _unused(exemption: Exemption) -> messages.AnalyzeDiagnostic:
    return messages.AnalyzeDiagnostic(
        policyName=exemption.rule,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description="Every exemption names a resource of the stack",
        message=f"the exemption of {exemption.resource} matches no resource; {exemption.owner} must remove it",
        enforcementLevel=messages.MANDATORY,
    )


def _schema(default: Any, description: str) -> dict[str, Any]:
    kinds = {bool: "boolean", int: "integer", str: "string", tuple: "array"}
    shown = list(default) if isinstance(default, tuple) else default
    return {"type": kinds[type(default)], "description": description, "default": shown}


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def serve(rules: Iterable[AnyRule], configuration: Configuration) -> NoReturn:
    """Listens on a free loopback port, prints it on a line, and answers until the process is ended."""
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", _MAX_MESSAGE_BYTES)]
    )
    analyzer_pb2_grpc.add_AnalyzerServicer_to_server(Analyzer(rules, configuration), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    sys.stdout.write(f"{port}\n")
    sys.stdout.flush()
    server.wait_for_termination()
    raise SystemExit(0)
