from dataclasses import replace

import pytest

from infra.components.workload.connections import Connections
from infra.components.workload.names import Process
from infra.components.workload.permissions import Permissions, PermissionsArgs
from infra.shared.choices import DatabaseAuthentication
from tests.infra.components.workload.surroundings import ACCOUNT, STREAM_ARN, connections
from tests.infra.recorder import Graph, record_component

IAM, SECRET = DatabaseAuthentication.IAM, DatabaseAuthentication.SECRET


def permissions(
    process: Process,
    authentication: DatabaseAuthentication = IAM,
    *,
    pooled: bool = False,
    within: Connections | None = None,
) -> Graph:
    args = PermissionsArgs(
        process=process,
        account=ACCOUNT,
        cluster_name="fortress-dev",
        cluster_arn="arn:cluster",
        connections=within or connections(authentication, pooled=pooled),
    )
    return record_component(lambda opts: Permissions(f"orders-{process}", args, opts))


def granted(
    process: Process,
    authentication: DatabaseAuthentication = IAM,
    *,
    pooled: bool = False,
    within: Connections | None = None,
) -> dict[str, list[str]]:
    graph = permissions(process, authentication, pooled=pooled, within=within)
    statements = graph.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    return {statement["Sid"]: statement["Resource"] for statement in statements}


@pytest.mark.parametrize("process", [Process.API, Process.RELAY, Process.CONSUMER, Process.WEBHOOKS])
def test_what_runs_under_iam_never_sees_the_password(process: Process) -> None:
    rights = granted(process)
    assert rights["ConnectDatabase"] == ["arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-RESOURCE/orders"]
    assert "ReadDatabaseSecret" not in rights


@pytest.mark.parametrize("process", Process)
def test_what_signs_in_by_secret_reads_that_secret_and_decrypts_it_through_its_keeper(process: Process) -> None:
    rights = granted(process, SECRET)
    assert rights["ReadDatabaseSecret"] == ["arn:secret"]
    assert rights["DecryptDatabaseSecret"] == ["arn:key:database"]
    assert "ConnectDatabase" not in rights


def test_only_what_makes_the_roles_signs_in_by_secret_always() -> None:
    assert set(granted(Process.ROLES)) == {"ReadDatabaseSecret", "DecryptDatabaseSecret"}
    migrator = "arn:aws:rds-db:eu-central-1:123456789012:dbuser:db-RESOURCE/orders_migrator"
    assert granted(Process.MIGRATE) == {"ConnectDatabase": [migrator]}


@pytest.mark.parametrize(
    ("process", "entrance"),
    [
        (Process.API, "prx-1/orders"),
        (Process.CONSUMER, "prx-1/orders"),
        (Process.RELAY, "db-RESOURCE/orders"),
        (Process.MIGRATE, "db-RESOURCE/orders_migrator"),
    ],
)
def test_each_process_enters_by_one_door_only(process: Process, entrance: str) -> None:
    rights = granted(process, pooled=True)
    assert rights["ConnectDatabase"] == [f"arn:aws:rds-db:eu-central-1:123456789012:dbuser:{entrance}"]


@pytest.mark.parametrize(
    ("process", "rights"),
    [
        (Process.API, {"ConnectDatabase", "ConnectCache"}),
        (Process.RELAY, {"ConnectDatabase", "ReachStream", "ProduceOrderEvents"}),
        (
            Process.CONSUMER,
            {
                *("ConnectDatabase", "ConnectCache", "ReachStream", "ConsumeOrderEvents", "KeepFailures"),
                *("JoinGroups", "WriteLetters", "FindAddresses", "WriteRows"),
            },
        ),
        (Process.WEBHOOKS, {"ConnectDatabase", "ReachStream", "ConsumeOrderEvents", "JoinGroups"}),
    ],
)
def test_each_process_has_what_it_needs(process: Process, rights: set[str]) -> None:
    assert set(granted(process)) == rights


def test_topics_and_groups_are_those_of_this_cluster() -> None:
    rights = granted(Process.CONSUMER)
    assert rights["ReachStream"] == [STREAM_ARN]
    topics = STREAM_ARN.replace(":cluster/", ":topic/") + "/order-events"
    assert rights["ConsumeOrderEvents"] == [topics, f"{topics}-retry-soon", f"{topics}-retry-later"]
    assert rights["JoinGroups"] == [STREAM_ARN.replace(":cluster/", ":group/") + "/*"]


def test_a_consumer_writes_nothing_but_what_failed() -> None:
    policy = permissions(Process.CONSUMER).one("aws:iam/rolePolicy:RolePolicy").json("policy")
    writing = [statement for statement in policy["Statement"] if "kafka-cluster:WriteData" in statement["Action"]]
    topics = STREAM_ARN.replace(":cluster/", ":topic/") + "/order-events"
    assert [statement["Resource"] for statement in writing] == [
        [f"{topics}-retry-soon", f"{topics}-retry-later", f"{topics}-dead"]
    ]


def test_what_tells_webhooks_writes_nothing_to_the_stream() -> None:
    policy = permissions(Process.WEBHOOKS).one("aws:iam/rolePolicy:RolePolicy").json("policy")
    actions = {action for statement in policy["Statement"] for action in statement["Action"]}
    assert not {action for action in actions if "Write" in action}


def test_letters_are_written_in_the_services_own_name_only() -> None:
    policy = permissions(Process.CONSUMER).one("aws:iam/rolePolicy:RolePolicy").json("policy")
    (statement,) = [statement for statement in policy["Statement"] if "ses:SendEmail" in statement["Action"]]
    assert statement["Condition"] == {"StringEquals": {"ses:FromAddress": "orders@example.com"}}
    arn = "arn:aws:ses:eu-central-1:123456789012"
    assert statement["Resource"] == [f"{arn}:identity/example.com", f"{arn}:configuration-set/fortress-dev"]


@pytest.mark.parametrize("process", Process)
def test_only_pods_of_the_processs_own_account_take_its_role(process: Process) -> None:
    graph = permissions(process)
    association = graph.one("aws:eks/podIdentityAssociation:PodIdentityAssociation").inputs
    account = graph.one("kubernetes:core/v1:ServiceAccount").inputs
    assert association["serviceAccount"] == account["metadata"]["name"] == f"orders-{process}"
    assert association["namespace"] == account["metadata"]["namespace"] == "orders"
    assert account["automountServiceAccountToken"] is False


def test_without_a_lake_nobody_writes_rows() -> None:
    assert "WriteRows" in granted(Process.CONSUMER)
    assert "WriteRows" not in granted(Process.CONSUMER, within=replace(connections(), lake=None))
