"""`python -m sandbox.providers.server --port N --state-dir PATH`: the providers over gRPC, for the real Pulumi CLI.

`aws` listens on the port, `kubernetes` on `--kubernetes-port` (by default the port after it), both on loopback.
"""

import argparse
import signal
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import grpc
from pulumi.runtime.proto import provider_pb2, status_pb2
from pulumi.runtime.proto.provider_pb2_grpc import ResourceProviderServicer, add_ResourceProviderServicer_to_server

from sandbox.parts.part import LOOPBACK
from sandbox.parts.registry import Parts
from sandbox.providers.aws import AwsProvider
from sandbox.providers.errors import InitializationFailed, ProviderError
from sandbox.providers.kubernetes import KubernetesProvider
from sandbox.providers.properties import to_struct
from sandbox.providers.provider import Provider

THREADS = 64
LARGEST_MESSAGE_BYTES = 400 * 1024 * 1024
"""The engine's own limit."""


class Served(ResourceProviderServicer):
    """A provider whose errors become gRPC statuses; it is made anew at each Configure, for parts that have moved."""

    def __init__(self, make: Callable[[], Provider]) -> None:
        self._make = make
        self._provider = make()
        for method in provider_pb2.DESCRIPTOR.services_by_name["ResourceProvider"].methods_by_name:
            if method in vars(Provider):
                setattr(self, method, self._answering(method))

    def _answering(self, method: str) -> Callable[[Any, grpc.ServicerContext], Any]:
        def answer(request: Any, context: grpc.ServicerContext) -> Any:
            if method == "Configure":
                self._provider = self._make()
            try:
                return getattr(self._provider, method)(request, context)
            except InitializationFailed as failure:
                context.set_trailing_metadata((("grpc-status-details-bin", _details(failure)),))
                context.abort(grpc.StatusCode.UNKNOWN, str(failure))
            except ProviderError as error:
                context.abort(grpc.StatusCode.UNKNOWN, str(error))

        return answer


def serve(provider: Callable[[], Provider], port: int) -> grpc.Server:
    """Serves a provider on a loopback port; raises `RuntimeError` where it is taken."""
    limits = [("grpc.max_receive_message_length", LARGEST_MESSAGE_BYTES), ("grpc.so_reuseport", 0)]
    server = grpc.server(ThreadPoolExecutor(THREADS), options=limits)
    add_ResourceProviderServicer_to_server(Served(provider), server)
    server.add_insecure_port(f"{LOOPBACK}:{port}")
    server.start()
    return server


def _details(failure: InitializationFailed) -> bytes:
    status = status_pb2.Status(code=grpc.StatusCode.UNKNOWN.value[0], message=str(failure))
    outputs, inputs = to_struct(failure.outputs), to_struct(failure.inputs)
    detail = provider_pb2.ErrorResourceInitFailed(
        id=failure.id, properties=outputs, inputs=inputs, reasons=failure.reasons
    )
    status.details.add().Pack(detail)
    return status.SerializeToString()


def main() -> None:
    """Serve until told to end."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.providers.server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--kubernetes-port", type=int)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    parts = Parts(arguments.state_dir)

    def url(name: str) -> str:
        record = parts.get(name).record
        return f"http://{record.host}:{record.port}"

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: ended.set())
    servers = [
        serve(lambda: KubernetesProvider(url("cluster")), arguments.kubernetes_port or arguments.port + 1),
        serve(lambda: AwsProvider(url("aws"), parts), arguments.port),
    ]
    ended.wait()
    for server in servers:
        server.stop(grace=None)


if __name__ == "__main__":
    main()
