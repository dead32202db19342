"""Nodes that the stack declares itself: machines of EC2 in a group that EKS starts, exchanges and mends."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from infra.shared.choices import AmiType, CapacityType

_ROOT_DEVICE = "/dev/xvda"
_TAGGED = ("instance", "network-interface", "volume")


@dataclass(frozen=True, kw_only=True)
class NodeGroupArgs:
    """Which machines, how many, and where they stand."""

    cluster_name: pulumi.Input[str]
    role_arn: pulumi.Input[str]
    kubernetes_version: str
    name_prefix: str
    """What the group's name begins with: one that replaces another has to have a name of its own."""
    subnet_ids: Sequence[pulumi.Input[str]]
    """The private tier."""
    ami_type: AmiType
    ami_release: str | None
    """None takes the newest at the time the group is made."""
    instance_types: Sequence[str]
    capacity_type: CapacityType
    least_nodes: int
    first_nodes: int
    most_nodes: int
    most_unavailable_percent: int
    volume_gib: int
    volume_key_arn: pulumi.Input[str]
    tags: Mapping[str, str]
    """For machines, their volumes and interfaces: what a group starts gets nothing from the provider's own tags."""


class NodeGroup(pulumi.ComponentResource):
    """A managed node group with a launch template of its own.

    The template names no security group: EKS then gives the nodes the cluster's own, and whoever lets that group in
    lets in these nodes as it does those of Auto Mode. It names no image either: EKS keeps the one of `ami_type`.
    Source: https://docs.aws.amazon.com/eks/latest/userguide/launch-templates.html
    """

    ready: Sequence[pulumi.Resource]
    """What pods wait for."""

    def __init__(self, name: str, args: NodeGroupArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("fortress:cluster:NodeGroup", name, None, opts)
        self._name = name
        self._child = pulumi.ResourceOptions(parent=self)
        template = self._template(args)
        group = aws.eks.NodeGroup(
            name,
            cluster_name=args.cluster_name,
            node_group_name_prefix=args.name_prefix,
            node_role_arn=args.role_arn,
            subnet_ids=list(args.subnet_ids),
            version=args.kubernetes_version,
            release_version=args.ami_release,
            ami_type=args.ami_type,
            capacity_type=args.capacity_type,
            instance_types=list(args.instance_types),
            launch_template={"id": template.id, "version": template.latest_version.apply(str)},
            scaling_config={
                "min_size": args.least_nodes,
                "desired_size": args.first_nodes,
                "max_size": args.most_nodes,
            },
            update_config={"max_unavailable_percentage": args.most_unavailable_percent},
            node_repair_config={"enabled": True},
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["scalingConfig.desiredSize"]),
        )
        self.ready = [group]
        self.register_outputs({})

    def _template(self, args: NodeGroupArgs) -> aws.ec2.LaunchTemplate:
        """Nobody logs in to what it starts, and no pod reaches the node's own credentials: an answer goes one hop."""
        return aws.ec2.LaunchTemplate(
            self._name,
            description="Nodes of the cluster",
            metadata_options={
                "http_endpoint": "enabled",
                "http_tokens": "required",
                "http_put_response_hop_limit": 1,
            },
            block_device_mappings=[
                {
                    "device_name": _ROOT_DEVICE,
                    "ebs": {
                        "volume_type": "gp3",
                        "volume_size": args.volume_gib,
                        "encrypted": "true",
                        "kms_key_id": args.volume_key_arn,
                        "delete_on_termination": "true",
                    },
                }
            ],
            tag_specifications=[{"resource_type": kind, "tags": {**args.tags, "Name": self._name}} for kind in _TAGGED],
            opts=self._child,
        )
