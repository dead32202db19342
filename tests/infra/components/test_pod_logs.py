import json

from infra.components.pod_logs import PodLogs, PodLogsArgs
from tests.infra.recorder import record_component

ARGS = PodLogsArgs(
    cluster_name="fortress-dev",
    cluster_arn="arn:cluster",
    image="123456789012.dkr.ecr.eu-central-1.amazonaws.com/fortress-dev/collector@sha256:1",
    region="eu-central-1",
    service_namespace="orders",
    service_log_group_name="/fortress/dev/orders",
    service_log_group_arn="arn:orders",
    platform_log_group_name="/fortress/dev/platform",
    log_retention_days=14,
    log_key_arn="arn:key",
    dns_cidrs=["172.20.0.0/16"],
    alarm_topic_arn="arn:topic",
)
GRAPH = record_component(lambda opts: PodLogs("pod-logs", ARGS, opts))
DAEMON_SET = GRAPH.one("kubernetes:apps/v1:DaemonSet")
GROUP = GRAPH.one("aws:cloudwatch/logGroup:LogGroup")
POD = DAEMON_SET.inputs["spec"]["template"]["spec"]
(CONTAINER,) = POD["containers"]
GROUP_ARN = "arn:aws:logs:eu-central-1:123456789012:log-group:pod-logs"


def test_the_group_is_made_beforehand_with_an_end_and_a_key() -> None:
    assert GROUP.inputs["name"] == "/fortress/dev/platform"
    assert GROUP.inputs["kmsKeyId"] == "arn:key"
    assert GROUP.inputs["retentionInDays"] == 14
    assert GRAPH.stands_on(DAEMON_SET, GROUP)


def test_it_writes_streams_of_two_groups_and_makes_none() -> None:
    (statement,) = GRAPH.one("aws:iam/rolePolicy:RolePolicy").json("policy")["Statement"]
    assert statement["Action"] == ["logs:CreateLogStream", "logs:PutLogEvents"]
    assert statement["Resource"] == ["arn:orders", "arn:orders:log-stream:*", GROUP_ARN, f"{GROUP_ARN}:log-stream:*"]


def test_half_an_hour_without_a_line_is_told_once_there_is_an_agent() -> None:
    alarm = GRAPH.one("aws:cloudwatch/metricAlarm:MetricAlarm", "pod-logs-arrival")
    asked = {key: alarm.inputs[key] for key in ("namespace", "metricName", "statistic", "dimensions")}
    assert asked == {
        "namespace": "AWS/Logs",
        "metricName": "IncomingLogEvents",
        "statistic": "Sum",
        "dimensions": {"LogGroupName": "/fortress/dev/platform"},
    }
    assert (alarm.inputs["comparisonOperator"], alarm.inputs["threshold"]) == ("LessThanThreshold", 1)
    assert alarm.inputs["period"] * alarm.inputs["evaluationPeriods"] == 1800
    assert alarm.inputs["treatMissingData"] == "breaching"
    assert alarm.inputs["alarmActions"] == ["arn:topic"]
    assert GRAPH.stands_on(alarm, DAEMON_SET)


def test_its_identity_stands_before_its_pods() -> None:
    association = GRAPH.one("aws:eks/podIdentityAssociation:PodIdentityAssociation")
    assert (association.inputs["namespace"], association.inputs["serviceAccount"]) == ("kube-system", "pod-logs")
    assert POD["serviceAccountName"] == "pod-logs"
    assert GRAPH.stands_on(DAEMON_SET, association)
    assert GRAPH.stands_on(DAEMON_SET, GRAPH.one("aws:iam/rolePolicy:RolePolicy"))
    assert GRAPH.stands_on(DAEMON_SET, GRAPH.one("kubernetes:core/v1:ServiceAccount"))


def test_every_node_has_one_whatever_its_taints() -> None:
    assert POD["tolerations"] == [{"operator": "Exists"}]
    assert POD["priorityClassName"] == "system-node-critical"
    assert "nodeSelector" not in POD


def test_of_the_node_it_sees_the_logs_and_a_folder_of_its_own() -> None:
    folders = {volume["name"]: volume["hostPath"]["path"] for volume in POD["volumes"] if "hostPath" in volume}
    mounts = {mount["name"]: mount for mount in CONTAINER["volumeMounts"]}
    assert folders == {"logs": "/var/log/pods", "state": "/var/lib/pod-logs"}
    assert mounts["logs"] == {"name": "logs", "mountPath": "/var/log/pods", "readOnly": True}
    assert mounts["state"]["mountPath"] == "/var/lib/pod-logs"
    assert not {"hostNetwork", "hostPID", "hostIPC"} & set(POD)


def test_it_owns_the_files_and_can_nothing_else() -> None:
    assert CONTAINER["securityContext"] == {
        "runAsUser": 0,
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    }
    assert POD["securityContext"] == {"seccompProfile": {"type": "RuntimeDefault"}}
    assert POD["automountServiceAccountToken"] is False


def test_its_configuration_names_both_groups_and_its_pods_follow_it() -> None:
    config_map = GRAPH.one("kubernetes:core/v1:ConfigMap")
    configuration = json.loads(config_map.inputs["data"]["config.yaml"])
    assert [exporter["log_group_name"] for exporter in configuration["exporters"].values()] == [
        "/fortress/dev/orders",
        "/fortress/dev/platform",
    ]
    named = next(volume["configMap"]["name"] for volume in POD["volumes"] if "configMap" in volume)
    assert named == config_map.inputs["metadata"]["name"]
    (variable,) = CONTAINER["env"]
    assert variable["valueFrom"] == {"fieldRef": {"fieldPath": "spec.nodeName"}}
    streams = {exporter["log_stream_name"] for exporter in configuration["exporters"].values()}
    assert streams == {f"${{env:{variable['name']}}}"}


def test_nobody_calls_it_and_it_calls_by_https_only() -> None:
    policy = GRAPH.one("kubernetes:networking.k8s.io/v1:NetworkPolicy").inputs["spec"]
    assert policy["podSelector"] == {"matchLabels": {"app.kubernetes.io/name": "pod-logs"}}
    assert policy["ingress"] == []
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {53, 80, 443}
    assert GRAPH.stands_on(DAEMON_SET, GRAPH.one("kubernetes:networking.k8s.io/v1:NetworkPolicy"))
