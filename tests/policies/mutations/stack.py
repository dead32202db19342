"""What goes wrong between the resources of the program's own stack, a violation for each rule."""

from tests.policies.case import REMOVED, Resource
from tests.policies.mutation import Mutation

_SUBNETS = tuple(f"Subnet::network-public-{zone}" for zone in "abc")
_DATABASE_INGRESS = "SecurityGroupIngressRule::database-from-cluster"
_INLINE = {
    "protocol": "tcp",
    "fromPort": 8080.0,
    "toPort": 8080.0,
    "cidrBlocks": ["10.40.0.0/16"],
    "description": "Health",
}

_OTHERS = "333333333333.dkr.ecr.eu-central-1.amazonaws.com/orders"

MUTATIONS = {
    "STK-01": Mutation(
        change={"FunctionUrl::back-door": Resource(type="aws:lambda/functionUrl:FunctionUrl")},
    ),
    "STK-02": Mutation(change={f"{_DATABASE_INGRESS}.fromPort": 0.0, f"{_DATABASE_INGRESS}.toPort": 65535.0}),
    "STK-03": Mutation(change={"RouteTableAssociation::network-data-a": REMOVED}),
    "STK-04": Mutation(change={"ReplicationGroup::cache.kmsKeyId": "arn:aws:kms:eu-central-1:1:key/of-others"}),
    "STK-05": Mutation(change={"LogGroup::cluster": REMOVED}),
    "STK-06": Mutation(change={"Key::keys-alerts.policy": lambda policy: policy.replace("cloudwatch.", "events.")}),
    "STK-07": Mutation(change={"ServiceAccount::orders-relay": REMOVED}),
    "STK-08": Mutation(change={"VpcEndpoint::endpoints-kms.->subnetIds": _SUBNETS}),
    "STK-09": Mutation(
        change={
            "Role::delivery-plan.assumeRolePolicy": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Principal": {"Federated": "arn:aws:iam::222222222222:oidc-provider/accounts.example.com"},
                        "Condition": {
                            "StringEquals": {"accounts.example.com:sub": "ci", "accounts.example.com:aud": "x"}
                        },
                    }
                ]
            }
        }
    ),
    "STK-11": Mutation(change={"FileSystem::uploads": Resource(type="aws:efs/fileSystem:FileSystem")}),
    "STK-12": Mutation(change={"TopicPolicy::alerts": REMOVED}),
    "STK-13": Mutation(change={"SecurityGroupIngressRule::endpoints-from-vpc.cidrIpv4": "0.0.0.0/0"}),
    "STK-14": Mutation(change={"SecurityGroup::load-balancer.egress": [_INLINE]}),
    "STK-15": Mutation(
        change={f"Subnet::network-data-{zone}.availabilityZone": "eu-central-1a" for zone in "bc"},
    ),
    "STK-16": Mutation(
        change={
            "Deployment::orders-relay-worker.spec.template.spec.containers.0.image": f"{_OTHERS}@sha256:{'a' * 64}",
            "Deployment::orders-relay-worker.(dependencies).spec": ("ConfigMap::orders-configuration",),
        }
    ),
    "STK-17": Mutation(
        change={
            "RolePolicy::delivery-plan-lock.policy": {
                "Statement": [
                    {
                        "Effect": "Allow",
                        "Action": "iam:PassRole",
                        "Resource": "arn:aws:iam::222222222222:role/administrators",
                    }
                ]
            }
        }
    ),
    "STK-18": Mutation(change={"Instance::database.(protect)": False}),
    "STK-19": Mutation(
        change={
            "aws::default_7_51_1": Resource(
                type="pulumi:providers:aws",
                properties={
                    "allowedAccountIds": '["222222222222"]',
                    "defaultTags": '{"tags": {"Project": "x", "Environment": "x", "Owner": "x", "CostCenter": "x"}}',
                },
            )
        }
    ),
    "STK-20": Mutation(change={"aws::aws.allowedAccountIds": "[]"}),
    "STK-21": Mutation(change={"ReplicationGroup::cache.->kmsKeyId": "Key::keys-database"}),
    "STK-22": Mutation(
        change={f"MetricAlarm::cache-{alarm}-00{node}": REMOVED for alarm in ("memory", "cpu") for node in (1, 2, 3)},
    ),
    "STK-23": Mutation(change={"RolePolicy::orders-relay.(dependencies).policy": ("Bucket::logs",)}),
}
