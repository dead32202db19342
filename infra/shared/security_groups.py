"""Ways between security groups: each is a rule out of one group and a rule into the other."""

from dataclasses import dataclass

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, kw_only=True)
class Way:
    """From where to which target in the cluster, by which TCP port; `name` is the component's."""

    name: str
    source: str
    target: str
    port: int


def open_to_cluster(
    way: Way, group_id: pulumi.Input[str], cluster_group_id: pulumi.Input[str], opts: pulumi.ResourceOptions
) -> list[pulumi.Resource]:
    """Let the source's group out to the target, and into the cluster's group."""
    tcp = {"ip_protocol": "tcp", "from_port": way.port, "to_port": way.port}
    return [
        aws.vpc.SecurityGroupEgressRule(
            f"{way.name}-to-{way.target}",
            security_group_id=group_id,
            description=f"To the {way.target} in the cluster",
            referenced_security_group_id=cluster_group_id,
            opts=opts,
            **tcp,
        ),
        aws.vpc.SecurityGroupIngressRule(
            f"{way.name}-into-{way.target}",
            security_group_id=cluster_group_id,
            description=f"From the {way.source} to the {way.target}",
            referenced_security_group_id=group_id,
            opts=opts,
            **tcp,
        ),
    ]
