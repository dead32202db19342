"""Caches: a Valkey on loopback behind each replication group."""

from sandbox.providers.aws.backing import PartBacking
from sandbox.providers.aws.expression import Text, arn
from sandbox.providers.aws.row import Autoname, Call, Row

_PARAMETERS = {"ParameterNameValues": "parameters[].{ParameterName: name, ParameterValue: value}"}
_REPLICATION_GROUP = {
    "ReplicationGroupDescription": "description",
    "CacheNodeType": "nodeType",
    "CacheParameterGroupName": "parameterGroupName",
    "PreferredMaintenanceWindow": "maintenanceWindow",
    "LogDeliveryConfigurations": """logDeliveryConfigurations[].{LogType: logType, LogFormat: logFormat,
        DestinationType: destinationType, DestinationDetails: destinationType == 'cloudwatch-logs'
            && {CloudWatchLogsDetails: {LogGroup: destination}}
            || {KinesisFirehoseDetails: {DeliveryStream: destination}}}""",
}

_VALKEY = PartBacking(
    kind="valkey",
    name=Text("elasticache-{replicationGroupId}"),
    preferred_port=16379,
    shown={"primaryEndpointAddress": "partHost", "readerEndpointAddress": "partHost", "port": "partPort"},
)

SERVICE = "elasticache"
HANDLERS = {
    "aws:elasticache/subnetGroup:SubnetGroup": Row(
        create="create_cache_subnet_group",
        keys={"CacheSubnetGroupName": "name"},
        members={"CacheSubnetGroupDescription": "description"},
        update=("modify_cache_subnet_group",),
        outputs={"arn": arn("elasticache", "subnetgroup:{name}")},
        defaults={"description": "Managed by Pulumi"},
        autoname=Autoname(lower=True),
    ),
    "aws:elasticache/parameterGroup:ParameterGroup": Row(
        create=Call(operation="create_cache_parameter_group", members={"CacheParameterGroupFamily": "family"}),
        keys={"CacheParameterGroupName": "name"},
        settings=(Call(operation="modify_cache_parameter_group", members=_PARAMETERS),),
        outputs={"arn": arn("elasticache", "parametergroup:{name}")},
        defaults={"description": "Managed by Pulumi"},
        autoname=Autoname(lower=True),
    ),
    "aws:elasticache/user:User": Row(
        create="create_user",
        keys={"UserId": "userId"},
        describe=Call(operation="describe_users", found="Users[?Status != 'deleting'] | [0]"),
        update=("modify_user",),
        force_new="userName",
    ),
    "aws:elasticache/userGroup:UserGroup": Row(
        create="create_user_group",
        keys={"UserGroupId": "userGroupId"},
        update=(Call(operation="modify_user_group", members={"UserIdsToAdd": "userIds"}),),
        outputs={"arn": arn("elasticache", "usergroup:{userGroupId}")},
    ),
    "aws:elasticache/replicationGroup:ReplicationGroup": Row(
        create=Call(operation="create_replication_group", members={"CacheSubnetGroupName": "subnetGroupName"}),
        keys={"ReplicationGroupId": "replicationGroupId"},
        members=_REPLICATION_GROUP,
        update=(Call(operation="modify_replication_group", members={"UserGroupIdsToAdd": "userGroupIds"}),),
        outputs={
            "arn": arn("elasticache", "replicationgroup:{replicationGroupId}"),
            "engineVersionActual": "engineVersion",
        },
        defaults={"engine": "redis", "autoMinorVersionUpgrade": True, "multiAzEnabled": False},
        local="applyImmediately finalSnapshotIdentifier",
        backing=_VALKEY,
        autoname=Autoname(property="replicationGroupId", max_length=40, lower=True),
    ),
}
