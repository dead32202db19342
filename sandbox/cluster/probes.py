"""Startup, readiness and liveness probes of one container."""

import asyncio
import http.client
import socket
from collections.abc import Callable
from typing import Any

UNTIL_FIRST_SUCCESS_SECONDS = 0.2
"""How often a probe runs until it first succeeds: a laptop's user waits for it, a kubelet's does not."""
DEFAULT_PERIOD_SECONDS, DEFAULT_FAILURE_THRESHOLD = 10, 3


class UnhealthyError(Exception):
    """The container has to be restarted, for the reason given."""


async def watch(container: dict[str, Any], address: str, set_ready: Callable[[bool, str], None]) -> None:
    """Runs the container's probes for as long as it lives and reports readiness; raises `UnhealthyError`."""
    ports = {port.get("name"): port["containerPort"] for port in container.get("ports", ())}
    await asyncio.sleep(container.get("startupProbe", {}).get("initialDelaySeconds", 0))
    if "startupProbe" in container:
        await _until_failing("Startup", container["startupProbe"], address, ports, once=True)
    watched = []
    if "livenessProbe" in container:
        watched.append(_until_failing("Liveness", container["livenessProbe"], address, ports))
    if "readinessProbe" in container:
        watched.append(_readiness(container["readinessProbe"], address, ports, set_ready))
    else:
        set_ready(True, "")
    await asyncio.gather(*watched)


async def _readiness(probe: dict, address: str, ports: dict, set_ready: Callable[[bool, str], None]) -> None:
    await asyncio.sleep(probe.get("initialDelaySeconds", 0))
    period, failures, was_ready = _period(probe), 0, False
    while True:
        failure = await asyncio.to_thread(_failure, probe, address, ports)
        failures = failures + 1 if failure else 0
        if not failure or not was_ready or failures >= probe.get("failureThreshold", DEFAULT_FAILURE_THRESHOLD):
            was_ready = not failure
            set_ready(was_ready, f"Readiness probe failed: {failure}" if failure else "")
        await asyncio.sleep(period if was_ready else min(period, UNTIL_FIRST_SUCCESS_SECONDS))


async def _until_failing(what: str, probe: dict, address: str, ports: dict, *, once: bool = False) -> None:
    period = _period(probe)
    if not once:
        await asyncio.sleep(probe.get("initialDelaySeconds", 0) or period)
    step = min(period, UNTIL_FIRST_SUCCESS_SECONDS) if once else period
    allowed_seconds = period * probe.get("failureThreshold", DEFAULT_FAILURE_THRESHOLD)
    failing_seconds = 0.0
    while True:
        failure = await asyncio.to_thread(_failure, probe, address, ports)
        failing_seconds = failing_seconds + step if failure else 0
        if failing_seconds >= allowed_seconds:
            raise UnhealthyError(f"{what} probe failed: {failure}")
        if once and not failure:
            return
        await asyncio.sleep(step)


def _period(probe: dict) -> float:
    return probe.get("periodSeconds", DEFAULT_PERIOD_SECONDS)


def _failure(probe: dict, address: str, ports: dict) -> str:
    action = probe.get("httpGet") or probe["tcpSocket"]
    port = int(ports.get(action["port"], action["port"]))
    timeout = probe.get("timeoutSeconds", 1)
    try:
        if "tcpSocket" in probe:
            socket.create_connection((address, port), timeout).close()
            return ""
        connection = http.client.HTTPConnection(address, port, timeout=timeout)
        headers = {header["name"]: header["value"] for header in action.get("httpHeaders", ())}
        try:
            connection.request("GET", action.get("path", "/"), headers=headers)
            response = connection.getresponse()
            detail = response.read(200).decode(errors="replace").strip()
        finally:
            connection.close()
    except (OSError, http.client.HTTPException) as error:
        return f"{address}:{port}{action.get('path', '')}: {error or type(error).__name__}"
    good = http.client.OK <= response.status < http.client.BAD_REQUEST
    return "" if good else f"{action.get('path', '/')} answered {response.status} {detail}".strip()
