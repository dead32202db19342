"""Good and bad stacks: who gets in, who may act as whom, and what stands watch."""

from typing import Any

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_ADDRESS = "aws:ec2/eip:Eip"
_PROVIDER = "aws:iam/openIdConnectProvider:OpenIdConnectProvider"
_ROLE = "aws:iam/role:Role"
_ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
_INSTANCE = "aws:rds/instance:Instance"
_CACHE = "aws:elasticache/replicationGroup:ReplicationGroup"
_CLUSTER = "aws:eks/cluster:Cluster"
_VPC = "aws:ec2/vpc:Vpc"
_ALARM = Resource(type="aws:cloudwatch/metricAlarm:MetricAlarm", references={"dimensions.Id": "orders"})
_SELECTION = "aws:backup/selection:Selection"
_AWS = "pulumi:providers:aws"
_OIDC = "oidc.eks.eu-central-1.amazonaws.com/id/1"


def _endpoint(service: str) -> Resource:
    return Resource(
        type="aws:ec2/vpcEndpoint:VpcEndpoint",
        properties={"serviceName": f"com.amazonaws.eu-central-1.{service}"},
        references={"vpcId": "vpc"},
    )


def _pass(role: str) -> dict[str, Any]:
    return {
        "policy": {
            "Statement": [{"Effect": "Allow", "Action": "iam:PassRole", "Resource": [f"arn:aws:iam::1:role/{role}"]}]
        }
    }


def _trust(provider: str) -> dict[str, Any]:
    return {
        "assumeRolePolicy": {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Federated": provider},
                    "Condition": {
                        "StringEquals": {
                            f"{_OIDC}:sub": "system:serviceaccount:orders:api",
                            f"{_OIDC}:aud": "sts.amazonaws.com",
                        }
                    },
                }
            ]
        }
    }


_SWITCH = Resource(
    type="kubernetes:core/v1:ConfigMap",
    properties={
        "metadata": {"namespace": "kube-system", "name": "amazon-vpc-cni"},
        "data": {"enable-network-policy-controller": "true"},
    },
)
_WORKLOAD = {
    "association": Resource(
        type="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        properties={"namespace": "orders", "serviceAccount": "api"},
        references={"roleArn": "role"},
    ),
    "role": Resource(type=_ROLE),
    "rights": Resource(type=_ROLE_POLICY, references={"role": "role", "policy": "database"}),
    "database": Resource(type=_INSTANCE),
    "settings": Resource(type="kubernetes:core/v1:ConfigMap", references={"data.DATABASE_HOST": "database"}),
    "api": Resource(
        type="kubernetes:apps/v1:Deployment",
        properties={
            "metadata": {"namespace": "orders", "name": "api"},
            "spec": {
                "template": {
                    "spec": {"serviceAccountName": "api", "containers": [{"envFrom": [{"configMapRef": {"name": ""}}]}]}
                }
            },
        },
        references={"spec.template.spec.containers.0.envFrom.0.configMapRef.name": "settings"},
    ),
    "bucket": Resource(type="aws:s3/bucket:Bucket"),
}

