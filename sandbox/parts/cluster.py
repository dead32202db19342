"""The local Kubernetes cluster."""

from sandbox.parts.python_module import PythonModule


class Cluster(PythonModule):
    """`python -m sandbox.cluster`; its objects are in `<state>/cluster`."""

    kind = "cluster"
    module = "sandbox.cluster"
    stop_grace_seconds = 40
