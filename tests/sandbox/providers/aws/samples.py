"""One resource of every type that the provider carries out, each with a change that needs no replacement."""

import json
from dataclasses import dataclass, field
from typing import Any

POLICY = json.dumps(
    {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "sts:Get*", "Resource": "*"}]}
)
TRUST = json.dumps(
    {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"Service": "ec2.amazonaws.com"}, "Action": "sts:AssumeRole"}],
    }
)

OTHER_POLICY = POLICY.replace("sts:Get*", "sts:GetCallerIdentity")
OTHER_TRUST = TRUST.replace("ec2.amazonaws.com", "eks.amazonaws.com")


@dataclass(frozen=True, kw_only=True)
class Sample:
    """Inputs of one resource; texts such as `{vpc.id}` stand for outputs of the sample of that name.

    `outputs` are those the program reads and Pulumi does not know before the resource is made. `stays` says why the
    resource is still there after its deletion.
    """

    name: str
    token: str
    inputs: dict[str, Any]
    change: dict[str, Any] = field(default_factory=dict)
    outputs: tuple[str, ...] = ()
    stays: str = ""


SAMPLES = [
    Sample(
        name="vpc",
        token="aws:ec2/vpc:Vpc",
        inputs={"cidrBlock": "10.0.0.0/16", "enableDnsHostnames": True, "tags": {"Name": "vpc"}},
        change={"enableDnsHostnames": False, "tags": {"Name": "renamed"}},
        outputs=("arn", "ownerId", "tagsAll"),
    ),
    Sample(
        name="subnet",
        token="aws:ec2/subnet:Subnet",
        inputs={"vpcId": "{vpc.id}", "cidrBlock": "10.0.0.0/24", "availabilityZone": "eu-central-1a"},
        change={"mapPublicIpOnLaunch": True},
        outputs=("arn", "availabilityZoneId"),
    ),
    Sample(
        name="other_subnet",
        token="aws:ec2/subnet:Subnet",
        inputs={"vpcId": "{vpc.id}", "cidrBlock": "10.0.1.0/24", "availabilityZone": "eu-central-1b"},
    ),
    Sample(name="internet", token="aws:ec2/internetGateway:InternetGateway", inputs={"vpcId": "{vpc.id}"}),
    Sample(
        name="table", token="aws:ec2/routeTable:RouteTable", inputs={"vpcId": "{vpc.id}"}, change={"tags": {"a": "b"}}
    ),
    Sample(
        name="route",
        token="aws:ec2/route:Route",
        inputs={"routeTableId": "{table.id}", "destinationCidrBlock": "0.0.0.0/0", "gatewayId": "{internet.id}"},
        outputs=("state",),
    ),
    Sample(
        name="association",
        token="aws:ec2/routeTableAssociation:RouteTableAssociation",
        inputs={"routeTableId": "{table.id}", "subnetId": "{subnet.id}"},
    ),
    Sample(name="address", token="aws:ec2/eip:Eip", inputs={"domain": "vpc"}, outputs=("publicIp", "allocationId")),
    Sample(
        name="nat",
        token="aws:ec2/natGateway:NatGateway",
        inputs={"allocationId": "{address.id}", "subnetId": "{subnet.id}"},
        outputs=("publicIp",),
    ),
    Sample(
        name="endpoint",
        token="aws:ec2/vpcEndpoint:VpcEndpoint",
        inputs={
            "vpcId": "{vpc.id}",
            "serviceName": "com.amazonaws.eu-central-1.s3",
            "vpcEndpointType": "Gateway",
            "routeTableIds": ["{table.id}"],
        },
        change={"tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="group",
        token="aws:ec2/securityGroup:SecurityGroup",
        inputs={"vpcId": "{vpc.id}", "description": "Group", "tags": {"Name": "group"}},
        change={"tags": {}},
        outputs=("arn", "name"),
    ),
    Sample(
        name="ingress",
        token="aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        inputs={
            "securityGroupId": "{group.id}",
            "description": "In",
            "ipProtocol": "tcp",
            "fromPort": 443,
            "toPort": 443,
            "referencedSecurityGroupId": "{group.id}",
        },
        outputs=("securityGroupRuleId", "arn"),
    ),
    Sample(
        name="egress",
        token="aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule",
        inputs={"securityGroupId": "{group.id}", "ipProtocol": "-1", "cidrIpv4": "10.0.0.0/8"},
    ),
    Sample(
        name="default_group",
        token="aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        inputs={"vpcId": "{vpc.id}", "ingress": [], "egress": []},
        outputs=("arn", "name"),
        stays="it goes with its VPC",
    ),
    Sample(
        name="key",
        token="aws:kms/key:Key",
        inputs={"description": "Key", "policy": POLICY, "enableKeyRotation": True, "deletionWindowInDays": 7},
        change={"description": "Changed", "enableKeyRotation": False},
        outputs=("arn", "keyId"),
    ),
    Sample(
        name="alias",
        token="aws:kms/alias:Alias",
        inputs={"namePrefix": "alias/orders-", "targetKeyId": "{key.keyId}"},
        outputs=("arn", "name", "targetKeyArn"),
    ),
    Sample(
        name="role",
        token="aws:iam/role:Role",
        inputs={"assumeRolePolicy": TRUST, "maxSessionDuration": 3600},
        change={"assumeRolePolicy": OTHER_TRUST, "maxSessionDuration": 7200},
        outputs=("arn", "name", "uniqueId"),
    ),
    Sample(
        name="policy",
        token="aws:iam/policy:Policy",
        inputs={"policy": POLICY},
        change={"policy": OTHER_POLICY},
        outputs=("arn",),
    ),
    Sample(
        name="role_policy",
        token="aws:iam/rolePolicy:RolePolicy",
        inputs={"role": "{role.name}", "policy": POLICY},
        change={"policy": OTHER_POLICY},
        outputs=("name",),
    ),
    Sample(
        name="attachment",
        token="aws:iam/rolePolicyAttachment:RolePolicyAttachment",
        inputs={"role": "{role.name}", "policyArn": "{policy.arn}"},
    ),
    Sample(
        name="github",
        token="aws:iam/openIdConnectProvider:OpenIdConnectProvider",
        inputs={"url": "https://token.actions.githubusercontent.com", "clientIdLists": ["sts.amazonaws.com"]},
        change={"tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="logs",
        token="aws:cloudwatch/logGroup:LogGroup",
        inputs={"retentionInDays": 7, "kmsKeyId": "{key.arn}"},
        change={"retentionInDays": 30, "tags": {"a": "b"}},
        outputs=("arn", "name"),
    ),
    Sample(
        name="flow_log",
        token="aws:ec2/flowLog:FlowLog",
        inputs={
            "vpcId": "{vpc.id}",
            "trafficType": "ALL",
            "logDestination": "{logs.arn}",
            "logDestinationType": "cloud-watch-logs",
            "iamRoleArn": "{role.arn}",
            "maxAggregationInterval": 60,
        },
        outputs=("arn",),
    ),
    Sample(
        name="topic",
        token="aws:sns/topic:Topic",
        inputs={"kmsMasterKeyId": "{key.arn}"},
        change={"displayName": "Alerts"},
        outputs=("arn", "owner"),
    ),
    Sample(
        name="topic_policy",
        token="aws:sns/topicPolicy:TopicPolicy",
        inputs={"arn": "{topic.arn}", "policy": POLICY},
        change={"policy": OTHER_POLICY},
        stays="AWS's default policy takes its place",
    ),
    Sample(
        name="alarm",
        token="aws:cloudwatch/metricAlarm:MetricAlarm",
        inputs={
            "alarmDescription": "Alarm",
            "namespace": "AWS/RDS",
            "metricName": "CPUUtilization",
            "statistic": "Average",
            "threshold": 0.5,
            "comparisonOperator": "GreaterThanThreshold",
            "period": 60,
            "evaluationPeriods": 5,
            "treatMissingData": "notBreaching",
            "dimensions": {"DBInstanceIdentifier": "orders"},
            "alarmActions": ["{topic.arn}"],
            "okActions": ["{topic.arn}"],
        },
        change={"threshold": 80},
        outputs=("arn",),
    ),
    Sample(
        name="dashboard",
        token="aws:cloudwatch/dashboard:Dashboard",
        inputs={"dashboardName": "overview", "dashboardBody": json.dumps({"widgets": []})},
        change={"dashboardBody": json.dumps({"start": "-PT3H", "widgets": []})},
        outputs=("dashboardArn",),
    ),
    Sample(
        name="workspace",
        token="aws:amp/workspace:Workspace",
        inputs={
            "kmsKeyArn": "{key.arn}",
            "loggingConfiguration": {"logGroupArn": "arn:aws:logs:eu-central-1:123456789012:log-group:prometheus:*"},
        },
        change={"alias": "orders"},
        outputs=("arn", "prometheusEndpoint"),
    ),
    Sample(
        name="rules",
        token="aws:amp/ruleGroupNamespace:RuleGroupNamespace",
        inputs={"name": "objectives", "workspaceId": "{workspace.id}", "data": "groups: []", "tags": {"a": "b"}},
        change={"data": "groups: [] # none"},
        outputs=("arn",),
    ),
    Sample(
        name="alert_manager",
        token="aws:amp/alertManagerDefinition:AlertManagerDefinition",
        inputs={"workspaceId": "{workspace.id}", "definition": "alertmanager_config: ''"},
        change={"definition": "alertmanager_config: ' '"},
    ),
    Sample(
        name="repository",
        token="aws:ecr/repository:Repository",
        inputs={
            "name": "orders",
            "imageTagMutability": "IMMUTABLE",
            "imageScanningConfiguration": {"scanOnPush": True},
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "{key.arn}"}],
            "forceDelete": True,
        },
        change={"imageScanningConfiguration": {"scanOnPush": False}},
        outputs=("arn", "repositoryUrl", "registryId"),
    ),
    Sample(
        name="pull_through",
        token="aws:ecr/pullThroughCacheRule:PullThroughCacheRule",
        inputs={"ecrRepositoryPrefix": "fortress-dev/ecr-public", "upstreamRegistryUrl": "public.ecr.aws"},
        change={"customRoleArn": "{role.arn}"},
    ),
    Sample(
        name="creation_template",
        token="aws:ecr/repositoryCreationTemplate:RepositoryCreationTemplate",
        inputs={
            "prefix": "fortress-dev/ecr-public",
            "description": "Images of public.ecr.aws",
            "appliedFors": ["PULL_THROUGH_CACHE"],
            "imageTagMutability": "IMMUTABLE",
            "encryptionConfigurations": [{"encryptionType": "KMS", "kmsKey": "{key.arn}"}],
            "customRoleArn": "{role.arn}",
        },
        change={"description": "Images of others"},
    ),
    Sample(
        name="lifecycle",
        token="aws:ecr/lifecyclePolicy:LifecyclePolicy",
        inputs={
            "repository": "{repository.name}",
            "policy": json.dumps(
                {
                    "rules": [
                        {
                            "rulePriority": 1,
                            "selection": {
                                "tagStatus": "any",
                                "countType": "imageCountMoreThan",
                                "countNumber": 10,
                            },
                            "action": {"type": "expire"},
                        }
                    ]
                }
            ),
        },
    ),
    Sample(
        name="bucket",
        token="aws:s3/bucket:Bucket",
        inputs={"forceDestroy": True, "tags": {"a": "b"}},
        change={"tags": {"c": "d"}},
        outputs=("arn", "bucket", "bucketRegionalDomainName"),
    ),
    Sample(
        name="public_access",
        token="aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        inputs={
            "bucket": "{bucket.bucket}",
            "blockPublicAcls": True,
            "blockPublicPolicy": True,
            "ignorePublicAcls": True,
            "restrictPublicBuckets": True,
        },
        change={"restrictPublicBuckets": False},
    ),
    Sample(
        name="ownership",
        token="aws:s3/bucketOwnershipControls:BucketOwnershipControls",
        inputs={"bucket": "{bucket.bucket}", "rule": {"objectOwnership": "BucketOwnerEnforced"}},
        change={"rule": {"objectOwnership": "BucketOwnerPreferred"}},
    ),
    Sample(
        name="encryption",
        token="aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration",
        inputs={
            "bucket": "{bucket.bucket}",
            "rules": [{"applyServerSideEncryptionByDefault": {"sseAlgorithm": "AES256"}}],
        },
        change={
            "rules": [
                {"applyServerSideEncryptionByDefault": {"sseAlgorithm": "aws:kms", "kmsMasterKeyId": "{key.arn}"}}
            ]
        },
    ),
    Sample(
        name="versioning",
        token="aws:s3/bucketVersioning:BucketVersioning",
        inputs={"bucket": "{bucket.bucket}", "versioningConfiguration": {"status": "Enabled"}},
    ),
    Sample(
        name="expiry",
        token="aws:s3/bucketLifecycleConfiguration:BucketLifecycleConfiguration",
        inputs={
            "bucket": "{bucket.bucket}",
            "rules": [
                {
                    "id": "expire",
                    "status": "Enabled",
                    "filter": {"prefix": ""},
                    "expiration": {"days": 30},
                    "noncurrentVersionExpiration": {"noncurrentDays": 1},
                    "abortIncompleteMultipartUpload": {"daysAfterInitiation": 1},
                }
            ],
        },
    ),
    Sample(
        name="bucket_policy",
        token="aws:s3/bucketPolicy:BucketPolicy",
        inputs={"bucket": "{bucket.bucket}", "policy": POLICY},
        change={"policy": OTHER_POLICY},
    ),
    Sample(
        name="zone",
        token="aws:route53/zone:Zone",
        inputs={"name": "shop.example.com", "comment": "Shop", "tags": {"a": "b"}},
        change={"comment": "Changed", "tags": {}},
        outputs=("arn", "zoneId", "nameServers", "primaryNameServer"),
    ),
    Sample(
        name="zone_key",
        token="aws:kms/key:Key",
        inputs={
            "region": "us-east-1",
            "description": "Signs",
            "keyUsage": "SIGN_VERIFY",
            "customerMasterKeySpec": "ECC_NIST_P256",
            "tags": {"a": "b"},
        },
        change={"description": "Still signs", "tags": {}},
        outputs=("arn", "keyId"),
    ),
    Sample(
        name="zone_signing_key",
        token="aws:route53/keySigningKey:KeySigningKey",
        inputs={
            "hostedZoneId": "{zone.zoneId}",
            "keyManagementServiceArn": "{zone_key.arn}",
            "name": "shop",
            "status": "ACTIVE",
        },
        change={"status": "INACTIVE"},
    ),
    Sample(
        name="zone_signed",
        token="aws:route53/hostedZoneDnsSec:HostedZoneDnsSec",
        inputs={"hostedZoneId": "{zone_signing_key.hostedZoneId}", "signingStatus": "SIGNING"},
        change={"signingStatus": "NOT_SIGNING"},
    ),
    Sample(
        name="query_log_group",
        token="aws:cloudwatch/logGroup:LogGroup",
        inputs={"region": "us-east-1", "name": "/aws/route53/shop.example.com", "retentionInDays": 365},
        change={"retentionInDays": 14},
        outputs=("arn",),
    ),
    Sample(
        name="query_log",
        token="aws:route53/queryLog:QueryLog",
        inputs={"zoneId": "{zone.zoneId}", "cloudwatchLogGroupArn": "{query_log_group.arn}"},
        outputs=("arn",),
    ),
    Sample(
        name="record",
        token="aws:route53/record:Record",
        inputs={
            "zoneId": "{zone.zoneId}",
            "name": "api.shop.example.com",
            "type": "CNAME",
            "ttl": 300,
            "records": ["a.example.com"],
        },
        change={"ttl": 60},
        outputs=("fqdn",),
    ),
    Sample(
        name="certificate",
        token="aws:acm/certificate:Certificate",
        inputs={
            "domainName": "api.shop.example.com",
            "validationMethod": "DNS",
            "keyAlgorithm": "EC_prime256v1",
            "options": {"certificateTransparencyLoggingPreference": "ENABLED"},
        },
        change={"tags": {"a": "b"}},
        outputs=("arn", "domainValidationOptions"),
    ),
    Sample(
        name="validation",
        token="aws:acm/certificateValidation:CertificateValidation",
        inputs={"certificateArn": "{certificate.arn}", "validationRecordFqdns": ["{record.fqdn}"]},
        stays="it is the certificate's",
    ),
    Sample(
        name="balancer",
        token="aws:lb/loadBalancer:LoadBalancer",
        inputs={
            "loadBalancerType": "application",
            "internal": False,
            "subnets": ["{subnet.id}", "{other_subnet.id}"],
            "securityGroups": ["{group.id}"],
            "idleTimeout": 60,
            "dropInvalidHeaderFields": True,
            "desyncMitigationMode": "strictest",
            "xffHeaderProcessingMode": "append",
            "enableZonalShift": True,
            "enableDeletionProtection": False,
            "accessLogs": {"bucket": "{bucket.bucket}", "prefix": "access", "enabled": True},
        },
        change={"idleTimeout": 90},
        outputs=("arn", "arnSuffix", "dnsName", "zoneId"),
    ),
    Sample(
        name="targets",
        token="aws:lb/targetGroup:TargetGroup",
        inputs={
            "vpcId": "{vpc.id}",
            "targetType": "ip",
            "protocol": "HTTP",
            "protocolVersion": "HTTP1",
            "port": 8080,
            "deregistrationDelay": 30,
            "loadBalancingAlgorithmType": "least_outstanding_requests",
            "healthCheck": {
                "protocol": "HTTP",
                "port": "15021",
                "path": "/healthz/ready",
                "matcher": "200",
                "interval": 5,
                "timeout": 2,
                "healthyThreshold": 2,
                "unhealthyThreshold": 2,
            },
        },
        change={"deregistrationDelay": 60},
        outputs=("arn", "arnSuffix", "name"),
    ),
    Sample(
        name="listener",
        token="aws:lb/listener:Listener",
        inputs={
            "loadBalancerArn": "{balancer.arn}",
            "port": 443,
            "protocol": "HTTPS",
            "sslPolicy": "ELBSecurityPolicy-TLS13-1-2-Res-2021-06",
            "certificateArn": "{certificate.arn}",
            "defaultActions": [{"type": "forward", "targetGroupArn": "{targets.arn}"}],
            "routingHttpResponseServerEnabled": False,
            "routingHttpResponseXFrameOptionsHeaderValue": "DENY",
        },
        change={"routingHttpResponseXFrameOptionsHeaderValue": "SAMEORIGIN"},
        outputs=("arn",),
    ),
    Sample(
        name="redirect",
        token="aws:lb/listener:Listener",
        inputs={
            "loadBalancerArn": "{balancer.arn}",
            "port": 80,
            "protocol": "HTTP",
            "defaultActions": [
                {"type": "redirect", "redirect": {"protocol": "HTTPS", "port": "443", "statusCode": "HTTP_301"}}
            ],
        },
    ),
    Sample(
        name="firewall",
        token="aws:wafv2/webAcl:WebAcl",
        inputs={
            "scope": "REGIONAL",
            "defaultAction": {"allow": {}},
            "rules": [
                {
                    "name": "RatePerAddress",
                    "priority": 1,
                    "action": {"block": {}},
                    "statement": {
                        "rateBasedStatement": {"aggregateKeyType": "IP", "limit": 1000, "evaluationWindowSec": 300}
                    },
                    "visibilityConfig": {
                        "cloudwatchMetricsEnabled": True,
                        "metricName": "rate",
                        "sampledRequestsEnabled": True,
                    },
                }
            ],
            "visibilityConfig": {
                "cloudwatchMetricsEnabled": True,
                "metricName": "firewall",
                "sampledRequestsEnabled": True,
            },
        },
        change={"description": "Changed"},
        outputs=("arn", "name", "lockToken"),
    ),
    Sample(
        name="firewall_association",
        token="aws:wafv2/webAclAssociation:WebAclAssociation",
        inputs={"webAclArn": "{firewall.arn}", "resourceArn": "{balancer.arn}"},
    ),
    Sample(
        name="firewall_logs",
        token="aws:wafv2/webAclLoggingConfiguration:WebAclLoggingConfiguration",
        inputs={
            "resourceArn": "{firewall.arn}",
            "logDestinationConfigs": ["{logs.arn}"],
            "redactedFields": [{"singleHeader": {"name": "authorization"}}],
        },
        change={"redactedFields": [{"singleHeader": {"name": "cookie"}}]},
    ),
    Sample(
        name="cluster",
        token="aws:eks/cluster:Cluster",
        inputs={
            "name": "fortress",
            "version": "1.35",
            "roleArn": "{role.arn}",
            "upgradePolicy": {"supportType": "STANDARD"},
            "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
            "bootstrapSelfManagedAddons": False,
            "computeConfig": {"enabled": True, "nodePools": ["system"], "nodeRoleArn": "{role.arn}"},
            "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}, "ipFamily": "ipv4"},
            "storageConfig": {"blockStorage": {"enabled": True}},
            "vpcConfig": {"subnetIds": ["{subnet.id}"], "endpointPrivateAccess": True, "endpointPublicAccess": False},
            "encryptionConfig": {"provider": {"keyArn": "{key.arn}"}, "resources": ["secrets"]},
            "enabledClusterLogTypes": ["api", "audit"],
            "zonalShiftConfig": {"enabled": True},
            "deletionProtection": False,
        },
        change={"zonalShiftConfig": {"enabled": False}},
        outputs=("arn", "endpoint", "certificateAuthority", "vpcConfig"),
    ),
    Sample(
        name="scraper",
        token="aws:amp/scraper:Scraper",
        inputs={
            "alias": "orders",
            "scrapeConfiguration": "scrape_configs: []",
            "source": {"eks": {"clusterArn": "{cluster.arn}", "subnetIds": ["{subnet.id}", "{other_subnet.id}"]}},
            "destination": {"amp": {"workspaceArn": "{workspace.arn}"}},
        },
        change={"scrapeConfiguration": "scrape_configs: [] # none"},
        outputs=("arn",),
    ),
    Sample(
        name="template",
        token="aws:ec2/launchTemplate:LaunchTemplate",
        inputs={
            "description": "Nodes",
            "metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required", "httpPutResponseHopLimit": 1},
            "blockDeviceMappings": [
                {
                    "deviceName": "/dev/xvda",
                    "ebs": {
                        "volumeType": "gp3",
                        "volumeSize": 50,
                        "encrypted": "true",
                        "kmsKeyId": "{key.arn}",
                        "deleteOnTermination": "true",
                    },
                }
            ],
            "tagSpecifications": [{"resourceType": "instance", "tags": {"Owner": "platform"}}],
        },
        change={"metadataOptions": {"httpEndpoint": "enabled", "httpTokens": "required"}},
        outputs=("arn", "latestVersion", "name"),
    ),
    Sample(
        name="node_group",
        token="aws:eks/nodeGroup:NodeGroup",
        inputs={
            "clusterName": "{cluster.name}",
            "nodeGroupNamePrefix": "fortress-",
            "nodeRoleArn": "{role.arn}",
            "subnetIds": ["{subnet.id}", "{other_subnet.id}"],
            "version": "1.35",
            "amiType": "AL2023_ARM_64_STANDARD",
            "capacityType": "SPOT",
            "instanceTypes": ["m7g.large"],
            "launchTemplate": {"id": "{template.id}", "version": "1"},
            "scalingConfig": {"minSize": 1, "desiredSize": 2, "maxSize": 3},
            "updateConfig": {"maxUnavailablePercentage": 33},
            "nodeRepairConfig": {"enabled": True},
        },
        change={"scalingConfig": {"minSize": 2, "desiredSize": 2, "maxSize": 4}},
        outputs=("arn", "nodeGroupName", "resources", "status"),
    ),
    Sample(
        name="addon",
        token="aws:eks/addon:Addon",
        inputs={"clusterName": "{cluster.name}", "addonName": "metrics-server", "addonVersion": "v0.8.0-eksbuild.5"},
        change={"addonVersion": "v0.8.1-eksbuild.1"},
        outputs=("arn",),
    ),
    Sample(
        name="access",
        token="aws:eks/accessEntry:AccessEntry",
        inputs={"clusterName": "{cluster.name}", "principalArn": "{role.arn}", "type": "STANDARD"},
        change={"kubernetesGroups": ["viewers"]},
        outputs=("accessEntryArn",),
    ),
    Sample(
        name="access_policy",
        token="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        inputs={
            "clusterName": "{cluster.name}",
            "principalArn": "{access.principalArn}",
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
            "accessScope": {"type": "cluster"},
        },
    ),
    Sample(
        name="pod_identity",
        token="aws:eks/podIdentityAssociation:PodIdentityAssociation",
        inputs={
            "clusterName": "{cluster.name}",
            "namespace": "orders",
            "serviceAccount": "orders",
            "roleArn": "{role.arn}",
        },
        outputs=("associationId", "associationArn"),
    ),
    Sample(
        name="pool",
        token="aws:cognito/userPool:UserPool",
        inputs={
            "usernameConfiguration": {"caseSensitive": False},
            "autoVerifiedAttributes": ["email"],
            "mfaConfiguration": "OPTIONAL",
            "softwareTokenMfaConfiguration": {"enabled": True},
            "passwordPolicy": {"minimumLength": 14, "requireLowercase": True, "temporaryPasswordValidityDays": 1},
            "adminCreateUserConfig": {"allowAdminCreateUserOnly": False},
            "accountRecoverySetting": {"recoveryMechanisms": [{"name": "verified_email", "priority": 1}]},
            "userPoolTier": "ESSENTIALS",
            "deletionProtection": "INACTIVE",
        },
        change={"passwordPolicy": {"minimumLength": 16}},
        outputs=("arn", "endpoint"),
    ),
    Sample(
        name="pool_domain",
        token="aws:cognito/userPoolDomain:UserPoolDomain",
        inputs={"domain": "orders", "userPoolId": "{pool.id}"},
    ),
    Sample(
        name="scopes",
        token="aws:cognito/resourceServer:ResourceServer",
        inputs={
            "identifier": "orders-api",
            "name": "Orders API",
            "scopes": [{"scopeName": "orders:read", "scopeDescription": "Read one's own orders"}],
            "userPoolId": "{pool.id}",
        },
        change={"name": "Orders"},
        outputs=("scopeIdentifiers",),
    ),
    Sample(
        name="client",
        token="aws:cognito/userPoolClient:UserPoolClient",
        inputs={
            "userPoolId": "{pool.id}",
            "generateSecret": False,
            "allowedOauthFlowsUserPoolClient": True,
            "allowedOauthFlows": ["code"],
            "allowedOauthScopes": ["openid", "orders-api/orders:read"],
            "supportedIdentityProviders": ["COGNITO"],
            "callbackUrls": ["https://shop.example.com/signed-in"],
            "explicitAuthFlows": ["ALLOW_USER_SRP_AUTH"],
            "preventUserExistenceErrors": "ENABLED",
            "accessTokenValidity": 15,
            "tokenValidityUnits": {"accessToken": "minutes"},
            "refreshTokenRotation": {"feature": "ENABLED", "retryGracePeriodSeconds": 10},
        },
        change={"accessTokenValidity": 30},
        outputs=("name",),
    ),
    Sample(
        name="customers",
        token="aws:cognito/userGroup:UserGroup",
        inputs={"userPoolId": "{pool.id}", "name": "customer", "description": "Customers", "precedence": 2},
        change={"description": "Buyers"},
    ),
    Sample(
        name="database_subnets",
        token="aws:rds/subnetGroup:SubnetGroup",
        inputs={"subnetIds": ["{subnet.id}", "{other_subnet.id}"]},
        change={"description": "Changed"},
        outputs=("arn", "name"),
    ),
    Sample(
        name="database_parameters",
        token="aws:rds/parameterGroup:ParameterGroup",
        inputs={"family": "postgres18", "parameters": [{"name": "rds.force_ssl", "value": "1"}]},
        change={"parameters": [{"name": "log_lock_waits", "value": "1", "applyMethod": "immediate"}]},
        outputs=("arn", "name"),
    ),
    Sample(
        name="database",
        token="aws:rds/instance:Instance",
        inputs={
            "identifier": "fortress-orders",
            "engine": "postgres",
            "engineVersion": "18.1",
            "instanceClass": "db.m7g.large",
            "allocatedStorage": 20,
            "maxAllocatedStorage": 100,
            "storageType": "gp3",
            "storageEncrypted": True,
            "kmsKeyId": "{key.arn}",
            "dbName": "orders",
            "username": "orders_admin",
            "manageMasterUserPassword": True,
            "masterUserSecretKmsKeyId": "{key.arn}",
            "iamDatabaseAuthenticationEnabled": True,
            "dbSubnetGroupName": "{database_subnets.name}",
            "parameterGroupName": "{database_parameters.name}",
            "vpcSecurityGroupIds": ["{group.id}"],
            "backupRetentionPeriod": 14,
            "performanceInsightsEnabled": True,
            "enabledCloudwatchLogsExports": ["postgresql"],
            "engineLifecycleSupport": "open-source-rds-extended-support-disabled",
            "monitoringInterval": 60,
            "monitoringRoleArn": "{role.arn}",
            "skipFinalSnapshot": True,
            "applyImmediately": True,
            "deletionProtection": False,
        },
        change={"backupRetentionPeriod": 21},
        outputs=("arn", "address", "endpoint", "port", "masterUserSecrets", "resourceId"),
    ),
    Sample(
        name="cache_subnets",
        token="aws:elasticache/subnetGroup:SubnetGroup",
        inputs={"subnetIds": ["{subnet.id}"]},
        change={"description": "Changed"},
        outputs=("arn", "name"),
    ),
    Sample(
        name="cache_parameters",
        token="aws:elasticache/parameterGroup:ParameterGroup",
        inputs={"family": "valkey8", "parameters": [{"name": "maxmemory-policy", "value": "allkeys-lfu"}]},
        change={"parameters": [{"name": "maxmemory-policy", "value": "volatile-lru"}]},
        outputs=("arn", "name"),
    ),
    Sample(
        name="cache_user",
        token="aws:elasticache/user:User",
        inputs={
            "userId": "orders",
            "userName": "orders",
            "engine": "valkey",
            "accessString": "on ~orders:* +@read",
            "authenticationMode": {"type": "iam"},
        },
        change={"accessString": "on ~orders:* +@all"},
        outputs=("arn",),
    ),
    Sample(
        name="cache_users",
        token="aws:elasticache/userGroup:UserGroup",
        inputs={"userGroupId": "orders-group", "engine": "valkey", "userIds": ["{cache_user.userId}"]},
        outputs=("arn",),
    ),
    Sample(
        name="cache",
        token="aws:elasticache/replicationGroup:ReplicationGroup",
        inputs={
            "description": "Cache",
            "engine": "valkey",
            "engineVersion": "8.2",
            "nodeType": "cache.t4g.small",
            "numCacheClusters": 2,
            "automaticFailoverEnabled": True,
            "multiAzEnabled": True,
            "port": 6379,
            "parameterGroupName": "{cache_parameters.name}",
            "subnetGroupName": "{cache_subnets.name}",
            "securityGroupIds": ["{group.id}"],
            "userGroupIds": ["{cache_users.userGroupId}"],
            "atRestEncryptionEnabled": True,
            "kmsKeyId": "{key.arn}",
            "transitEncryptionEnabled": True,
            "transitEncryptionMode": "required",
            "snapshotRetentionLimit": 5,
            "applyImmediately": True,
            "logDeliveryConfigurations": [
                {
                    "destination": "{logs.name}",
                    "destinationType": "cloudwatch-logs",
                    "logFormat": "json",
                    "logType": "slow-log",
                }
            ],
        },
        change={"snapshotRetentionLimit": 7},
        outputs=("arn", "primaryEndpointAddress", "readerEndpointAddress", "replicationGroupId"),
    ),
    Sample(
        name="stream_configuration",
        token="aws:msk/configuration:Configuration",
        inputs={"serverProperties": "auto.create.topics.enable=false"},
        change={"description": "Changed"},
        outputs=("arn", "latestRevision"),
    ),
    Sample(
        name="stream",
        token="aws:msk/cluster:Cluster",
        inputs={
            "kafkaVersion": "4.1.x.kraft",
            "numberOfBrokerNodes": 3,
            "brokerNodeGroupInfo": {
                "instanceType": "kafka.m7g.large",
                "clientSubnets": ["{subnet.id}", "{other_subnet.id}"],
                "securityGroups": ["{group.id}"],
                "storageInfo": {"ebsStorageInfo": {"volumeSize": 100}},
            },
            "clientAuthentication": {"sasl": {"iam": True, "scram": False}, "unauthenticated": False},
            "encryptionInfo": {
                "encryptionAtRestKmsKeyArn": "{key.arn}",
                "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
            },
            "configurationInfo": {"arn": "{stream_configuration.arn}", "revision": 1},
            "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
            "openMonitoring": {
                "prometheus": {"jmxExporter": {"enabledInBroker": True}, "nodeExporter": {"enabledInBroker": True}}
            },
            "loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True, "logGroup": "{logs.name}"}}},
        },
        change={"enhancedMonitoring": "PER_BROKER"},
        outputs=("arn", "bootstrapBrokersSaslIam", "bootstrapBrokersTls"),
    ),
    Sample(
        name="order_events",
        token="aws:msk/topic:Topic",
        inputs={
            "name": "order-events",
            "clusterArn": "{stream.arn}",
            "partitionCount": 6,
            "replicationFactor": 3,
            "configs": json.dumps({"cleanup.policy": "delete", "retention.ms": "3600000"}),
        },
        change={"partitionCount": 12},
        outputs=("arn",),
    ),
    Sample(
        name="rotation",
        token="aws:secretsmanager/secretRotation:SecretRotation",
        inputs={
            "secretId": "{database.masterUserSecrets[0].secretArn}",
            "rotateImmediately": False,
            "rotationRules": {"automaticallyAfterDays": 30},
        },
        change={"rotationRules": {"automaticallyAfterDays": 7}},
    ),
    Sample(
        name="proxy",
        token="aws:rds/proxy:Proxy",
        inputs={
            "engineFamily": "POSTGRESQL",
            "defaultAuthScheme": "IAM_AUTH",
            "requireTls": True,
            "roleArn": "{role.arn}",
            "vpcSubnetIds": ["{subnet.id}", "{other_subnet.id}"],
            "vpcSecurityGroupIds": ["{group.id}"],
            "idleClientTimeout": 1800,
            "debugLogging": False,
        },
        change={"idleClientTimeout": 900},
        outputs=("arn", "endpoint"),
    ),
    Sample(
        name="proxy_group",
        token="aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup",
        inputs={"dbProxyName": "{proxy.name}", "connectionPoolConfig": {"maxConnectionsPercent": 80}},
        change={"connectionPoolConfig": {"maxConnectionsPercent": 60}},
        outputs=("name",),
    ),
    Sample(
        name="proxy_target",
        token="aws:rds/proxyTarget:ProxyTarget",
        inputs={
            "dbProxyName": "{proxy.name}",
            "targetGroupName": "{proxy_group.name}",
            "dbInstanceIdentifier": "{database.identifier}",
        },
    ),
    Sample(
        name="subscription",
        token="aws:sns/topicSubscription:TopicSubscription",
        inputs={"topic": "{topic.arn}", "protocol": "email", "endpoint": "platform@example.com"},
        outputs=("arn",),
    ),
    Sample(
        name="letter_set",
        token="aws:sesv2/configurationSet:ConfigurationSet",
        inputs={"configurationSetName": "fortress", "deliveryOptions": {"tlsPolicy": "REQUIRE"}},
        change={"tags": {"a": "b"}},
        outputs=("arn",),
    ),
    Sample(
        name="letter_identity",
        token="aws:sesv2/emailIdentity:EmailIdentity",
        inputs={
            "emailIdentity": "shop.example.com",
            "configurationSetName": "{letter_set.configurationSetName}",
        },
        change={"tags": {"a": "b"}},
        outputs=("arn", "dkimSigningAttributes"),
    ),
]
