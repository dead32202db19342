"""Where moto does less than AWS and the program needs it, each with the page that says what AWS does."""

from typing import Any

from moto.cognitoidp.models import CognitoIdpUserPool
from moto.ec2.models import ec2_backends
from moto.eks.models import Cluster, EKSBackend
from moto.elbv2.models import FakeLoadBalancer

LOAD_BALANCER_ATTRIBUTES = frozenset({"health_check_logs.s3.bucket", "health_check_logs.s3.prefix"})
_create_jwt = CognitoIdpUserPool.create_jwt
_create_cluster = EKSBackend.create_cluster
_delete_cluster = EKSBackend.delete_cluster


def close() -> None:
    """Close the gaps, in this process."""
    FakeLoadBalancer.VALID_ATTRS |= LOAD_BALANCER_ATTRIBUTES
    CognitoIdpUserPool.create_jwt = _with_client_scopes
    EKSBackend.create_cluster = _with_security_group  # pyright: ignore[reportAttributeAccessIssue]
    EKSBackend.delete_cluster = _without_security_group


def _with_client_scopes(
    self: CognitoIdpUserPool,
    client_id: str,
    username: str,
    token_use: str,
    expires_in: int = 3600,
    extra_data: dict[str, Any] | None = None,
) -> tuple[str, int]:
    """An access token with every scope that its app client may ask for, as the token endpoint gives for a code.

    Source: "Understanding the access token" in the developer guide of Amazon Cognito.
    """
    claims = dict(extra_data or {})
    if token_use == "access":  # noqa: S105 - a kind of token, not one
        allowed = self.clients[client_id].extended_config.get("AllowedOAuthScopes", [])
        claims["scope"] = " ".join([claims["scope"], *(scope for scope in allowed if "/" in scope)])
    return _create_jwt(self, client_id, username, token_use, expires_in, claims)


def _with_security_group(self: EKSBackend, **request: Any) -> Cluster:
    """A cluster with the security group that EKS makes for it.

    Source: "View Amazon EKS security group requirements for clusters" in the user guide of Amazon EKS.
    """
    cluster = _create_cluster(self, **request)
    ec2 = ec2_backends[self.account_id][self.region_name]
    vpc_id = ec2.get_subnet(cluster.resources_vpc_config["subnetIds"][0]).vpc_id
    name = f"eks-cluster-sg-{cluster.name}"
    group = ec2.create_security_group(name, "EKS created security group", vpc_id)
    cluster.resources_vpc_config |= {"vpcId": vpc_id, "clusterSecurityGroupId": group.id}
    return cluster


def _without_security_group(self: EKSBackend, name: str) -> Cluster:
    """The cluster's security group goes with it."""
    cluster = _delete_cluster(self, name)
    ec2_backends[self.account_id][self.region_name].delete_security_group(
        group_id=cluster.resources_vpc_config["clusterSecurityGroupId"]
    )
    return cluster
