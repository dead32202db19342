"""Kafka: a broker on loopback behind each cluster, its topics real."""

from sandbox.providers.aws.backing import PartBacking
from sandbox.providers.aws.expression import Text, arn
from sandbox.providers.aws.row import Autoname, Call, Row
from sandbox.providers.aws.topics import TopicBacking

_ADDRESS = Text("{partHost}:{partPort}")
_KAFKA = PartBacking(
    kind="kafka",
    name=Text("msk-{clusterName}"),
    preferred_port=19092,
    shown={"bootstrapBrokersSaslIam": _ADDRESS, "bootstrapBrokersTls": _ADDRESS},
)

SERVICE = "kafka"
HANDLERS = {
    "aws:msk/configuration:Configuration": Row(
        create=Call(
            operation="create_configuration",
            record={"Arn": arn("kafka", "configuration/{name}/{uuid}-1"), "LatestRevision.Revision": "`1`"},
        ),
        keys={"Arn": "id"},
        describe=Call(operation="describe_configuration", found="@"),
        update=("update_configuration",),
        outputs={"latestRevision": "created.LatestRevision.Revision || latestRevision"},
    ),
    "aws:msk/cluster:Cluster": Row(
        create=Call(
            operation="create_cluster",
            members={
                "EncryptionInfo.EncryptionAtRest.DataVolumeKMSKeyId": "encryptionInfo.encryptionAtRestKmsKeyArn",
                "EncryptionInfo.EncryptionInTransit": "encryptionInfo.encryptionInTransit",
            },
        ),
        keys={"ClusterArn": "id"},
        members={
            "CurrentVersion": "described.CurrentVersion",
            "TargetNumberOfBrokerNodes": "numberOfBrokerNodes",
            "TargetKafkaVersion": "kafkaVersion",
        },
        describe=Call(
            operation="list_clusters_v2",
            members={"ClusterNameFilter": "clusterName"},
            found="having(ClusterInfoList, {ClusterArn: id})",
        ),
        update=(
            "update_broker_count",
            "update_cluster_configuration",
            "update_monitoring",
            Call(
                operation="update_security",
                members={
                    "ClientAuthentication": "clientAuthentication",
                    "CurrentVersion": "described.CurrentVersion",
                },
                by_name=False,
            ),
            "update_cluster_kafka_version",
        ),
        outputs={"clusterUuid": "last(id, '/')"},
        backing=_KAFKA,
        autoname=Autoname(property="clusterName", max_length=64),
    ),
    "aws:msk/topic:Topic": Row(
        create="create_topic",
        keys={"ClusterArn": "clusterArn", "TopicName": "name"},
        id="join('/', [clusterArn, name])",
        describe=Call(operation="describe_topic", found="@"),
        update=("update_topic",),
        outputs={"arn": arn("kafka", "topic/{name}/{uuid}")},
        force_new="replicationFactor",
        local="timeouts",
        backing=TopicBacking(),
    ),
}
