"""Good and bad load balancers, listeners and web ACLs."""

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_BALANCER_TYPE = "aws:lb/loadBalancer:LoadBalancer"
_LISTENER_TYPE = "aws:lb/listener:Listener"
_TARGET_GROUP_TYPE = "aws:lb/targetGroup:TargetGroup"
_ACL_TYPE = "aws:wafv2/webAcl:WebAcl"
_BALANCER = {
    "loadBalancerType": "application",
    "internal": False,
    "dropInvalidHeaderFields": True,
    "desyncMitigationMode": "strictest",
    "enableDeletionProtection": True,
    "accessLogs": {"enabled": True, "bucket": "logs"},
    "connectionLogs": {"enabled": True, "bucket": "logs"},
}
_REDIRECT = {
    "protocol": "HTTP",
    "defaultActions": [{"type": "redirect", "redirect": {"protocol": "HTTPS", "statusCode": "HTTP_301"}}],
}
_SUBNET_A = Resource(type="aws:ec2/subnet:Subnet", properties={"availabilityZone": "eu-west-1a"})
_SUBNET_B = Resource(type="aws:ec2/subnet:Subnet", properties={"availabilityZone": "eu-west-1b"})
_METRICS = {"cloudwatchMetricsEnabled": True}

CASES = [
    Case(
        rule="LB-01",
        type=_LISTENER_TYPE,
        good=_REDIRECT,
        bad={
            "serves HTTP": {"defaultActions.0": {"type": "forward", "targetGroupArn": "arn"}},
            "redirects to HTTP": {"defaultActions.0.redirect.protocol": "HTTP"},
            "a second action": {"defaultActions.1": {"type": "fixed-response"}},
            "no action": {"defaultActions": []},
        },
        also_good={"HTTPS": {"protocol": "HTTPS", "defaultActions.0": {"type": "forward"}}},
    ),
    Case(
        rule="LB-02",
        type=_LISTENER_TYPE,
        good={"protocol": "HTTPS", "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-2021-06"},
        bad={
            "of 2016": {"sslPolicy": "ELBSecurityPolicy-2016-08"},
            "down to TLS 1.0": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-0-2021-06"},
            "without forward secrecy": {"sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Ext1-2021-06"},
            "left to AWS": {"sslPolicy": REMOVED},
            "of a network load balancer": {"protocol": "TLS", "sslPolicy": "ELBSecurityPolicy-2016-08"},
        },
        also_good={"plain, which is LB-01's matter": {"protocol": "HTTP", "sslPolicy": REMOVED}},
    ),
    Case(
        rule="LB-03",
        type=_BALANCER_TYPE,
        good=_BALANCER,
        bad={"left to AWS": {"dropInvalidHeaderFields": REMOVED}, "off": {"dropInvalidHeaderFields": False}},
    ),
    Case(
        rule="LB-04",
        type=_BALANCER_TYPE,
        good=_BALANCER,
        bad={
            "no access log": {"accessLogs.enabled": False},
            "no bucket": {"accessLogs.bucket": REMOVED},
            "no connection log": {"connectionLogs": REMOVED},
        },
    ),
    Case(
        rule="LB-05",
        type=_BALANCER_TYPE,
        good=_BALANCER,
        bad={"left to AWS": {"enableDeletionProtection": REMOVED}},
    ),
    Case(
        rule="LB-06",
        type=_BALANCER_TYPE,
        good=_BALANCER,
        bad={"monitor": {"desyncMitigationMode": "monitor"}},
        also_good={"left to AWS": {"desyncMitigationMode": REMOVED}},
    ),
    GraphCase(
        rule="LB-07",
        anchor="public",
        good={
            "public": Resource(type=_BALANCER_TYPE, references={"subnets": ("a", "b")}),
            "a": _SUBNET_A,
            "b": _SUBNET_B,
        },
        bad={
            "one zone twice": {"b": _SUBNET_A},
            "one subnet": {"public.->subnets": ("a",)},
            "one subnet from elsewhere": {"public.->subnets": REMOVED, "public.subnets": ["subnet-1"]},
            "none": {"public.->subnets": REMOVED},
        },
        also_good={"from elsewhere": {"public.->subnets": REMOVED, "public.subnets": ["subnet-1", "subnet-2"]}},
    ),
    Case(
        rule="LB-08",
        type=_TARGET_GROUP_TYPE,
        good={"protocol": "HTTP", "healthCheck": {"path": "/health/ready"}},
        bad={
            "no path": {"healthCheck": REMOVED},
            "no path within TLS": {"protocol": "HTTPS", "healthCheck": REMOVED},
            "off": {"healthCheck.enabled": False},
        },
    ),
    Case(
        rule="LB-08",
        type=_TARGET_GROUP_TYPE,
        good={"protocol": "HTTPS", "healthCheck": {"path": "/health/ready"}},
        bad={"plain": {"protocol": "HTTP"}},
        parameters={"tls_to_targets": True},
    ),
    GraphCase(
        rule="WAF-01",
        anchor="public",
        good={
            "public": Resource(type=_BALANCER_TYPE, properties=_BALANCER),
            "acl": Resource(type=_ACL_TYPE),
            "guard": Resource(
                type="aws:wafv2/webAclAssociation:WebAclAssociation",
                references={"resourceArn": "public", "webAclArn": "acl"},
            ),
        },
        bad={
            "no association": {"guard": REMOVED},
            "of another balancer": {
                "other": Resource(type=_BALANCER_TYPE, properties=_BALANCER),
                "guard.->resourceArn": "other",
            },
        },
        also_good={
            "internal": {"guard": REMOVED, "public.internal": True},
            "below HTTP": {"guard": REMOVED, "public.loadBalancerType": "network"},
        },
    ),
    GraphCase(
        rule="WAF-02",
        anchor="acl",
        good={
            "acl": Resource(type=_ACL_TYPE),
            "logging": Resource(
                type="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
                references={"resourceArn": "acl"},
            ),
        },
        bad={"none": {"logging": REMOVED}},
    ),
    Case(
        rule="WAF-03",
        type=_ACL_TYPE,
        good={
            "rules": [
                {
                    "overrideAction": {"none": {}},
                    "statement": {"managedRuleGroupStatement": {"name": "AWSManagedRulesKnownBadInputsRuleSet"}},
                    "visibilityConfig": _METRICS,
                }
            ],
            "visibilityConfig": _METRICS,
        },
        bad={
            "no rule": {"rules": []},
            "another group": {"rules.0.statement.managedRuleGroupStatement.name": "AWSManagedRulesLinuxRuleSet"},
            "only counting": {"rules.0.overrideAction": {"count": {}}},
            "no metrics": {"visibilityConfig.cloudwatchMetricsEnabled": False},
            "no metrics of a rule": {"rules.0.visibilityConfig": {"cloudwatchMetricsEnabled": False}},
        },
    ),
]
