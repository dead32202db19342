"""Good and bad Kubernetes objects."""

import copy
from typing import Any

from tests.policies.case import REMOVED, Case, Change, GraphCase, Resource

_DIGEST = "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders@sha256:" + "a" * 64
_CONTAINER = {
    "name": "orders",
    "image": _DIGEST,
    "ports": [{"containerPort": 8080.0}],
    "env": [{"name": "PORT", "value": "8080"}],
    "resources": {"requests": {"cpu": "250m", "memory": "512Mi"}, "limits": {"memory": "512Mi"}},
    "livenessProbe": {"httpGet": {"path": "/health/live"}},
    "readinessProbe": {"httpGet": {"path": "/health/ready"}},
    "securityContext": {
        "allowPrivilegeEscalation": False,
        "readOnlyRootFilesystem": True,
        "capabilities": {"drop": ["ALL"]},
    },
}
_SPEC = {
    "serviceAccountName": "orders-api",
    "automountServiceAccountToken": False,
    "securityContext": {"runAsNonRoot": True, "runAsUser": 10001.0, "seccompProfile": {"type": "RuntimeDefault"}},
    "initContainers": [{**_CONTAINER, "name": "prepare"}],
    "containers": [_CONTAINER],
    "volumes": [{"name": "temporary", "emptyDir": {}}],
}
_METADATA = {"name": "orders-api", "namespace": "orders"}
_LABELS = {"app.kubernetes.io/name": "orders-api"}
_TEMPLATE = {"metadata": {"labels": _LABELS}, "spec": _SPEC}
_DEPLOYMENT = {"kind": "Deployment", "metadata": _METADATA, "spec": {"replicas": 2.0, "template": _TEMPLATE}}
_CRON_JOB = {"kind": "CronJob", "metadata": _METADATA, "spec": {"jobTemplate": {"spec": {"template": _TEMPLATE}}}}
_POD = {"kind": "Pod", "metadata": _METADATA, "spec": _SPEC}
_DEPLOYMENT_TYPE = "kubernetes:apps/v1:Deployment"
_S = "spec.template.spec"
_C = f"{_S}.containers.0"
_I = f"{_S}.initContainers.0"


def _workload(rule: str, bad: dict[str, Change], also_good: dict[str, Change] | None = None) -> Case:
    return Case(rule=rule, type=_DEPLOYMENT_TYPE, good=_DEPLOYMENT, bad=bad, also_good=also_good or {})


def _object(namespace: str, name: str, spec: dict[str, Any]) -> dict[str, Any]:
    return {"metadata": {"namespace": namespace, "name": name}, "spec": spec}


_API = Resource(type=_DEPLOYMENT_TYPE, properties=_DEPLOYMENT)
_POLICY_TYPE = "kubernetes:networking.k8s.io/v1:NetworkPolicy"
_BOTH = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
_DENY = Resource(type=_POLICY_TYPE, properties=_object("orders", "deny", copy.deepcopy(_BOTH)))
_OWN = Resource(
    type=_POLICY_TYPE,
    properties=_object(
        "orders", "api", {"podSelector": {"matchLabels": _LABELS}, "policyTypes": ["Ingress", "Egress"]}
    ),
)
_ENFORCED = {
    "pod-security.kubernetes.io/enforce": "restricted",
    "pod-security.kubernetes.io/enforce-version": "v1.35",
}
_ROLE_TYPE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole"
_BINDING_TYPE = "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding"

