"""What is compared of a run: its steps as a set, its end, and the deployment without what differs by nature."""

from collections.abc import Iterable, Mapping
from typing import Any

from sandbox.state.passphrase import Passphrase
from sandbox.state.properties import contains, is_secret, plain, rewrite
from sandbox.state.resource import decode

OF_THE_MOMENT = ("created", "modified", "sourcePosition", "stackTrace")
PROVIDER_TYPE = "pulumi:providers:"


def observe(
    succeeded: bool, steps: Iterable[tuple[str, str]], deployment: Mapping[str, Any], secret: Passphrase
) -> dict:
    return {
        "succeeded": succeeded,
        "steps": sorted([str(operation), urn] for operation, urn in steps),
        "resources": normalised(deployment, secret),
    }


def normalised(deployment: Mapping[str, Any], secret: Passphrase) -> list[dict[str, Any]]:
    """Resources by URN, secrets readable, ids of providers and moments taken out."""
    resources = [dict(each) for each in deployment.get("resources") or []]
    names = {
        each["id"]: f"<id of {each['urn']}>"
        for each in resources
        if each["type"].startswith(PROVIDER_TYPE) and each.get("id")
    }
    for each in resources:
        plainer = decode(each, secret)
        for key, properties in (("inputs", plainer.inputs), ("outputs", plainer.outputs)):
            if each.get(key):
                each[key] = rewrite(properties, lambda part: {"secret": plain(part)} if is_secret(part) else part)
        for key in OF_THE_MOMENT:
            each.pop(key, None)
        each["id"] = names.get(each.get("id", ""), each.get("id", ""))
        urn, _, identity = each.get("provider", "").rpartition("::")
        each["provider"] = f"{urn}::{names.get(identity, identity)}" if urn else ""
        for key in ("dependencies", "additionalSecretOutputs", "ignoreChanges", "replaceOnChanges"):
            each[key] = sorted(each.get(key) or [])
        each["propertyDependencies"] = {
            key: sorted(urns) for key, urns in (each.get("propertyDependencies") or {}).items()
        }
    return sorted(
        ({key: value for key, value in each.items() if value not in ("", [], {}, None)} for each in resources),
        key=lambda each: (each["urn"], each.get("delete", False), each.get("id", "")),
    )


def in_dependency_order(deployment: Mapping[str, Any]) -> bool:
    """True when every resource stands after all that it names."""
    seen: set[str] = set()
    for each in deployment.get("resources") or []:
        named = {each.get("parent"), each.get("provider", "").rpartition("::")[0], *each.get("dependencies", [])}
        if not named - {None, ""} <= seen:
            return False
        seen.add(each["urn"])
    return True


def hides(value: Any, text: str) -> bool:
    return not contains(value, lambda part: isinstance(part, str) and text in part)
