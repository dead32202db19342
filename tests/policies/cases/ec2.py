"""Good and bad instances and volumes."""

from tests.policies.case import REMOVED, Case

CASES = [
    Case(
        rule="EC2-01",
        type="aws:ec2/launchTemplate:LaunchTemplate",
        good={"metadataOptions": {"httpTokens": "required", "httpPutResponseHopLimit": 1.0}},
        bad={
            "the old service too": {"metadataOptions.httpTokens": "optional"},
            "left to AWS": {"metadataOptions.httpTokens": REMOVED},
            "within reach of containers": {"metadataOptions.httpPutResponseHopLimit": 2.0},
        },
    ),
    Case(
        rule="EC2-02",
        type="aws:ec2/launchTemplate:LaunchTemplate",
        good={"blockDeviceMappings": [{"ebs": {"encrypted": True, "kmsKeyId": "arn:aws:kms:::key/1"}}]},
        bad={
            "plain": {"blockDeviceMappings.0.ebs.encrypted": False},
            "AWS's key": {"blockDeviceMappings.0.ebs.kmsKeyId": "alias/aws/ebs"},
            "nothing said": {"blockDeviceMappings.0.ebs": REMOVED},
        },
        also_good={"as text": {"blockDeviceMappings.0.ebs.encrypted": "true"}},
    ),
    Case(
        rule="EC2-02",
        type="aws:eks/nodeGroup:NodeGroup",
        good={"nodeRoleArn": "arn:aws:iam:::role/node", "launchTemplate": {"id": "lt-1", "version": "1"}},
        bad={"EKS's template": {"launchTemplate": REMOVED}},
    ),
    Case(
        rule="EC2-02",
        type="aws:ebs/volume:Volume",
        good={"availabilityZone": "eu-west-1a", "encrypted": True, "kmsKeyId": "arn:aws:kms:::key/1"},
        bad={"plain": {"encrypted": REMOVED}, "AWS's key": {"kmsKeyId": REMOVED}},
    ),
    Case(
        rule="EC2-03",
        type="aws:ec2/launchTemplate:LaunchTemplate",
        good={"networkInterfaces": [{"associatePublicIpAddress": "false"}]},
        bad={"asked for": {"networkInterfaces.0.associatePublicIpAddress": "true"}},
    ),
    Case(
        rule="EC2-03",
        type="aws:ec2/instance:Instance",
        good={"associatePublicIpAddress": False},
        bad={"asked for": {"associatePublicIpAddress": True}},
    ),
]