CASES = [
    GraphCase(
        rule="STK-01",
        anchor="address",
        good={
            "address": Resource(type=_ADDRESS),
            "nat": Resource(type="aws:ec2/natGateway:NatGateway", references={"allocationId": "address"}),
        },
        bad={"nobody's": {"nat": REMOVED}, "another's": {"nat.->allocationId": REMOVED}},
    ),
    GraphCase(
        rule="STK-01",
        anchor="partner",
        good={"partner": Resource(type="aws:apigatewayv2/api:Api")},
        bad={"unlisted": {"partner": Resource(type="aws:apigatewayv2/api:Api", name="partners")}},
        parameters={"entrances": ["partner"]},
    ),
    GraphCase(
        rule="STK-09",
        anchor="provider",
        good={"provider": Resource(type=_PROVIDER, properties={"clientIdLists": ["sts.amazonaws.com"]})},
        bad={
            "no audience": {"provider.clientIdLists": []},
            "two audiences": {"provider.clientIdLists": ["sts.amazonaws.com", "anything"]},
        },
    ),
    GraphCase(
        rule="STK-09",
        anchor="role",
        good={
            "role": Resource(type=_ROLE, properties=_trust(f"arn:aws:iam::1:oidc-provider/{_OIDC}")),
            "own": Resource(type=_ROLE, references={"assumeRolePolicy": "provider"}),
            "provider": Resource(type=_PROVIDER, properties={"url": f"https://{_OIDC}"}),
            "account": Resource(
                type="kubernetes:core/v1:ServiceAccount",
                properties={"metadata": {"namespace": "orders", "name": "api"}},
            ),
        },
        bad={
            "a provider of others": {"provider": REMOVED},
            "no account": {"account": REMOVED},
            "another namespace": {"account.metadata.namespace": "other"},
        },
        also_good={"nobody by token": {"role.assumeRolePolicy": '{"Statement": []}', "account": REMOVED}},
    ),
    GraphCase(
        rule="STK-11",
        anchor="orders",
        good={
            "orders": Resource(type=_INSTANCE),
            "selection": Resource(type=_SELECTION, references={"resources": ("orders",)}),
        },
        bad={"not in it": {"selection.->resources": REMOVED}, "none": {"selection": REMOVED}},
    ),
    GraphCase(
        rule="STK-11",
        anchor="orders",
        good={
            "orders": Resource(type=_INSTANCE, properties={"tags": {"Backup": "daily"}}),
            "selection": Resource(type=_SELECTION, properties={"selectionTags": [{"key": "Backup", "value": "daily"}]}),
        },
        bad={
            "another tag": {"orders.tags.Backup": "never"},
            "no tag": {"orders.tags": REMOVED},
        },
        also_good={
            "a tag of the provider": {
                "orders.tags": REMOVED,
                "aws": Resource(type=_AWS, properties={"defaultTags": '{"tags": {"Backup": "daily"}}'}),
            }
        },
    ),
    GraphCase(
        rule="STK-17",
        anchor="policy",
        good={
            "policy": Resource(type=_ROLE_POLICY, properties=_pass("node")),
            "node": Resource(type=_ROLE, properties={"name": "node"}),
        },
        bad={
            "another's": {"node.name": "other"},
            "another's on a path": {"policy.policy.Statement.0.Resource.0": "arn:aws:iam::1:role/node/other"},
            "a second": {"policy.policy.Statement.0.Resource.1": "arn:aws:iam::1:role/other"},
        },
        also_good={"a pattern, which is IAM-03's matter": {"policy.policy.Statement.0.Resource.0": "arn:*"}},
    ),
    GraphCase(
        rule="STK-21",
        anchor="key",
        good={
            "key": Resource(type="aws:kms/key:Key"),
            "orders": Resource(type=_INSTANCE, references={"kmsKeyId": "key", "performanceInsightsKmsKeyId": "key"}),
        },
        bad={"a cache too": {"cache": Resource(type=_CACHE, references={"kmsKeyId": "key"})}},
        also_good={"nobody's": {"orders": REMOVED}},
    ),
    GraphCase(
        rule="STK-22",
        anchor="orders",
        good={"orders": Resource(type=_INSTANCE), "alarm": _ALARM},
        bad={"none": {"alarm": REMOVED}, "of something else": {"alarm.->dimensions.Id": REMOVED}},
    ),
    GraphCase(
        rule="STK-23",
        anchor="association",
        good=_WORKLOAD,
        bad={
            "a bucket": {"rights.->policy": "bucket"},
            "not configured": {"settings.->data.DATABASE_HOST": REMOVED},
            "another's pods": {"api.spec.template.spec.serviceAccountName": "other"},
            "pods of another namespace": {"api.metadata.namespace": "other"},
        },
        also_good={
            "nothing": {"rights": REMOVED},
            "a chart's pods": {
                "api": REMOVED,
                "chart": Resource(type="kubernetes:helm.sh/v3:Release", properties={"namespace": "orders"}),
            },
        },
    ),
    Case(
        rule="SEC-06",
        type=_ROLE_POLICY,
        good={
            "policy": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": ["secretsmanager:GetSecretValue"],
                        "Resource": ["arn:aws:secretsmanager:eu-central-1:1:secret:orders-??????"],
                    }
                ]
            }
        },
        bad={
            "one character open": {
                "policy.Statement.0.Resource.0": "arn:aws:secretsmanager:eu-central-1:1:secret:order?"
            },
            "all but one": {
                "policy.Statement.0.NotResource": "arn:aws:secretsmanager:eu-central-1:1:secret:billing",
                "policy.Statement.0.Resource": REMOVED,
            },
            "a prefix": {"policy.Statement.0.Resource.0": "arn:aws:secretsmanager:eu-central-1:1:secret:orders-*"},
            "every one": {"policy.Statement.0.Resource": "*"},
            "parameters by a prefix": {
                "policy.Statement.0.Action": ["ssm:GetParameter"],
                "policy.Statement.0.Resource": ["arn:aws:ssm:eu-central-1:1:parameter/*"],
            },
        },
        also_good={"not to read": {"policy.Statement.0.Action": ["s3:GetObject"], "policy.Statement.0.Resource": "*"}},
    ),
    GraphCase(
        rule="EKS-12",
        anchor="cluster",
        good={"cluster": Resource(type=_CLUSTER, properties={"computeConfig": {"enabled": True}}), "switch": _SWITCH},
        bad={
            "none": {"switch": REMOVED},
            "another name": {"switch.metadata.name": "aws-auth"},
            "another namespace": {"switch.metadata.namespace": "default"},
            "off": {"switch.data.enable-network-policy-controller": "false"},
        },
    ),
    GraphCase(
        rule="EKS-12",
        anchor="cluster",
        good={
            "cluster": Resource(type=_CLUSTER, properties={"version": "1.35"}),
            "addresses": Resource(type="aws:eks/addon:Addon", properties={"addonName": "vpc-cni"}),
        },
        bad={"nobody enforces": {"addresses": REMOVED}, "another": {"addresses.addonName": "coredns"}},
    ),
    GraphCase(
        rule="EKS-12",
        anchor="nodes",
        good={
            "nodes": Resource(
                type="kubernetes:eks.amazonaws.com/v1:NodeClass",
                properties={"spec": {"networkPolicyEventLogs": "Enabled"}},
            )
        },
        bad={
            "unrecorded": {"nodes.spec.networkPolicyEventLogs": "Disabled"},
            "public": {"nodes.spec.advancedNetworking": {"associatePublicIPAddress": True}},
        },
    ),
    GraphCase(
        rule="NET-12",
        anchor="vpc",
        good={"vpc": Resource(type=_VPC), "s3": _endpoint("s3"), "images": _endpoint("ecr.dkr")},
        bad={"one missing": {"images": REMOVED}, "of another network": {"images.->vpcId": REMOVED}},
        parameters={"services": ["s3", "ecr.dkr"]},
    ),
    GraphCase(
        rule="BUD-02",
        anchor="stack",
        good={"stack": Resource(type="pulumi:pulumi:Stack"), "budget": Resource(type="aws:budgets/budget:Budget")},
        bad={"none": {"budget": REMOVED}},
    ),
]