CASES = [
    _workload(
        "K8S-01",
        {
            "a container": {f"{_C}.securityContext.privileged": True},
            "an init container": {f"{_I}.securityContext.privileged": True},
            "an ephemeral container": {
                f"{_S}.ephemeralContainers": [{"name": "shell", "securityContext": {"privileged": True}}]
            },
        },
    ),
    Case(
        rule="K8S-01",
        type="kubernetes:batch/v1:CronJob",
        good=_CRON_JOB,
        bad={
            "a container": {"spec.jobTemplate.spec.template.spec.containers.0.securityContext.privileged": True},
        },
    ),
    Case(
        rule="K8S-01",
        type="kubernetes:core/v1:Pod",
        good=_POD,
        bad={"a container": {"spec.containers.0.securityContext.privileged": True}},
    ),
    _workload(
        "K8S-02",
        {
            "processes": {f"{_S}.hostPID": True},
            "memory": {f"{_S}.hostIPC": True},
            "network": {f"{_S}.hostNetwork": True},
            "a port": {f"{_C}.ports.0.hostPort": 8080.0},
        },
    ),
    _workload(
        "K8S-03",
        {
            "allowed": {f"{_C}.securityContext.allowPrivilegeEscalation": True},
            "unsaid": {f"{_I}.securityContext.allowPrivilegeEscalation": REMOVED},
        },
    ),
    _workload(
        "K8S-04",
        {
            "unsaid": {f"{_S}.securityContext.runAsNonRoot": REMOVED},
            "a container by itself": {f"{_C}.securityContext.runAsNonRoot": False},
            "root": {f"{_S}.securityContext.runAsUser": 0.0},
            "a low number": {f"{_C}.securityContext.runAsUser": 1000.0},
            "the image's user": {f"{_S}.securityContext.runAsUser": REMOVED},
        },
        {
            "said by each container": {
                f"{_S}.securityContext.runAsNonRoot": REMOVED,
                f"{_C}.securityContext.runAsNonRoot": True,
                f"{_I}.securityContext.runAsNonRoot": True,
            }
        },
    ),
    _workload(
        "K8S-05",
        {
            "nothing dropped": {f"{_C}.securityContext.capabilities": REMOVED},
            "one dropped": {f"{_C}.securityContext.capabilities.drop": ["NET_RAW"]},
            "one added": {f"{_I}.securityContext.capabilities.add": ["SYS_ADMIN"]},
        },
        {"the low ports": {f"{_C}.securityContext.capabilities.add": ["NET_BIND_SERVICE"]}},
    ),
    _workload(
        "K8S-06",
        {
            "unsaid": {f"{_S}.securityContext.seccompProfile": REMOVED},
            "a container by itself": {f"{_C}.securityContext.seccompProfile": {"type": "Unconfined"}},
        },
    ),
    _workload(
        "K8S-07",
        {
            "unsaid": {f"{_C}.securityContext.readOnlyRootFilesystem": REMOVED},
            "writable": {f"{_I}.securityContext.readOnlyRootFilesystem": False},
        },
    ),
    _workload(
        "K8S-08",
        {
            "the node's": {f"{_S}.volumes.0": {"name": "root", "hostPath": {"path": "/"}}},
            "a network drive": {f"{_S}.volumes.0": {"name": "share", "nfs": {"server": "x"}}},
        },
    ),
    _workload(
        "K8S-09",
        {
            "none": {f"{_S}.serviceAccountName": REMOVED},
            "the default": {f"{_S}.serviceAccountName": "default"},
            "a token": {f"{_S}.automountServiceAccountToken": REMOVED},
        },
    ),
    _workload(
        "K8S-10",
        {
            "a tag": {f"{_C}.image": "123456789012.dkr.ecr.eu-central-1.amazonaws.com/orders:latest"},
            "another registry": {f"{_I}.image": "docker.io/library/busybox@sha256:" + "a" * 64},
            "none": {f"{_C}.image": REMOVED},
        },
    ),
    _workload(
        "K8S-11",
        {
            "no memory limit": {f"{_C}.resources.limits": REMOVED},
            "no CPU request": {f"{_I}.resources.requests.cpu": REMOVED},
            "nothing": {f"{_C}.resources": REMOVED},
        },
    ),
    Case(
        rule="K8S-12",
        type="kubernetes:argoproj.io/v1alpha1:Rollout",
        good=_DEPLOYMENT,
        bad={
            "no readiness": {f"{_C}.readinessProbe": REMOVED},
            "no liveness": {f"{_C}.livenessProbe": REMOVED},
            "one replica": {"spec.replicas": 1.0},
        },
        also_good={"an autoscaler decides": {"spec.replicas": REMOVED}, "init": {f"{_I}.readinessProbe": REMOVED}},
        parameters={"minimum_replicas": 2},
    ),
    _workload(
        "K8S-13",
        {
            "one": {f"{_C}.env.0": {"name": "TOKEN", "valueFrom": {"secretKeyRef": {"name": "x", "key": "y"}}}},
            "all": {f"{_C}.envFrom": [{"secretRef": {"name": "x"}}]},
        },
        {"a ConfigMap": {f"{_C}.envFrom": [{"configMapRef": {"name": "x"}}]}},
    ),
    _workload("K8S-14", {"unsaid": {"metadata.namespace": REMOVED}, "said": {"metadata.namespace": "default"}}),
    Case(
        rule="K8S-20",
        type="kubernetes:core/v1:Namespace",
        good={"metadata": {"name": "orders", "labels": _ENFORCED}},
        bad={
            "nothing": {"metadata.labels": REMOVED},
            "baseline": {"metadata.labels": {**_ENFORCED, "pod-security.kubernetes.io/enforce": "baseline"}},
            "the newest version": {
                "metadata.labels": {**_ENFORCED, "pod-security.kubernetes.io/enforce-version": "latest"}
            },
        },
    ),
    GraphCase(
        rule="K8S-15",
        anchor="orders",
        good={
            "orders": Resource(type="kubernetes:core/v1:Namespace", properties={"metadata": {"name": "orders"}}),
            "deny": _DENY,
        },
        bad={
            "none": {"deny": REMOVED},
            "of another namespace": {"deny.metadata.namespace": "other"},
            "of some pods": {"deny.spec.podSelector": {"matchLabels": _LABELS}},
            "one way": {"deny.spec.policyTypes": ["Ingress"]},
            "everything let in": {"deny.spec.ingress": [{}]},
        },
        also_good={"what it names let in": {"deny.spec.ingress": [{"ports": [{"port": 8080.0}]}]}},
    ),
    GraphCase(
        rule="K8S-21",
        anchor="api",
        good={"api": _API, "own": _OWN},
        bad={
            "none": {"own": REMOVED},
            "other pods'": {"own.spec.podSelector.matchLabels": {"app.kubernetes.io/name": "other"}},
            "one way": {"own.spec.policyTypes": ["Egress"]},
            "of another namespace": {"own.metadata.namespace": "other"},
        },
        also_good={"for all pods": {"own": _DENY}},
    ),
    Case(
        rule="K8S-16",
        type=_ROLE_TYPE,
        good={"rules": [{"apiGroups": ["apps"], "resources": ["deployments"], "verbs": ["get", "list"]}]},
        bad={
            "every verb": {"rules.0.verbs": ["*"]},
            "every resource": {"rules.0.resources": ["*"]},
            "escalation": {"rules.0.verbs": ["escalate"]},
            "a shell": {"rules.0.resources": ["pods/exec"]},
            "all secrets": {"rules.0.resources": ["secrets"]},
        },
        also_good={"one secret": {"rules.0.resources": ["secrets"], "rules.0.resourceNames": ["tls"]}},
    ),
    Case(
        rule="K8S-17",
        type=_BINDING_TYPE,
        good={"roleRef": {"name": "reader"}, "subjects": [{"kind": "ServiceAccount", "name": "api"}]},
        bad={
            "administration": {"roleRef.name": "cluster-admin"},
            "everybody": {"subjects.0": {"kind": "Group", "name": "system:authenticated"}},
        },
    ),
    Case(
        rule="K8S-18",
        type="kubernetes:core/v1:Service",
        good={"kind": "Service", "spec": {"type": "ClusterIP"}},
        bad={
            "a balancer": {"spec.type": "LoadBalancer"},
            "the nodes' ports": {"spec.type": "NodePort"},
            "addresses": {"spec.externalIPs": ["192.0.2.1"]},
        },
        also_good={"left to Kubernetes": {"spec.type": REMOVED}},
    ),
    Case(
        rule="K8S-22",
        type="kubernetes:networking.k8s.io/v1:Ingress",
        good={
            "kind": "Ingress",
            "metadata": {"annotations": {"alb.ingress.kubernetes.io/wafv2-acl-arn": "arn"}},
            "spec": {"tls": [{"hosts": ["api"]}]},
        },
        bad={"no web ACL": {"metadata.annotations": REMOVED}, "no TLS": {"spec.tls": REMOVED}},
    ),
    GraphCase(
        rule="K8S-19",
        anchor="api",
        good={
            "api": _API,
            "budget": Resource(
                type="kubernetes:policy/v1:PodDisruptionBudget",
                properties=_object("orders", "api", {"selector": {"matchLabels": _LABELS}, "maxUnavailable": 1.0}),
            ),
        },
        bad={
            "none": {"budget": REMOVED},
            "other pods'": {"budget.spec.selector.matchLabels": {"app.kubernetes.io/name": "other"}},
            "of another namespace": {"budget.metadata.namespace": "other"},
            "no node may go": {"budget.spec.maxUnavailable": 0.0},
            "all must stay": {"budget.spec.maxUnavailable": REMOVED, "budget.spec.minAvailable": "100%"},
        },
        also_good={"one pod alone": {"budget": REMOVED, "api.spec.replicas": 1.0}},
    ),
    GraphCase(
        rule="STK-16",
        anchor="api",
        good={
            "api": Resource(
                type=_DEPLOYMENT_TYPE,
                properties={"spec": {"template": {"spec": {"containers": [{"name": "api"}]}}}},
                references={"spec.template.spec.containers.0.image": "repository"},
            ),
            "repository": Resource(type="aws:ecr/repository:Repository"),
        },
        bad={
            "another's": {
                "api.->spec.template.spec.containers.0.image": REMOVED,
                "api.spec.template.spec.containers.0.image": "docker.io/library/nginx",
            },
            "none": {"api.->spec.template.spec.containers.0.image": REMOVED},
        },
        also_good={
            "one that is listed": {
                "api.->spec.template.spec.containers.0.image": REMOVED,
                "api.spec.template.spec.containers.0.image": "public.ecr.aws/aws-observability/collector",
            }
        },
        parameters={"images": ["public.ecr.aws/aws-observability/"]},
    ),
    Case(
        rule="SEC-05",
        type="kubernetes:core/v1:ConfigMap",
        good={"data": {"DATABASE_HOST": "database.internal", "URL": "https://example.com/a:b@c"}},
        bad={
            "an access key": {"data.KEY": "AKIAIOSFODNN7EXAMPLE"},
            "a private key": {"data.KEY": "-----BEGIN EC PRIVATE KEY-----\nMHcC"},
            "a password in an address": {"data.DATABASE_URL": "postgresql://orders:hunter2@database/orders"},
            "an encoded access key": {"data.KEY": "QUtJQUlPU0ZPRE5ON0VYQU1QTEU="},
        },
    ),
    Case(
        rule="SEC-05",
        type="aws:ec2/launchTemplate:LaunchTemplate",
        good={"userData": "IyEvYmluL3No"},
        bad={"a token": {"userData": "export TOKEN=ghp_" + "a" * 36}},
    ),
]
