"""Resource type tokens, so that every spelling of one thing is judged as that thing."""

import re

_LOAD_BALANCING = re.compile(r"^aws:(alb|applicationloadbalancing|elasticloadbalancingv2)/")
_SECOND_VERSION = re.compile(r"^aws:s3/(\w+?)V2:(\w+?)V2$")
_PATCH = re.compile(r"^(kubernetes:.+)Patch$")


def canonical(token: str) -> str:
    """The token rules name: the deprecated aliases of load balancing and S3 and Kubernetes patches fold into one."""
    token = _LOAD_BALANCING.sub("aws:lb/", token)
    token = _SECOND_VERSION.sub(r"aws:s3/\1:\2", token)
    return _PATCH.sub(r"\1", token)


SECURITY_GROUP = "aws:ec2/securityGroup:SecurityGroup"
INGRESS_RULE = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS_RULE = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SECURITY_GROUP_RULE = "aws:ec2/securityGroupRule:SecurityGroupRule"
VPC = "aws:ec2/vpc:Vpc"
SUBNET = "aws:ec2/subnet:Subnet"
LOAD_BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
TARGET_GROUP = "aws:lb/targetGroup:TargetGroup"
EKS_CLUSTER = "aws:eks/cluster:Cluster"
RDS_INSTANCE = "aws:rds/instance:Instance"
REPLICATION_GROUP = "aws:elasticache/replicationGroup:ReplicationGroup"
MSK_CLUSTER = "aws:msk/cluster:Cluster"
KMS_KEY = "aws:kms/key:Key"
IAM_ROLE = "aws:iam/role:Role"
BUCKET = "aws:s3/bucket:Bucket"
BUCKET_POLICY = "aws:s3/bucketPolicy:BucketPolicy"
TOPIC = "aws:sns/topic:Topic"
REPOSITORY = "aws:ecr/repository:Repository"
REPOSITORY_TEMPLATE = "aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate"
PULL_THROUGH_RULE = "aws:ecr/pullThroughCacheRule:PullThroughCacheRule"
SCRAPER = "aws:amp/scraper:Scraper"
DATABASE_PROXY = "aws:rds/proxy:Proxy"
LOG_GROUP = "aws:cloudwatch/logGroup:LogGroup"

IAM_POLICIES = (
    "aws:iam/policy:Policy",
    "aws:iam/rolePolicy:RolePolicy",
    "aws:iam/groupPolicy:GroupPolicy",
    "aws:iam/userPolicy:UserPolicy",
)
"""Every resource whose `policy` grants an identity something."""
DATA_STORES = (RDS_INSTANCE, REPLICATION_GROUP, MSK_CLUSTER)
SUBNETS_OF: dict[str, tuple[str, ...]] = {
    "aws:rds/subnetGroup:SubnetGroup": ("subnetIds",),
    "aws:elasticache/subnetGroup:SubnetGroup": ("subnetIds",),
    DATABASE_PROXY: ("vpcSubnetIds",),
    MSK_CLUSTER: ("brokerNodeGroupInfo.clientSubnets",),
    EKS_CLUSTER: ("vpcConfig.subnetIds",),
    SCRAPER: ("source.eks.subnetIds", "source.vpc.subnetIds"),
}
"""Everything that is given a set of subnets to spread over, and the properties that name them."""
SECRET_PROPERTIES: dict[str, tuple[str, ...]] = {
    RDS_INSTANCE: ("password",),
    "aws:rds/cluster:Cluster": ("masterPassword",),
    REPLICATION_GROUP: ("authToken",),
    "aws:elasticache/user:User": ("passwords",),
    "aws:secretsmanager/secretVersion:SecretVersion": ("secretString", "secretBinary"),
    "aws:ssm/parameter:Parameter": ("value",),
    "kubernetes:core/v1:Secret": ("data", "stringData"),
}
"""The properties that hold a secret whenever they are set."""
SECRET_HOLDERS = tuple(SECRET_PROPERTIES)
