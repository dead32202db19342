"""The pack as a process, spoken to over gRPC as an engine does."""

import os
import subprocess
import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import grpc
import pytest
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2 as messages
from pulumi.runtime.proto import analyzer_pb2_grpc

from policies.catalogue import all_rules
from policies.configuration import load
from policies.rule import GraphRule
from policies.server import Analyzer

CHECKOUT = Path(__file__).resolve().parents[2]
UNKNOWN_STRING = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270"}
VPC = "urn:pulumi:dev::fortress::aws:ec2/vpc:Vpc::network"


@pytest.fixture(scope="module")
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    command = [sys.executable, "-u", "-m", "pulumi.policy", "127.0.0.1:1", str(CHECKOUT / "policies")]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("PULUMI_")}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd="/", env=environment) as process:
        assert process.stdout is not None
        port = int(process.stdout.readline())
        with grpc.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield analyzer_pb2_grpc.AnalyzerStub(channel)
        process.terminate()


@pytest.fixture(autouse=True)
def without_a_stack_of_its_own(pack: Any) -> None:
    pack.ConfigureStack(messages.AnalyzerStackConfigureRequest(stack="none"))


def struct(properties: dict[str, Any]) -> struct_pb2.Struct:
    result = struct_pb2.Struct()
    result.update(properties)
    return result


def listener(**properties: Any) -> messages.AnalyzeRequest:
    type_ = "aws:lb/listener:Listener"
    urn = f"urn:pulumi:dev::fortress::{type_}::api"
    return messages.AnalyzeRequest(type=type_, urn=urn, name="api", properties=struct(properties))


def test_the_pack_describes_every_rule(pack: Any) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    rules = {rule.id: rule for rule in all_rules()}
    assert {policy.name for policy in info.policies} == set(rules)
    for policy in info.policies:
        stack_wide = isinstance(rules[policy.name], GraphRule)
        assert (policy.policy_type == messages.POLICY_TYPE_STACK) is stack_wide
        assert policy.remediation_steps
        assert policy.url.startswith("https://")


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_pack_describes_every_rule_as_each_stack_sets_it(stack: str) -> None:
    rules = all_rules()
    analyzer = Analyzer(rules, load(stack, rules, today=date.today()))
    assert len(analyzer.GetAnalyzerInfo(empty_pb2.Empty(), None).policies) == len(rules)


def test_a_violation_says_what_was_found_why_it_matters_and_how_to_fix_it(pack: Any) -> None:
    request = listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08")
    (diagnostic,) = pack.Analyze(request).diagnostics
    assert diagnostic.policyName == "LB-02"
    assert diagnostic.urn == request.urn
    assert diagnostic.enforcementLevel == messages.MANDATORY
    assert diagnostic.severity == messages.POLICY_SEVERITY_HIGH
    assert "sslPolicy is ELBSecurityPolicy-2016-08" in diagnostic.message
    assert "Fix: Set `sslPolicy`" in diagnostic.message


def test_an_unknown_value_is_reported_as_not_applicable_yet(pack: Any) -> None:
    response = pack.Analyze(listener(protocol="HTTPS", sslPolicy=UNKNOWN_STRING))
    assert not response.diagnostics
    assert {found.policy_name: found.reason for found in response.not_applicable} == {
        "LB-02": "sslPolicy is not known before deployment"
    }


def test_a_secret_value_is_judged_by_what_it_hides(pack: Any) -> None:
    response = pack.Analyze(listener(protocol="HTTPS", sslPolicy={**SECRET, "value": "ELBSecurityPolicy-2016-08"}))
    assert [diagnostic.policyName for diagnostic in response.diagnostics] == ["LB-02"]


def test_a_deprecated_alias_of_a_type_is_judged_like_the_type(pack: Any) -> None:
    request = listener(protocol="HTTPS", sslPolicy="ELBSecurityPolicy-2016-08")
    request.type = "aws:alb/listener:Listener"
    assert [diagnostic.policyName for diagnostic in pack.Analyze(request).diagnostics] == ["LB-02"]


def test_a_graph_rule_joins_resources_by_urn_while_every_id_is_unknown(pack: Any) -> None:
    flow_log = messages.AnalyzerResource(
        type="aws:ec2/flowLog:FlowLog",
        urn="urn:pulumi:dev::fortress::aws:ec2/flowLog:FlowLog::log",
        name="log",
        properties=struct({"vpcId": UNKNOWN_STRING, "trafficType": "ALL"}),
    )
    vpc = messages.AnalyzerResource(type="aws:ec2/vpc:Vpc", urn=VPC, name="network", properties=struct({}))
    alone = pack.AnalyzeStack(messages.AnalyzeStackRequest(resources=[vpc, flow_log]))
    assert ("NET-06", VPC) in {(found.policyName, found.urn) for found in alone.diagnostics}
    flow_log.propertyDependencies["vpcId"].urns.append(VPC)
    joined = pack.AnalyzeStack(messages.AnalyzeStackRequest(resources=[vpc, flow_log]))
    assert "NET-06" not in {found.policyName for found in joined.diagnostics}


def test_the_engine_can_make_a_rule_advisory(pack: Any) -> None:
    config = messages.PolicyConfig(enforcementLevel=messages.ADVISORY)
    pack.Configure(messages.ConfigureAnalyzerRequest(policyConfig={"LB-02": config}))
    (diagnostic,) = pack.Analyze(listener(protocol="HTTPS")).diagnostics
    assert diagnostic.enforcementLevel == messages.ADVISORY


def test_a_parameter_of_another_type_is_refused(pack: Any) -> None:
    config = messages.PolicyConfig(enforcementLevel=messages.MANDATORY, properties=struct({"tls_to_targets": "yes"}))
    with pytest.raises(grpc.RpcError, match="LB-08 tls_to_targets is 'yes', must be of type bool"):
        pack.Configure(messages.ConfigureAnalyzerRequest(policyConfig={"LB-08": config}))


@pytest.mark.parametrize("stack", ["local", "dev", "prod"])
def test_the_pack_describes_itself_as_each_stack_configures_it(stack: str) -> None:
    rules = all_rules()
    configured = Analyzer(rules, load(stack, rules, today=date.today()))
    assert len(configured.GetAnalyzerInfo(empty_pb2.Empty(), None).policies) == len(rules)
