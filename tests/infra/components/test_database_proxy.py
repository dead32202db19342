from infra.components.database_proxy import DatabaseProxy, DatabaseProxyArgs
from infra.shared.arn import Account
from tests.infra.recorder import record_component

ARGS = DatabaseProxyArgs(
    account=Account(account_id="123456789012", region="eu-central-1"),
    database_identifier="fortress-dev",
    database_resource_id="db-RESOURCE",
    database_security_group_id="sg-database",
    database_user="orders",
    vpc_id="vpc-1",
    subnet_ids=["subnet-a", "subnet-b"],
    client_security_group_id="sg-cluster",
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: DatabaseProxy("database-proxy", ARGS, opts))
PROXY = GRAPH.one("aws:rds/proxy:Proxy")
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


def test_it_takes_tokens_over_tls_and_no_password() -> None:
    assert PROXY.inputs["defaultAuthScheme"] == "IAM_AUTH"
    assert PROXY.inputs["requireTls"] is True
    assert "auths" not in PROXY.inputs


def test_it_signs_in_as_the_service_and_nobody_else() -> None:
    policy = GRAPH.one("aws:iam/rolePolicy:RolePolicy")
    (statement,) = policy.json("policy")["Statement"]
    assert statement["Action"] == ["rds-db:connect"]
    assert statement["Resource"] == ["arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-RESOURCE/orders"]
    assert GRAPH.stands_on(PROXY, policy)


def test_it_is_reached_from_the_cluster_and_reaches_the_database_only() -> None:
    ways_in = {rule.name: rule.inputs for rule in GRAPH.of_type(INGRESS)}
    assert ways_in["database-proxy-from-cluster"]["referencedSecurityGroupId"] == "sg-cluster"
    assert ways_in["database-proxy-into-database"]["securityGroupId"] == "sg-database"
    way_out = GRAPH.one("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule").inputs
    assert way_out["referencedSecurityGroupId"] == "sg-database"
    assert (way_out["fromPort"], way_out["toPort"]) == (5432, 5432)


def test_its_address_is_told_once_the_database_is_behind_it() -> None:
    outputs = GRAPH.outputs_of[GRAPH.one("fortress:data:DatabaseProxy").urn]
    assert outputs == {"host": "proxy.example.com", "resource_id": "prx-1"}
    target = GRAPH.one("aws:rds/proxyTarget:ProxyTarget").inputs
    assert target["dbInstanceIdentifier"] == "fortress-dev"


def test_it_is_watched() -> None:
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm").inputs
    assert alarm["dimensions"] == {"ProxyName": "database-proxy"}
    assert alarm["alarmActions"] == ["arn:topic"]
