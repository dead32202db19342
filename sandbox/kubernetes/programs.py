"""The programs of the cluster, as command lines over one folder, and the files that they read."""

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import yaml

from sandbox.cluster import proxy
from sandbox.kubernetes import kubeconfig
from sandbox.parts import prometheus
from sandbox.parts.packages import file_in

NODE = "fortress"
NODE_ADDRESS = "10.64.0.1"
"""The node's address, in the cluster's own network namespace only."""
KUBELET_PORT = 10250
GATEWAY_ADDRESS, GATEWAY_PORT = "10.64.0.2", 8080
POD_RANGE = "10.64.1.0/24"
SERVICE_RANGE = "10.96.0.0/16"
API_PORT = 6443
PROMETHEUS = "http://127.0.0.1:9090"
"""Where the rollout controller, a program of the node, finds Prometheus."""
BUSYBOX_IMAGE = "fortress.local/busybox:1"
CONTAINERD_SOCKET = "/run/containerd/containerd.sock"
TARGETS = "targets.json"
"""What Prometheus asks for metrics: written in the gateway's folder whenever pods come and go."""
CONTROLLER = "rollouts-controller"
CONTROLLER_PORTS = ("--healthzPort=8081", "--metricsPort=8082")
LOOPBACK_PLUGIN = "machine-loopback"
UNTOUCHED = {"maxPerCore": 0, "min": 0, "tcpCloseWaitTimeout": "0s", "tcpEstablishedTimeout": "0s"}
"""kube-proxy leaves the kernel's connection tracking limits, which are the machine's, as they are."""


@dataclass(frozen=True, kw_only=True)
class Layout:
    """Where everything is: `binaries` and `debian` are shared and only read, `folder` is this cluster's own."""

    binaries: Path
    debian: Path
    folder: Path

    @property
    def certificates(self) -> Path:
        """The authority and what it signed."""
        return self.folder / "certificates"

    @property
    def path(self) -> str:
        """PATH of the cluster's programs."""
        debian = [self.debian / folder for folder in ("usr/bin", "usr/sbin")]
        return ":".join(map(str, [self.binaries, *debian, "/usr/sbin", "/usr/bin", "/sbin", "/bin"]))

    def library_path(self) -> str:
        """LD_LIBRARY_PATH: the libraries of the unpacked packages."""
        return ":".join(str(each) for each in (self.debian / "usr/lib").glob("*-linux-gnu*"))

    def file(self, name: str) -> Path:
        """A configuration file of this cluster."""
        return self.folder / name


def prepare(layout: Layout, *, cgroup: str) -> None:
    """Writes what the programs read; `cgroup` is the one that all pods live in."""
    kubeconfig.write(layout.file("kubeconfig"), layout.certificates, f"https://{NODE_ADDRESS}:{API_PORT}")
    layout.file("containerd.toml").write_text(_containerd(layout))
    layout.file("resolv.conf").write_text("")
    networks = layout.file("networks")
    networks.mkdir(exist_ok=True)
    (networks / "10-pods.conflist").write_text(json.dumps(_pod_network()))
    _link_plugins(layout)
    proxy.Configuration(layout.file("gateway"), GATEWAY_ADDRESS)
    _write(layout.file("kubelet.yaml"), _kubelet(layout, cgroup))
    _write(layout.file("proxy.yaml"), _proxy(layout))
    _write(layout.file("prometheus.yaml"), _scraped(layout))


def commands(layout: Layout) -> dict[str, list[str]]:
    """The command line of every program, by name; each waits for the others by itself or ends and is started again."""
    client = f"--kubeconfig={layout.file('kubeconfig')}"
    return {
        "containerd": ["containerd", f"--config={layout.file('containerd.toml')}"],
        "etcd": _etcd(),
        "kube-apiserver": _api_server(layout.certificates),
        "kube-controller-manager": _controller_manager(client, layout.certificates),
        "kube-scheduler": ["kube-scheduler", client, "--leader-elect=false"],
        "kubelet": ["kubelet", client, f"--config={layout.file('kubelet.yaml')}", *_node_flags()],
        "kube-proxy": ["kube-proxy", f"--config={layout.file('proxy.yaml')}"],
        "prometheus": _prometheus(layout),
        CONTROLLER: [CONTROLLER, client, "--leader-elect=false", "--loglevel=info", *CONTROLLER_PORTS],
        "gateway": [str(file_in("envoy", "_bin/envoy")), *proxy.options(layout.file("gateway"))],
        "gateway-routes": _gateway_routes(client, layout),
    }


def _gateway_routes(client: str, layout: Layout) -> list[str]:
    module = [sys.executable, "-m", "sandbox.kubernetes.gateway"]
    return [*module, client, f"--folder={layout.file('gateway')}"]


def _etcd() -> list[str]:
    here = "http://127.0.0.1"
    clients = [f"--{kind}-client-urls={here}:2379" for kind in ("listen", "advertise")]
    peers = [f"--listen-peer-urls={here}:2380", f"--initial-advertise-peer-urls={here}:2380"]
    return ["server", "--data-dir=/var/lib/etcd", *clients, *peers, f"--initial-cluster=default={here}:2380"]


