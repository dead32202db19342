"""Addresses as URLs."""

from ipaddress import ip_address


def service_url(authority: str) -> str:
    """`https://` before a host that others reach, `http://` before a loopback address (`127.0.0.1:8080`)."""
    host = authority.split("/", 1)[0].rsplit(":", 1)[0]
    return f"{'http' if _is_loopback(host) else 'https'}://{authority}"


def _is_loopback(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
