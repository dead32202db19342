"""A small shop: a network, a load balancer, a database with what it needs, a bucket and who may read it."""

import json

import pulumi
import pulumi_aws as aws


class Alerts(pulumi.ComponentResource):
    """A topic that alarms go to."""

    def __init__(self, name: str) -> None:
        super().__init__("shop:alerts:Alerts", name)
        self.topic = aws.sns.Topic(name, kms_master_key_id=key.arn, opts=pulumi.ResourceOptions(parent=self))
        self.register_outputs({})


key = aws.kms.Key("key", enable_key_rotation=True, deletion_window_in_days=30)
vpc = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
public = aws.ec2.Subnet("public", vpc_id=vpc.id, cidr_block="10.0.0.0/24", tags={"Tier": "public"})
private = aws.ec2.Subnet("data", vpc_id=vpc.id, cidr_block="10.0.1.0/24", tags={"Tier": "data"})
edge = aws.ec2.SecurityGroup("edge", description="Load balancer", vpc_id=vpc.id)
aws.vpc.SecurityGroupIngressRule(
    "edge-https", security_group_id=edge.id, ip_protocol="tcp", from_port=443, to_port=443, cidr_ipv4="0.0.0.0/0"
)
guard = aws.ec2.SecurityGroup("guard", description="Database", vpc_id=vpc.id)
aws.vpc.SecurityGroupIngressRule(
    "database-from-edge",
    security_group_id=guard.id,
    ip_protocol="tcp",
    from_port=5432,
    to_port=5432,
    referenced_security_group_id=edge.id,
)
aws.lb.LoadBalancer("edge", internal=False, security_groups=[edge.id], subnets=[public.id])
group = aws.rds.SubnetGroup("database", subnet_ids=[private.id])
parameters = aws.rds.ParameterGroup("database", family="postgres17")
database = aws.rds.Instance(
    "database",
    allocated_storage=100,
    db_subnet_group_name=group.name,
    deletion_protection=True,
    engine="postgres",
    engine_version="17",
    instance_class="db.t4g.medium",
    kms_key_id=key.arn,
    parameter_group_name=parameters.name,
    password=pulumi.Config().require_secret("aws_secret"),
    skip_final_snapshot=False,
    storage_encrypted=True,
    vpc_security_group_ids=[guard.id],
    opts=pulumi.ResourceOptions(protect=True),
)
bucket = aws.s3.Bucket("invoices", force_destroy=False)
aws.s3.BucketPublicAccessBlock("invoices", bucket=bucket.bucket, block_public_acls=True, block_public_policy=True)
role = aws.iam.Role("reader", assume_role_policy="{}")
aws.iam.RolePolicy(
    "reader",
    role=role.name,
    policy=bucket.arn.apply(
        lambda arn: json.dumps(
            {"Statement": [{"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": [f"{arn}/*"]}]}
        )
    ),
)
alerts = Alerts("alerts")
