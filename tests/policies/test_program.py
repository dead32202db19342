"""The shipped stacks before the pack: nothing mandatory is broken, and no type goes unlooked at without a reason."""

import cProfile
import importlib
from datetime import date
from functools import cache
from pathlib import Path

import pytest
import yaml

from policies.catalogue import all_rules
from policies.configuration import Configuration, Level, load
from policies.graph import Graph
from policies.judgement import judge, verdict
from policies.program import preview
from policies.rule import Outcome, Rule
from tests.infra.program import as_pulumi_hands_over, on_managed_nodes, stack_values
from tests.policies.case import REMOVED, Change
from tests.policies.copies import copies
from tests.policies.mutation import Mutation, label

CHECKOUT = Path(__file__).resolve().parents[2]
STACKS = ("local", "dev", "prod")
RULES = all_rules()
MUTATIONS: dict[str, Mutation] = {
    rule: mutation
    for path in sorted((Path(__file__).parent / "mutations").glob("*.py"))
    for rule, mutation in importlib.import_module(f"tests.policies.mutations.{path.stem}").MUTATIONS.items()
}

NOT_JUDGED = {
    "aws:acm/certificateValidation:CertificateValidation": "waits, and sets nothing",
    "aws:amp/alertManagerDefinition:AlertManagerDefinition": "says which alerts are told when; MON-02 judges the topic",
    "aws:amp/ruleGroupNamespace:RuleGroupNamespace": "says what is an alert; promtool judges the rules",
    "aws:backup/selection:Selection": "judged with what it picks by STK-11",
    "aws:cfg/deliveryChannel:DeliveryChannel": "where to; the bucket is judged itself",
    "aws:cfg/recorder:Recorder": "what watches, which no framework asks more of than that it is there",
    "aws:cfg/recorderStatus:RecorderStatus": "turns its recorder on",
    "aws:cloudwatch/dashboard:Dashboard": "shows metrics, which are nobody's secret, to whoever may read CloudWatch",
    "aws:cloudwatch/eventRule:EventRule": "picks events; it grants nothing",
    "aws:cloudwatch/eventTarget:EventTarget": "sends events to a log group, which is judged itself",
    "aws:cloudwatch/logMetricFilter:LogMetricFilter": "counts lines of a log group",
    "aws:cloudwatch/logResourcePolicy:LogResourcePolicy": "lets one service of AWS write to one log group",
    "aws:cloudwatch/logStream:LogStream": "one part of a log group, which is judged itself",
    "aws:cognito/resourceServer:ResourceServer": "names scopes; the service decides what they allow",
    "aws:cognito/userGroup:UserGroup": "names groups; the service decides what they allow",
    "aws:cognito/userPoolDomain:UserPoolDomain": "a host name of Cognito's own, with Cognito's certificate",
    "aws:costexplorer/anomalyMonitor:AnomalyMonitor": "watches the bill",
    "aws:costexplorer/anomalySubscription:AnomalySubscription": "says who hears of the bill",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "judged with its VPC by NET-05",
    "aws:ec2/internetGateway:InternetGateway": "judged by the routes that lead to it: STK-03, STK-08",
    "aws:ec2/natGateway:NatGateway": "judged by the routes that lead to it: STK-03",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "judged with its subnet by STK-03 and STK-08",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "judged with its repository by ECR-05",
    "aws:eks/accessEntry:AccessEntry": "admits a principal and grants nothing; EKS-07 judges what grants",
    "aws:elasticache/parameterGroup:ParameterGroup": "memory settings; none of them is a control",
    "aws:elasticache/userGroup:UserGroup": "lists users; EC-06 judges each, EC-03 that the cache has a group",
    "aws:glue/catalogDatabase:CatalogDatabase": "names tables; what they name lies in a bucket",
    "aws:glue/catalogTable:CatalogTable": "names columns; what they name lies in a bucket",
    "aws:guardduty/detector:Detector": "what watches, which no framework asks more of than that it is there",
    "aws:guardduty/detectorFeature:DetectorFeature": "one more source of its detector",
    "aws:kms/alias:Alias": "a name for a key",
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": "how many connections; RDS-16 judges the proxy",
    "aws:rds/proxyTarget:ProxyTarget": "joins a proxy and a database, which are judged themselves",
    "aws:msk/configuration:Configuration": "defaults for topics; MSK-06 judges the topics",
    "aws:route53/hostedZoneDnsSec:HostedZoneDnsSec": "judged with its zone by DNS-02",
    "aws:route53/keySigningKey:KeySigningKey": "judged by what it signs: DNS-02; its key by KMS-02 and KMS-03",
    "aws:route53/queryLog:QueryLog": "judged with its zone by DNS-01",
    "aws:route53/record:Record": "a name for something that is judged itself",
    "aws:scheduler/schedule:Schedule": "calls with a role, which IAM's rules judge",
    "aws:scheduler/scheduleGroup:ScheduleGroup": "names schedules; the role's trust names it",
    "aws:s3/bucketLogging:BucketLogging": "judged with its bucket by S3-06",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "judged with its bucket by S3-07",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "judged with its bucket by S3-08",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "judged with its bucket by S3-01",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "judged by S3-04",
    "aws:s3/bucketVersioning:BucketVersioning": "judged with its bucket by S3-05",
    "aws:secretsmanager/secretRotation:SecretRotation": "judged with its secret by SEC-02",
    "aws:securityhub/account:Account": "what judges the account, which no framework asks more of",
    "aws:securityhub/standardsSubscription:StandardsSubscription": "what the account is judged by",
    "aws:sesv2/configurationSet:ConfigurationSet": "that letters are encrypted is Letters' own; no framework asks it",
    "aws:sesv2/emailIdentity:EmailIdentity": "proves a name; who may write in it is judged by IAM's rules",
    "aws:sns/topicSubscription:TopicSubscription": "judged with its topic by STK-12",
    "aws:wafv2/webAclAssociation:WebAclAssociation": "judged with its load balancer by WAF-01 and STK-01",
    "aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration": "judged with its web ACL by WAF-02",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicy": "a judge itself, which grants nothing",
    "kubernetes:admissionregistration.k8s.io/v1:ValidatingAdmissionPolicyBinding": "puts a judge in place",
    "kubernetes:argoproj.io/v1alpha1:AnalysisTemplate": "queries that decide about a release",
    "kubernetes:autoscaling/v2:HorizontalPodAutoscaler": "scales between numbers that the stack states",
    "kubernetes:core/v1:LimitRange": "defaults for pods of which K8S-11 judges each",
    "kubernetes:core/v1:ResourceQuota": "a sum for pods of which K8S-11 judges each",
    "kubernetes:eks.amazonaws.com/v1:TargetGroupBinding": "binds pods to a target group, which STK-01 judges",
    "kubernetes:elbv2.k8s.aws/v1beta1:TargetGroupBinding": "binds pods to a target group, which STK-01 judges",
    "kubernetes:helm.sh/v3:Release": "a chart's objects are not in the graph; its namespace is judged",
    "kubernetes:keda.sh/v1alpha1:ScaledObject": "scales between numbers that the stack states",
    "kubernetes:keda.sh/v1alpha1:TriggerAuthentication": "names no secret: the operator's own role, which is judged",
    "kubernetes:karpenter.sh/v1:NodePool": "which machines; what runs on them is judged by K8S rules",
    "kubernetes:networking.istio.io/v1:DestinationRule": "routing inside the cluster, behind the gateway",
    "kubernetes:networking.istio.io/v1:Gateway": "reached only from the load balancer, by its security group",
    "kubernetes:networking.istio.io/v1:VirtualService": "routing inside the cluster, behind the gateway",
}
"""Types of the program that no rule is anchored at: each a decision."""


