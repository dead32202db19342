"""Kubeconfigs of the cluster: the one that its own programs use and the one for this machine."""

from base64 import b64encode
from pathlib import Path

import yaml

CONTEXT = "fortress"


def write(path: Path, certificates: Path, server: str) -> None:
    """Writes a kubeconfig, readable by its owner only, for the administrator of the cluster at URL `server`."""

    def embedded(name: str) -> str:
        return b64encode((certificates / name).read_bytes()).decode()

    user = {
        "client-certificate-data": embedded("administrator.crt"),
        "client-key-data": embedded("administrator.key"),
    }
    content = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": CONTEXT,
        "contexts": [{"name": CONTEXT, "context": {"cluster": CONTEXT, "user": CONTEXT}}],
        "clusters": [
            {"name": CONTEXT, "cluster": {"server": server, "certificate-authority-data": embedded("ca.crt")}}
        ],
        "users": [{"name": CONTEXT, "user": user}],
    }
    path.touch(mode=0o600)
    path.write_text(yaml.safe_dump(content))
