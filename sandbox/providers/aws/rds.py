"""Databases: a PostgreSQL on loopback behind each instance."""

import json

from sandbox.parts.part import Part
from sandbox.providers.aws.backing import PartBacking
from sandbox.providers.aws.expression import Text, arn
from sandbox.providers.aws.row import Autoname, Call, Row
from sandbox.providers.aws.session import Aws
from sandbox.providers.properties import Properties

_PARAMETERS = "parameters[].{ParameterName: name, ParameterValue: value, ApplyMethod: applyMethod || 'immediate'}"
_MANAGED = "{secretArn: SecretArn, secretStatus: SecretStatus, kmsKeyId: KmsKeyId}"
_POOL = {
    "ConnectionPoolConfig.ConnectionBorrowTimeout": "connectionPoolConfig.connectionBorrowTimeout",
    "ConnectionPoolConfig.MaxConnectionsPercent": "connectionPoolConfig.maxConnectionsPercent",
    "ConnectionPoolConfig.MaxIdleConnectionsPercent": "connectionPoolConfig.maxIdleConnectionsPercent",
}
_INSTANCE = {
    "DBInstanceClass": "instanceClass",
    "DBParameterGroupName": "parameterGroupName",
    "CACertificateIdentifier": "caCertIdentifier",
    "EnableIAMDatabaseAuthentication": "iamDatabaseAuthenticationEnabled",
    "EnablePerformanceInsights": "performanceInsightsEnabled",
    "MasterUserPassword": "password",
    "PreferredBackupWindow": "backupWindow",
    "PreferredMaintenanceWindow": "maintenanceWindow",
}


def _settings(_: Aws, document: Properties) -> dict[str, str]:
    wanted = {"username": "username", "password": "password", "database": "dbName"}
    return {setting: document[name] for setting, name in wanted.items() if document.get(name)}


def _keep_password(aws: Aws, document: Properties, part: Part) -> None:
    """The managed secret holds the credentials of the real superuser, as RDS writes them."""
    secret_arn = document["described"].get("MasterUserSecret", {}).get("SecretArn")
    if secret_arn:
        text = json.dumps({name: part.record.settings[name] for name in ("username", "password")})
        secrets_manager = aws.client("secretsmanager", document["region"])
        if secrets_manager.get_secret_value(SecretId=secret_arn)["SecretString"] != text:
            secrets_manager.put_secret_value(SecretId=secret_arn, SecretString=text)


_POSTGRESQL = PartBacking(
    kind="postgresql",
    name=Text("rds-{identifier}"),
    preferred_port=15432,
    shown={"address": "partHost", "port": "partPort", "endpoint": Text("{partHost}:{partPort}")},
    settings=_settings,
    started=_keep_password,
)

SERVICE = "rds"
HANDLERS = {
    "aws:rds/subnetGroup:SubnetGroup": Row(
        create="create_db_subnet_group",
        keys={"DBSubnetGroupName": "name"},
        members={"DBSubnetGroupDescription": "description"},
        update=("modify_db_subnet_group",),
        defaults={"description": "Managed by Pulumi"},
        autoname=Autoname(lower=True),
    ),
    "aws:rds/parameterGroup:ParameterGroup": Row(
        create=Call(operation="create_db_parameter_group", members={"DBParameterGroupFamily": "family"}),
        keys={"DBParameterGroupName": "name"},
        settings=(Call(operation="modify_db_parameter_group", members={"Parameters": _PARAMETERS}),),
        defaults={"description": "Managed by Pulumi"},
        local="skipDestroy",
        autoname=Autoname(lower=True),
    ),
    "aws:rds/instance:Instance": Row(
        create=Call(
            operation="create_db_instance",
            members={"MasterUsername": "username", "EnableCloudwatchLogsExports": "enabledCloudwatchLogsExports"},
        ),
        keys={"DBInstanceIdentifier": "identifier"},
        members=_INSTANCE,
        update=(
            Call(
                operation="modify_db_instance",
                members={
                    "DBPortNumber": "port",
                    "CloudwatchLogsExportConfiguration.EnableLogTypes": "enabledCloudwatchLogsExports",
                },
            ),
        ),
        delete=(
            Call(
                operation="delete_db_instance",
                members={
                    "SkipFinalSnapshot": "skipFinalSnapshot",
                    "FinalDBSnapshotIdentifier": "!skipFinalSnapshot && finalSnapshotIdentifier || null",
                },
            ),
        ),
        outputs={
            "engineVersionActual": "described.EngineVersion",
            "resourceId": "described.DbiResourceId",
            "status": "described.DBInstanceStatus",
            "hostedZoneId": "described.Endpoint.HostedZoneId",
            "masterUserSecrets": f"described.MasterUserSecret && [described.MasterUserSecret.{_MANAGED}]",
        },
        defaults={"skipFinalSnapshot": False},
        force_new="engine",
        local="""applyImmediately allowMajorVersionUpgrade blueGreenUpdate deleteAutomatedBackups
            finalSnapshotIdentifier skipFinalSnapshot upgradeStorageConfig""",
        backing=_POSTGRESQL,
        autoname=Autoname(property="identifier", max_length=63, lower=True),
    ),
    "aws:rds/proxy:Proxy": Row(
        create=Call(
            operation="create_db_proxy",
            record={
                "DBProxy.DBProxyArn": arn("rds", "db-proxy:prx-{uuid}"),
                "DBProxy.Endpoint": Text("{name}.proxy-{uuid}.{region}.rds.amazonaws.com"),
            },
        ),
        keys={"DBProxyName": "name"},
        update=(Call(operation="modify_db_proxy", members={"SecurityGroups": "vpcSecurityGroupIds"}),),
        outputs={
            "arn": "created.DBProxy.DBProxyArn || arn",
            "endpoint": "created.DBProxy.Endpoint || endpoint",
        },
        autoname=Autoname(max_length=63, lower=True),
    ),
    "aws:rds/proxyDefaultTargetGroup:ProxyDefaultTargetGroup": Row(
        create="modify_db_proxy_target_group",
        keys={"DBProxyName": "dbProxyName", "TargetGroupName": "'default'"},
        id="dbProxyName",
        members=_POOL,
        update=("modify_db_proxy_target_group",),
        outputs={"name": "'default'"},
        delete=(),
    ),
    "aws:rds/proxyTarget:ProxyTarget": Row(
        create=Call(operation="register_db_proxy_targets", members={"DBInstanceIdentifiers": "[dbInstanceIdentifier]"}),
        keys={"DBProxyName": "dbProxyName", "TargetGroupName": "targetGroupName"},
        id="join('/', [dbProxyName, targetGroupName, dbInstanceIdentifier])",
        describe=Call(
            operation="describe_db_proxy_targets", found="having(Targets, {RdsResourceId: dbInstanceIdentifier})"
        ),
        delete=(
            Call(operation="deregister_db_proxy_targets", members={"DBInstanceIdentifiers": "[dbInstanceIdentifier]"}),
        ),
    ),
}
