"""Good and bad databases, caches and brokers."""

from tests.policies.case import REMOVED, Case, GraphCase, Resource

_INSTANCE_TYPE = "aws:rds/instance:Instance"
_GROUP_TYPE = "aws:rds/parameterGroup:ParameterGroup"
_CACHE_TYPE = "aws:elasticache/replicationGroup:ReplicationGroup"
_BROKER_TYPE = "aws:msk/cluster:Cluster"
_KEY = "arn:aws:kms:eu-west-1:123456789012:key/1"
_INSTANCE = {
    "engine": "postgres",
    "username": "orders_owner",
    "manageMasterUserPassword": True,
    "storageEncrypted": True,
    "kmsKeyId": _KEY,
    "publiclyAccessible": False,
    "multiAz": True,
    "backupRetentionPeriod": 14.0,
    "deletionProtection": True,
    "skipFinalSnapshot": False,
    "iamDatabaseAuthenticationEnabled": True,
    "enabledCloudwatchLogsExports": ["postgresql", "upgrade"],
    "monitoringInterval": 60.0,
    "monitoringRoleArn": "arn:aws:iam::123456789012:role/monitoring",
    "performanceInsightsEnabled": True,
    "performanceInsightsKmsKeyId": _KEY,
    "autoMinorVersionUpgrade": True,
    "copyTagsToSnapshot": True,
    "caCertIdentifier": "rds-ca-rsa2048-g1",
}
_PARAMETERS = {
    "family": "postgres18",
    "parameters": [
        {"name": "rds.force_ssl", "value": "1"},
        {"name": "log_statement", "value": "ddl"},
        {"name": "log_min_duration_statement", "value": "1000"},
    ],
}
_CACHE = {
    "atRestEncryptionEnabled": True,
    "kmsKeyId": _KEY,
    "transitEncryptionEnabled": True,
    "transitEncryptionMode": "required",
    "userGroupIds": ["orders"],
    "automaticFailoverEnabled": True,
    "multiAzEnabled": True,
    "snapshotRetentionLimit": 3.0,
    "autoMinorVersionUpgrade": True,
    "subnetGroupName": "data",
}
_BROKER = {
    "encryptionInfo": {
        "encryptionAtRestKmsKeyArn": _KEY,
        "encryptionInTransit": {"clientBroker": "TLS", "inCluster": True},
    },
    "brokerNodeGroupInfo": {"connectivityInfo": {"publicAccess": {"type": "DISABLED"}}},
    "clientAuthentication": {"sasl": {"iam": True}, "unauthenticated": False},
    "loggingInfo": {"brokerLogs": {"cloudwatchLogs": {"enabled": True}}},
    "enhancedMonitoring": "PER_TOPIC_PER_BROKER",
}


def _instance(rule: str, **bad: dict[str, object]) -> Case:
    named = {name.replace("_", " "): change for name, change in bad.items()}
    return Case(rule=rule, type=_INSTANCE_TYPE, good=_INSTANCE, bad=named)


