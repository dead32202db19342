"""The resource providers as gRPC servers, for the real Pulumi CLI to attach to."""

from sandbox.parts.python_module import PythonModule


class Providers(PythonModule):
    """`python -m sandbox.providers.server`: `aws` on its port, `kubernetes` on settings["kubernetes_port"]."""

    kind = "providers"
    module = "sandbox.providers.server"
    port_settings = ("kubernetes_port",)