@cache
def graph(stack: str) -> Graph:
    delegated = yaml.safe_load((CHECKOUT / f"Pulumi.{stack}.yaml").read_text())["config"]["fortress:domain"][
        "delegated"
    ]
    return preview(CHECKOUT, stack, {"fortress:image_digest": f"sha256:{'a' * 64}"} if delegated else {})


@cache
def configuration(stack: str) -> Configuration:
    return load(stack, RULES, today=date.today())


def violations(stack: str, judged: Graph, touched: set[str] | None = None) -> dict[tuple[str, str], str]:
    """Messages by rule and resource; rules on single resources look only at what was touched, where that is given."""
    found: dict[tuple[str, str], str] = {}
    for rule in RULES:
        if configuration(stack).level(rule) is Level.DISABLED:
            continue
        parameters = configuration(stack).parameters_of(rule)
        for node in judged.of(*rule.types):
            untouched = isinstance(rule, Rule) and touched is not None and node.urn not in touched
            if not untouched and configuration(stack).exemption(rule, node) is None:
                found_out = verdict(rule, node, judged, parameters)
                if found_out.outcome is Outcome.VIOLATING:
                    found[rule.id, label(node)] = found_out.message
    return found


@cache
def standing(stack: str) -> dict[tuple[str, str], str]:
    return violations(stack, graph(stack))


@pytest.mark.parametrize("stack", STACKS)
def test_a_shipped_stack_breaks_no_mandatory_rule(stack: str) -> None:
    mandatory = {rule.id for rule in RULES if configuration(stack).level(rule) is Level.MANDATORY}
    assert not {where: message for where, message in standing(stack).items() if where[0] in mandatory}


