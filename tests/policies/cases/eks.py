"""Good and bad clusters."""

from tests.policies.case import REMOVED, Case

_TYPE = "aws:eks/cluster:Cluster"
_CLUSTER = {
    "version": "1.35",
    "upgradePolicy": {"supportType": "STANDARD"},
    "deletionProtection": True,
    "vpcConfig": {"endpointPrivateAccess": True, "endpointPublicAccess": True, "publicAccessCidrs": ["192.0.2.0/24"]},
    "encryptionConfig": {"provider": {"keyArn": "arn:aws:kms:::key/1"}, "resources": ["secrets"]},
    "enabledClusterLogTypes": ["api", "audit", "authenticator", "controllerManager", "scheduler"],
    "accessConfig": {"authenticationMode": "API", "bootstrapClusterCreatorAdminPermissions": False},
    "computeConfig": {"enabled": True},
    "storageConfig": {"blockStorage": {"enabled": True}},
    "kubernetesNetworkConfig": {"elasticLoadBalancing": {"enabled": True}},
}
_ASSOCIATION_TYPE = "aws:eks/podIdentityAssociation:PodIdentityAssociation"

CASES = [
    Case(
        rule="EKS-01",
        type=_TYPE,
        good=_CLUSTER,
        bad={
            "no private endpoint": {"vpcConfig.endpointPrivateAccess": False},
            "open to the world": {"vpcConfig.publicAccessCidrs": ["0.0.0.0/0"]},
            "open to both halves": {"vpcConfig.publicAccessCidrs": ["0.0.0.0/1", "128.0.0.0/1"]},
            "left to AWS": {"vpcConfig.publicAccessCidrs": REMOVED, "vpcConfig.endpointPublicAccess": REMOVED},
        },
        also_good={"private": {"vpcConfig.endpointPublicAccess": False, "vpcConfig.publicAccessCidrs": REMOVED}},
    ),
    Case(
        rule="EKS-02",
        type=_TYPE,
        good=_CLUSTER,
        bad={
            "none": {"encryptionConfig": REMOVED},
            "AWS's key": {"encryptionConfig.provider.keyArn": "arn:aws:kms:eu-west-1:1:alias/aws/eks"},
            "of nothing": {"encryptionConfig.resources": []},
        },
    ),
    Case(
        rule="EKS-03",
        type=_TYPE,
        good=_CLUSTER,
        bad={"without audit": {"enabledClusterLogTypes": ["api"]}, "none": {"enabledClusterLogTypes": REMOVED}},
    ),
    Case(
        rule="EKS-04",
        type=_TYPE,
        good=_CLUSTER,
        bad={
            "old": {"version": "1.29"},
            "AWS's choice": {"version": REMOVED},
            "extended support": {"upgradePolicy.supportType": "EXTENDED"},
        },
    ),
    Case(
        rule="EKS-05",
        type=_TYPE,
        good=_CLUSTER,
        bad={
            "the ConfigMap too": {"accessConfig.authenticationMode": "API_AND_CONFIG_MAP"},
            "the creator": {"accessConfig.bootstrapClusterCreatorAdminPermissions": True},
            "left to AWS": {"accessConfig": REMOVED},
        },
    ),
    Case(rule="EKS-09", type=_TYPE, good=_CLUSTER, bad={"off": {"deletionProtection": REMOVED}}),
    Case(
        rule="EKS-11",
        type=_TYPE,
        good=_CLUSTER,
        bad={
            "no storage": {"storageConfig": REMOVED},
            "compute alone": {"storageConfig": REMOVED, "kubernetesNetworkConfig.elasticLoadBalancing.enabled": False},
        },
        also_good={"no Auto Mode": {"storageConfig": REMOVED, "computeConfig": REMOVED, "kubernetesNetworkConfig": {}}},
    ),
    Case(
        rule="EKS-06",
        type="aws:eks/nodeGroup:NodeGroup",
        good={"remoteAccess": {"ec2SshKey": "operations", "sourceSecurityGroupIds": ["sg-1"]}},
        bad={"SSH from the world": {"remoteAccess.sourceSecurityGroupIds": []}},
        also_good={"none": {"remoteAccess": REMOVED}},
    ),
    Case(
        rule="EKS-06",
        type="aws:ec2/launchTemplate:LaunchTemplate",
        good={"description": "Nodes"},
        bad={"a key": {"keyName": "operations"}},
    ),
    Case(
        rule="EKS-07",
        type="aws:eks/accessPolicyAssociation:AccessPolicyAssociation",
        good={
            "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSClusterAdminPolicy",
            "principalArn": "arn:aws:iam::123456789012:role/delivery-apply",
        },
        bad={
            "another role": {"principalArn": "arn:aws:iam::123456789012:role/intern"},
            "a user": {"principalArn": "arn:aws:iam::123456789012:user/delivery-apply"},
        },
        also_good={
            "another policy": {
                "policyArn": "arn:aws:eks::aws:cluster-access-policy/AmazonEKSViewPolicy",
                "principalArn": "arn:aws:iam::123456789012:role/intern",
            }
        },
        parameters={"administrators": ["arn:aws:iam::*:role/delivery-*"]},
    ),
    Case(
        rule="EKS-08",
        type=_ASSOCIATION_TYPE,
        good={"namespace": "orders", "serviceAccount": "api"},
        bad={
            "any account": {"serviceAccount": "*"},
            "the default account": {"serviceAccount": "default"},
            "the default namespace": {"namespace": "default"},
            "a pattern": {"namespace": "team-*"},
            "no session tags": {"disableSessionTags": True},
        },
    ),
    Case(
        rule="EKS-10",
        type="aws:eks/addon:Addon",
        good={
            "addonName": "vpc-cni",
            "addonVersion": "v1.20.4-eksbuild.1",
            "configurationValues": '{"enableNetworkPolicy": "true"}',
        },
        bad={
            "unpinned": {"addonVersion": REMOVED},
            "no network policies": {"configurationValues": REMOVED},
            "network policies off": {"configurationValues": '{"enableNetworkPolicy": "false"}'},
        },
        also_good={"another add-on": {"addonName": "coredns", "configurationValues": REMOVED}},
    ),
]
