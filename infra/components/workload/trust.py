"""Whom the service believes to be the database: RDS signs with authorities that no system's store has."""

import pulumi
import pulumi_kubernetes as k8s

from infra.components.workload.names import NAMESPACE
from infra.shared.kubernetes import labels
from infra.shared.naming import content_name

FOLDER = "/etc/orders/trust"
DATABASE_FILE = "database.pem"
_NAME = "orders-trust"


class Trust(pulumi.ComponentResource):
    """A ConfigMap of certificates, named by its content."""

    config_map_name: pulumi.Output[str]

    def __init__(self, name: str, certificate: str, opts: pulumi.ResourceOptions | None = None) -> None:
        """`certificate` is PEM."""
        super().__init__("fortress:workload:Trust", name, None, opts)
        config_map = k8s.core.v1.ConfigMap(
            name,
            metadata={
                "name": content_name(_NAME, certificate),
                "namespace": NAMESPACE,
                "labels": labels(_NAME, "configuration"),
            },
            data={DATABASE_FILE: certificate},
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.config_map_name = pulumi.Output.from_input(config_map.metadata.name)
        self.register_outputs({"config_map_name": self.config_map_name})