@pytest.mark.parametrize("stack", STACKS)
def test_every_exemption_is_of_a_resource_that_would_break_its_rule(stack: str) -> None:
    exempt = [finding for finding in judge(RULES, graph(stack), configuration(stack)) if finding.exemption]
    assert {finding.exemption for finding in exempt} == set(configuration(stack).exemptions)
    assert not [finding for finding in exempt if finding.verdict.outcome is not Outcome.VIOLATING]


@pytest.mark.parametrize("stack", STACKS)
def test_every_type_of_the_program_is_judged_or_decided_about(stack: str) -> None:
    judged = {type_ for rule in RULES for type_ in rule.types}
    types = {node.type for node in graph(stack).nodes if not node.type.startswith("fortress:")}
    assert not types - judged - set(NOT_JUDGED)
    assert not judged & set(NOT_JUDGED)


@pytest.mark.parametrize("rule", [rule.id for rule in RULES])
def test_a_violation_in_the_program_itself_is_caught_by_its_rule_alone_before_anything_exists(rule: str) -> None:
    mutation = MUTATIONS[rule]
    if mutation.standing:
        assert rule in {name for name, _ in standing(mutation.stack)}
        return
    mutated, touched = mutation.of(graph(mutation.stack), rule)
    new = violations(mutation.stack, mutated, touched).items() - standing(mutation.stack).items()
    assert {name for (name, _), _ in new} == {rule}, dict(new)


def test_every_rule_has_a_violation_in_the_program_that_it_alone_must_catch() -> None:
    assert set(MUTATIONS) == {rule.id for rule in RULES}


@cache
def on_nodes_of_its_own() -> Graph:
    """`dev` as it would be on nodes that it declares itself."""
    values = on_managed_nodes(stack_values("dev"))
    changed = {key: values[key] for key in ("cluster", "savings")}
    changed["domain"] = {**values["domain"], "delegated": True}
    overrides = as_pulumi_hands_over({**changed, "image_digest": f"sha256:{'a' * 64}"})
    return preview(CHECKOUT, "dev", {f"fortress:{key}": value for key, value in overrides.items()})


def test_nodes_of_the_stacks_own_break_no_mandatory_rule_and_every_type_is_judged() -> None:
    mandatory = {rule.id for rule in RULES if configuration("dev").level(rule) is Level.MANDATORY}
    found = violations("dev", on_nodes_of_its_own())
    assert not {where: message for where, message in found.items() if where[0] in mandatory}
    types = {node.type for node in on_nodes_of_its_own().nodes if not node.type.startswith("fortress:")}
    assert not types - {type_ for rule in RULES for type_ in rule.types} - set(NOT_JUDGED)


@pytest.mark.parametrize(
    ("rule", "change"),
    [
        ("EC2-01", {"LaunchTemplate::node-group.metadataOptions.httpTokens": "optional"}),
        ("EC2-01", {"LaunchTemplate::node-group.metadataOptions.httpPutResponseHopLimit": 2.0}),
        ("EC2-02", {"LaunchTemplate::node-group.blockDeviceMappings.0.ebs.encrypted": "false"}),
        ("EC2-02", {"NodeGroup::node-group.launchTemplate": REMOVED}),
        ("EKS-06", {"LaunchTemplate::node-group.keyName": "operations"}),
        ("EKS-06", {"NodeGroup::node-group.remoteAccess": {"ec2SshKey": "operations"}}),
        ("EKS-10", {"Addon::node-agents-vpc-cni.configurationValues": REMOVED}),
        ("EKS-11", {"Cluster::cluster.computeConfig": {"enabled": True}}),
        ("EKS-12", {"Addon::node-agents-vpc-cni": REMOVED}),
    ],
)
def test_nodes_of_the_stacks_own_are_caught_where_they_are_insecure(rule: str, change: Change) -> None:
    mutated, touched = Mutation(change=change).of(on_nodes_of_its_own(), rule)
    new = violations("dev", mutated, touched).keys() - violations("dev", on_nodes_of_its_own()).keys()
    assert rule in {name for name, _ in new}


@pytest.mark.parametrize("stack", STACKS)
def test_every_resource_of_the_program_is_told_the_line_that_declares_it(stack: str) -> None:
    lines = {label(node): node.source for node in graph(stack).nodes if node.type != "pulumi:pulumi:Stack"}
    assert not [name for name, source in lines.items() if not source.startswith("infra/")]
    file, _, line = lines["Instance::database"].rpartition(":")
    assert "aws.rds.Instance(" in (CHECKOUT / file).read_text().splitlines()[int(line) - 1]


def test_the_work_of_the_rules_grows_no_faster_than_the_stack() -> None:
    few, many = (_calls(copies(graph("local"), count)) for count in (2, 8))
    assert many < few * 4.4


def _calls(stack: Graph) -> int:
    profile = cProfile.Profile()
    profile.runcall(lambda: list(judge(RULES, stack, configuration("prod"))))
    return sum(entry.callcount for entry in profile.getstats())