CASES = [
    _instance("RDS-01", plain={"storageEncrypted": REMOVED}, with_AWS_key={"kmsKeyId": REMOVED}),
    _instance("RDS-02", public={"publiclyAccessible": True}, unsaid={"publiclyAccessible": REMOVED}),
    _instance("RDS-03", alone={"multiAz": REMOVED}),
    _instance("RDS-04", none={"backupRetentionPeriod": REMOVED}, short={"backupRetentionPeriod": 6.0}),
    _instance("RDS-05", unprotected={"deletionProtection": False}, no_snapshot={"skipFinalSnapshot": True}),
    _instance("RDS-06", off={"iamDatabaseAuthenticationEnabled": False}),
    _instance(
        "RDS-07",
        none={"enabledCloudwatchLogsExports": REMOVED},
        one={"enabledCloudwatchLogsExports": ["postgresql"]},
        none_of_another_engine={"engine": "mysql", "enabledCloudwatchLogsExports": []},
    ),
    _instance("RDS-08", off={"monitoringInterval": 0.0}, no_role={"monitoringRoleArn": REMOVED}),
    _instance(
        "RDS-09",
        off={"performanceInsightsEnabled": REMOVED},
        with_AWS_key={"performanceInsightsKmsKeyId": "alias/aws/rds"},
    ),
    _instance("RDS-10", off={"autoMinorVersionUpgrade": False}),
    _instance("RDS-11", off={"copyTagsToSnapshot": REMOVED}),
    _instance(
        "RDS-12",
        unmanaged={"manageMasterUserPassword": REMOVED},
        literal={"password": "hunter2"},
        default_name={"username": "postgres"},
    ),
    _instance("RDS-15", expired={"caCertIdentifier": "rds-ca-2019"}),
    GraphCase(
        rule="RDS-13",
        anchor="orders",
        good={
            "orders": Resource(type=_INSTANCE_TYPE, references={"parameterGroupName": "tuned"}),
            "tuned": Resource(type=_GROUP_TYPE, properties=_PARAMETERS),
        },
        bad={
            "off": {"tuned.parameters.0.value": "0"},
            "left to the engine": {"tuned.parameters.0": REMOVED},
            "another group has it": {
                "other": Resource(type=_GROUP_TYPE, properties={"parameters": []}),
                "orders.->parameterGroupName": "other",
            },
            "no group": {"orders.->parameterGroupName": REMOVED},
        },
    ),
    Case(
        rule="RDS-14",
        type=_GROUP_TYPE,
        good=_PARAMETERS,
        bad={
            "no statements": {"parameters.1": REMOVED},
            "statements off": {"parameters.1.value": "none"},
            "statements empty": {"parameters.1.value": ""},
            "durations off": {"parameters.2.value": "-1"},
        },
        also_good={"another engine": {"family": "mysql8.0", "parameters": []}},
    ),
    Case(rule="RDS-16", type="aws:rds/proxy:Proxy", good={"requireTls": True}, bad={"plain": {"requireTls": REMOVED}}),
    Case(
        rule="EC-01",
        type=_CACHE_TYPE,
        good=_CACHE,
        bad={"plain": {"atRestEncryptionEnabled": REMOVED}, "AWS's key": {"kmsKeyId": REMOVED}},
    ),
    Case(
        rule="EC-02",
        type=_CACHE_TYPE,
        good=_CACHE,
        bad={"plain": {"transitEncryptionEnabled": False}, "preferred": {"transitEncryptionMode": "preferred"}},
        also_good={"mode left out": {"transitEncryptionMode": REMOVED}},
    ),
    Case(
        rule="EC-03",
        type=_CACHE_TYPE,
        good=_CACHE,
        bad={"nobody is asked": {"userGroupIds": REMOVED}},
        also_good={"a token": {"userGroupIds": [], "authToken": "hidden"}},
    ),
    Case(
        rule="EC-04",
        type=_CACHE_TYPE,
        good=_CACHE,
        bad={"no failover": {"automaticFailoverEnabled": REMOVED}, "one zone": {"multiAzEnabled": False}},
    ),
    Case(
        rule="EC-05",
        type=_CACHE_TYPE,
        good=_CACHE,
        bad={
            "no snapshot": {"snapshotRetentionLimit": 0.0},
            "no upgrades": {"autoMinorVersionUpgrade": False},
            "the default network": {"subnetGroupName": "default"},
            "no network": {"subnetGroupName": REMOVED},
        },
    ),
    Case(
        rule="EC-06",
        type="aws:elasticache/user:User",
        good={"accessString": "on ~orders:* -@all +get +set", "authenticationMode": {"type": "iam"}},
        bad={
            "every command": {"accessString": "on ~* +@all"},
            "every command by its other name": {"accessString": "on ~* ALLCOMMANDS"},
            "no password": {"authenticationMode.type": "no-password-required"},
            "no password in the older form": {"noPasswordRequired": True},
        },
        also_good={"switched off": {"accessString": "off ~* +@all"}},
    ),
    Case(
        rule="MSK-01",
        type=_BROKER_TYPE,
        good=_BROKER,
        bad={
            "plain beside TLS": {"encryptionInfo.encryptionInTransit.clientBroker": "TLS_PLAINTEXT"},
            "plain between brokers": {"encryptionInfo.encryptionInTransit.inCluster": False},
        },
        also_good={"left to AWS": {"encryptionInfo": REMOVED}},
    ),
    Case(
        rule="MSK-02",
        type=_BROKER_TYPE,
        good=_BROKER,
        bad={"AWS's key": {"encryptionInfo.encryptionAtRestKmsKeyArn": REMOVED}},
    ),
    Case(
        rule="MSK-03",
        type=_BROKER_TYPE,
        good=_BROKER,
        bad={
            "public": {"brokerNodeGroupInfo.connectivityInfo.publicAccess.type": "SERVICE_PROVIDED_EIPS"},
        },
        also_good={"left to AWS": {"brokerNodeGroupInfo": {}}},
    ),
    Case(
        rule="MSK-04",
        type=_BROKER_TYPE,
        good=_BROKER,
        bad={
            "nobody is asked": {"clientAuthentication.unauthenticated": True},
            "no IAM": {"clientAuthentication.sasl.iam": False},
            "left to AWS": {"clientAuthentication": REMOVED},
        },
    ),
    Case(
        rule="MSK-05",
        type=_BROKER_TYPE,
        good=_BROKER,
        bad={"no log": {"loggingInfo": REMOVED}, "figures of the cluster alone": {"enhancedMonitoring": "DEFAULT"}},
    ),
    Case(
        rule="MSK-06",
        type="aws:msk/topic:Topic",
        good={"replicationFactor": 3.0, "configs": '{"min.insync.replicas": "2"}'},
        bad={
            "one copy": {"replicationFactor": 1.0},
            "every copy must be there": {"replicationFactor": 2.0},
            "nothing said": {"replicationFactor": REMOVED, "configs": REMOVED},
        },
        also_good={"the broker's own settings": {"replicationFactor": 2.0, "configs": "{}"}},
    ),
]
