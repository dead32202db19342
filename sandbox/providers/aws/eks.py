"""EKS clusters and who may use them. The cluster is moto's; pods run in the sandbox's own cluster."""

from sandbox.providers.aws.expression import arn
from sandbox.providers.aws.row import Autoname, Call, Row

_ACCESS = "accessConfig.{authenticationMode: authenticationMode}"
_LOGGING = "enabledClusterLogTypes && [{types: enabledClusterLogTypes, enabled: `true`}]"
_NETWORK = "{vpcId: resourcesVpcConfig.vpcId, clusterSecurityGroupId: resourcesVpcConfig.clusterSecurityGroupId}"

SERVICE = "eks"
HANDLERS = {
    "aws:eks/cluster:Cluster": Row(
        create="create_cluster",
        keys={"name": "name"},
        members={"resourcesVpcConfig": "vpcConfig", "logging.clusterLogging": _LOGGING},
        update=(Call(operation="update_cluster_config", members={"accessConfig": _ACCESS}), "update_cluster_version"),
        outputs={
            "certificateAuthority": "described.certificateAuthority",
            "identities": "described.identity && [{oidcs: [described.identity.oidc]}]",
            "vpcConfig": f"merge(vpcConfig, described.{_NETWORK})",
        },
        autoname=Autoname(max_length=100),
    ),
    "aws:eks/nodeGroup:NodeGroup": Row(
        create="create_nodegroup",
        keys={"nodegroupName": "nodeGroupName", "clusterName": "clusterName"},
        id="join(':', [clusterName, nodeGroupName])",
        members={"subnets": "subnetIds", "nodeRole": "nodeRoleArn"},
        update=("update_nodegroup_config", "update_nodegroup_version"),
        outputs={
            "arn": "described.nodegroupArn",
            "resources": "described.resources && [{autoscalingGroups: described.resources.autoScalingGroups}]",
            "status": "described.status",
        },
        autoname=Autoname(property="nodeGroupName", max_length=63),
    ),
    "aws:eks/addon:Addon": Row(
        create=Call(
            operation="create_addon",
            members={"resolveConflicts": "resolveConflictsOnCreate"},
            record={"addon.addonArn": arn("eks", "addon/{clusterName}/{addonName}/{uuid}")},
        ),
        keys={"addonName": "addonName", "clusterName": "clusterName"},
        id="join(':', [clusterName, addonName])",
        update=(Call(operation="update_addon", members={"resolveConflicts": "resolveConflictsOnUpdate"}),),
        outputs={"arn": "described.addonArn || created.addon.addonArn || arn"},
    ),
    "aws:eks/accessEntry:AccessEntry": Row(
        create=Call(
            operation="create_access_entry",
            record={"accessEntry.accessEntryArn": arn("eks", "access-entry/{clusterName}/role/{account}/{uuid}")},
        ),
        keys={"principalArn": "principalArn", "clusterName": "clusterName"},
        id="join(':', [clusterName, principalArn])",
        update=("update_access_entry",),
        outputs={"accessEntryArn": "created.accessEntry.accessEntryArn || accessEntryArn"},
        defaults={"type": "STANDARD"},
    ),
    "aws:eks/accessPolicyAssociation:AccessPolicyAssociation": Row(
        create="associate_access_policy",
        keys={"principalArn": "principalArn", "clusterName": "clusterName", "policyArn": "policyArn"},
        id="join('#', [clusterName, principalArn, policyArn])",
        describe=Call(
            operation="list_associated_access_policies",
            found="having(associatedAccessPolicies, {policyArn: policyArn})",
        ),
        delete=("disassociate_access_policy",),
    ),
    "aws:eks/podIdentityAssociation:PodIdentityAssociation": Row(
        create=Call(
            operation="create_pod_identity_association",
            record={
                "association.associationId": "join('-', ['a', uuid])",
                "association.associationArn": arn("eks", "podidentityassociation/{clusterName}/a-{uuid}"),
            },
        ),
        keys={"associationId": "id", "clusterName": "clusterName"},
        update=("update_pod_identity_association",),
        outputs={"associationId": "id", "associationArn": "created.association.associationArn || associationArn"},
        force_new="namespace serviceAccount",
        delete_before_replace=True,
    ),
}
