"""The shipped stacks before the pack: nothing mandatory is broken, and no type goes unlooked at without a reason."""

from datetime import date
from functools import cache

import pytest

from policies.catalogue import all_rules
from policies.configuration import Level, load
from policies.graph import Graph
from policies.rule import AnyRule, Outcome, Rule, Verdict
from tests.policies.program import preview

STACKS = ("local", "dev", "prod")
RULES = all_rules()

NOT_JUDGED = {
    "aws:acm/certificateValidation:CertificateValidation": "waits, and sets nothing",
    "aws:cognito/resourceServer:ResourceServer": "names scopes; the service decides what they allow",
    "aws:cognito/userGroup:UserGroup": "names groups; the service decides what they allow",
    "aws:cognito/userPoolDomain:UserPoolDomain": "a host name of Cognito's own, with Cognito's certificate",
    "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup": "judged with its VPC by NET-05",
    "aws:ec2/eip:Eip": "an address for NAT; no rule of ours limits how many there are",
    "aws:ec2/internetGateway:InternetGateway": "judged by the routes that lead to it: STK-03, STK-08",
    "aws:ec2/natGateway:NatGateway": "judged by the routes that lead to it: STK-03",
    "aws:ec2/routeTableAssociation:RouteTableAssociation": "judged with its subnet by STK-03 and STK-08",
    "aws:ecr/lifecyclePolicy:LifecyclePolicy": "judged with its repository by ECR-05",
    "aws:eks/accessEntry:AccessEntry": "admits a principal and grants nothing; EKS-07 judges what grants",
    "aws:elasticache/parameterGroup:ParameterGroup": "memory settings; none of them is a control",
    "aws:elasticache/userGroup:UserGroup": "lists users; EC-06 judges each, EC-03 that the cache has a group",
    "aws:iam/openIdConnectProvider:OpenIdConnectProvider": "trusted only through roles, which IAM-05 judges",
    "aws:kms/alias:Alias": "a name for a key",
    "aws:msk/configuration:Configuration": "defaults for topics; MSK-06 judges the topics",
    "aws:route53/record:Record": "a name for something that is judged itself",
    "aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration": "judged with its bucket by S3-07",
    "aws:s3/bucketOwnershipControls:BucketOwnershipControls": "judged with its bucket by S3-08",
    "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": "judged with its bucket by S3-01",
    "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": "judged by S3-04",
    "aws:s3/bucketVersioning:BucketVersioning": "judged with its bucket by S3-05",
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
    "kubernetes:helm.sh/v3:Release": "a chart's objects are not in the graph; its namespace is judged",
    "kubernetes:networking.istio.io/v1:DestinationRule": "routing inside the cluster, behind the gateway",
    "kubernetes:networking.istio.io/v1:Gateway": "reached only from the load balancer, by its security group",
    "kubernetes:networking.istio.io/v1:VirtualService": "routing inside the cluster, behind the gateway",
    "pulumi:pulumi:Stack": "holds the others",
}
"""Types of the program that no rule is anchored at: each a decision."""


@cache
def graph(stack: str) -> Graph:
    return preview(stack)


def verdicts(stack: str, rule: AnyRule) -> dict[str, Verdict]:
    configuration = load(stack, RULES, today=date.today())
    parameters = configuration.parameters_of(rule)
    return {
        f"{node.type}::{node.name}": rule.judge(node.properties, parameters)
        if isinstance(rule, Rule)
        else rule.judge(node, graph(stack), parameters)
        for node in graph(stack).of(*rule.types)
        if not any(exemption.covers(rule, node) for exemption in configuration.exemptions)
    }


@pytest.mark.parametrize("stack", STACKS)
def test_a_shipped_stack_breaks_no_mandatory_rule(stack: str) -> None:
    configuration = load(stack, RULES, today=date.today())
    broken = {
        f"{rule.id} {resource}": verdict.message
        for rule in RULES
        if configuration.level(rule) is Level.MANDATORY
        for resource, verdict in verdicts(stack, rule).items()
        if verdict.outcome is Outcome.VIOLATING
    }
    assert not broken


@pytest.mark.parametrize("stack", STACKS)
def test_every_exemption_names_a_resource_of_the_stack(stack: str) -> None:
    assert not load(stack, RULES, today=date.today()).unused(graph(stack).nodes)


@pytest.mark.parametrize("stack", STACKS)
def test_every_type_of_the_program_is_judged_or_decided_about(stack: str) -> None:
    judged = {type_ for rule in RULES for type_ in rule.types}
    types = {node.type for node in graph(stack).nodes if not node.type.startswith("fortress:")}
    assert not types - judged - set(NOT_JUDGED)
    assert not judged & set(NOT_JUDGED)
