"""The pack as a process: Pulumi's analyzer protocol over gRPC.

`pulumi_policy.PolicyPack` decodes a resource anew for every rule and drops which values are secret; with a hundred
rules that costs seconds a preview. This servicer speaks the same protocol, decodes once, and asks only the rules of
the resource's type.
"""

import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping
from concurrent import futures
from dataclasses import replace
from datetime import date
from typing import Any, NoReturn

import grpc
from google.protobuf import empty_pb2, json_format, struct_pb2
from pulumi.output import Unknown
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc, plugin_pb2

from policies.configuration import Configuration, ConfigurationError, Exemption, Level, check_parameters, load
from policies.decode import decode, replaced
from policies.decode import node as decoded
from policies.graph import Graph, Node
from policies.judgement import Finding, find, judge
from policies.rule import AnyRule, GraphRule, Outcome, Rule, Severity
from policies.values import shown

NAME = "fortress"
VERSION = "0.1.0"
_MAX_MESSAGE_BYTES = 400 * 1024 * 1024
_ALONE = Graph(())
_LEVELS = {
    Level.REMEDIATE: messages.REMEDIATE,
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
        self._needless: set[Exemption] = set()
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
            levels[name] = names[given.enforcementLevel]
            parameters[name] = {**parameters.get(name, {}), **values}
        self.configuration = Configuration(
            levels=levels, parameters=parameters, exemptions=self.configuration.exemptions
        )
        return empty_pb2.Empty()

    def Remediate(self, request: Any, context: Any) -> messages.RemediateResponse:  # noqa: N802, ARG002
        """Mends one resource's inputs where a rule is set to do that and knows how."""
        response = messages.RemediateResponse()
        mended = decoded(request)
        properties = request.properties
        for rule in self._resource_rules.get(mended.type, ()):
            if self.configuration.level(rule) is Level.REMEDIATE and rule.remedy is not None:
                found = find(rule, mended, _ALONE, self.configuration)
                if found.stops and not found.fault:
                    change = rule.remedy(mended.properties, self.configuration.parameters_of(rule))
                    properties = replaced(properties, change)
                    mended = replace(mended, properties=decode(properties)[0])
                    response.remediations.append(_remediation(rule, change, properties))
        return response

    def Analyze(self, request: Any, context: Any) -> messages.AnalyzeResponse:  # noqa: N802, ARG002
        """Judges one resource's inputs."""
        subject = decoded(request)
        self._inputs[subject.urn] = subject.properties
        return self._answer(
            find(rule, subject, _ALONE, self.configuration) for rule in self._resource_rules.get(subject.type, ())
        )

    def AnalyzeStack(self, request: Any, context: Any) -> messages.AnalyzeResponse:  # noqa: N802, ARG002
        """Judges the whole graph."""
        graph = Graph(self._with_inputs(decoded(resource)) for resource in request.resources)
        rules = [rule for rule in self.rules if isinstance(rule, GraphRule)]
        response = self._answer(judge(rules, graph, self.configuration))
        stale = self.configuration.stale(graph.nodes, self._needless)
        response.diagnostics.extend(_stale(exemption, why) for exemption, why in stale)
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

    def _answer(self, findings: Iterable[Finding]) -> messages.AnalyzeResponse:
        response = messages.AnalyzeResponse()
        for finding in findings:
            if finding.level is Level.DISABLED:
                continue
            outcome = finding.verdict.outcome
            if finding.exemption is not None and not finding.verdict.pending and outcome is not Outcome.VIOLATING:
                self._needless.add(finding.exemption)
            if outcome is Outcome.VIOLATING and finding.exemption is None:
                response.diagnostics.append(_diagnostic(finding))
            elif outcome is Outcome.NOT_APPLICABLE:
                response.not_applicable.add(policy_name=finding.rule.id, reason=finding.verdict.message)
        return response

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


def _diagnostic(finding: Finding) -> messages.AnalyzeDiagnostic:
    return messages.AnalyzeDiagnostic(
        policyName=finding.rule.id,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=finding.rule.title,
        message=f"{finding.rule.title}\n{finding.message}",
        urn=finding.node.urn,
        enforcementLevel=_LEVELS[finding.level],
        severity=_SEVERITIES[finding.rule.severity],
    )


def _stale(exemption: Exemption, why: str) -> messages.AnalyzeDiagnostic:
    return messages.AnalyzeDiagnostic(
        policyName=exemption.rule,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description="Every exemption is needed",
        message=f"the exemption of {exemption.resource} {why}; {exemption.owner} must remove it",
        enforcementLevel=messages.MANDATORY,
    )


def _remediation(rule: Rule, change: Mapping[str, Any], properties: struct_pb2.Struct) -> messages.Remediation:
    done = ", ".join(f"{path} is now {shown(value)}" for path, value in change.items())
    return messages.Remediation(
        policyName=rule.id,
        policyPackName=NAME,
        policyPackVersion=VERSION,
        description=f"{rule.title}: {done}",
        properties=properties,
    )


def _schema(default: Any, description: str) -> dict[str, Any]:
    kinds = {bool: "boolean", int: "integer", str: "string", tuple: "array", list: "array"}
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