def _api_server(certificates: Path) -> list[str]:
    return [
        "kube-apiserver",
        "--etcd-servers=http://127.0.0.1:2379",
        f"--service-cluster-ip-range={SERVICE_RANGE}",
        f"--advertise-address={NODE_ADDRESS}",
        f"--secure-port={API_PORT}",
        f"--client-ca-file={certificates / 'ca.crt'}",
        f"--tls-cert-file={certificates / 'server.crt'}",
        f"--tls-private-key-file={certificates / 'server.key'}",
        f"--kubelet-client-certificate={certificates / 'administrator.crt'}",
        f"--kubelet-client-key={certificates / 'administrator.key'}",
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={certificates / 'service-accounts.pub'}",
        f"--service-account-signing-key-file={certificates / 'service-accounts.key'}",
        "--authorization-mode=Node,RBAC",
    ]


def _controller_manager(client: str, certificates: Path) -> list[str]:
    return [
        "kube-controller-manager",
        client,
        "--leader-elect=false",
        f"--root-ca-file={certificates / 'ca.crt'}",
        f"--service-account-private-key-file={certificates / 'service-accounts.key'}",
    ]


def _node_flags() -> Sequence[str]:
    zone = "--node-labels=topology.kubernetes.io/zone=local"
    return [f"--hostname-override={NODE}", f"--node-ip={NODE_ADDRESS}", zone]


def _prometheus(layout: Layout) -> list[str]:
    listen = f"--web.listen-address={PROMETHEUS.removeprefix('http://')}"
    return [
        "prometheus",
        f"--config.file={layout.file('prometheus.yaml')}",
        listen,
        "--storage.tsdb.path=/var/lib/prometheus",
    ]


def _scraped(layout: Layout) -> dict[str, object]:
    """The gateway and the pods, under Istio's names; the kubelet for the memory of containers."""
    interval = f"{prometheus.SCRAPE_SECONDS}s"
    files = {"files": [str(layout.file("gateway") / TARGETS)], "refresh_interval": "1s"}
    client = {name: str(layout.certificates / f"administrator.{name[:3]}") for name in ("crt", "key")}
    kubelet = {
        "job_name": "containers",
        "scheme": "https",
        "metrics_path": "/metrics/cadvisor",
        "tls_config": {"insecure_skip_verify": True, "cert_file": client["crt"], "key_file": client["key"]},
        "static_configs": [{"targets": [f"{NODE_ADDRESS}:{KUBELET_PORT}"]}],
        "metric_relabel_configs": prometheus.relabelled(),
    }
    routed = {"job_name": "cluster", "file_sd_configs": [files], "metric_relabel_configs": prometheus.relabelled()}
    settings = {"scrape_interval": interval, "scrape_timeout": interval}
    return {"global": settings, "scrape_configs": [routed, kubelet]}


def _write(path: Path, content: object) -> None:
    path.write_text(yaml.safe_dump(content))


def _kubelet(layout: Layout, cgroup: str) -> dict[str, object]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(layout.certificates / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": cgroup,
        "failCgroupV1": False,
        "failSwapOn": False,
        "containerRuntimeEndpoint": f"unix://{CONTAINERD_SOCKET}",
        "resolvConf": str(layout.file("resolv.conf")),
        "volumePluginDir": "/var/lib/kubelet/volume-plugins",
        "makeIPTablesUtilChains": False,
        "evictionHard": {"memory.available": "100Mi", "nodefs.available": "1%", "imagefs.available": "1%"},
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "nodeStatusUpdateFrequency": "2s",
    }


def _proxy(layout: Layout) -> dict[str, object]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "clientConnection": {"kubeconfig": str(layout.file("kubeconfig"))},
        "mode": "nftables",
        "clusterCIDR": POD_RANGE,
        "hostnameOverride": NODE,
        "conntrack": UNTOUCHED,
    }


def _containerd(layout: Layout) -> str:
    return f"""version = 2
root = "/var/lib/containerd"
state = "/run/containerd"
disabled_plugins = ["io.containerd.internal.v1.opt"]
[grpc]
address = "{CONTAINERD_SOCKET}"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{BUSYBOX_IMAGE}"
restrict_oom_score_adj = true
tolerate_missing_hugetlb_controller = true
disable_hugetlb_controller = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{layout.file("plugins")}"
conf_dir = "{layout.file("networks")}"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
"""


def _pod_network() -> dict[str, object]:
    """Every pod at the end of a cable of its own: what one pod sends another passes the node's rules."""
    addresses = {"type": "host-local", "ranges": [[{"subnet": POD_RANGE}]], "routes": [{"dst": "0.0.0.0/0"}]}
    cable = {"type": "ptp", "ipMasq": False, "ipam": addresses}
    return {"cniVersion": "1.0.0", "name": "pods", "plugins": [cable, {"type": LOOPBACK_PLUGIN, "node": NODE_ADDRESS}]}


def _link_plugins(layout: Layout) -> None:
    folder = layout.file("plugins")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    for plugin in (layout.debian / "usr/lib/cni").iterdir():
        (folder / plugin.name).symlink_to(plugin)
    own = folder / LOOPBACK_PLUGIN
    own.write_text(f"#!/bin/sh\nexec {sys.executable} {Path(__file__).with_name('loopback_plugin.py')}\n")
    own.chmod(0o755)
