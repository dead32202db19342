"""What a container sees: environment variables, and its volumes as files."""

import base64
import re
from pathlib import Path
from typing import Any

from sandbox.cluster.kinds import CONFIG_MAP, SECRET, Kind
from sandbox.cluster.store import Object, Store, replace_file

_REFERENCE = re.compile(r"\$(\$)?\(([-._a-zA-Z][-._a-zA-Z0-9]*)\)")
_FIELD = re.compile(r"metadata\.(labels|annotations)\['([^']+)'\]")


class ConfigurationError(Exception):
    """A container that cannot start for what it refers to (Kubernetes' CreateContainerConfigError)."""


def variables(store: Store, pod: Object, container: Object) -> dict[str, str]:
    """The container's environment: `envFrom`, then `env`, with `$(NAME)` replaced as Kubernetes does.

    Raises `ConfigurationError` for a missing ConfigMap, Secret or key that is not optional.
    """
    namespace = pod["metadata"]["namespace"]
    found: dict[str, str] = {}
    for source in container.get("envFrom", ()):
        kind, reference = (
            (CONFIG_MAP, source["configMapRef"]) if "configMapRef" in source else (SECRET, source["secretRef"])
        )
        prefix = source.get("prefix", "")
        found |= {prefix + key: value for key, value in _data(store, kind, namespace, reference).items()}
    for entry in container.get("env", ()):
        value = _value_from(store, pod, entry["valueFrom"]) if "valueFrom" in entry else entry.get("value", "")
        if value is not None:
            found[entry["name"]] = expanded(value, found) if "value" in entry else value
    return found


def expanded(text: str, environment: dict[str, str]) -> str:
    """`$(NAME)` replaced where it is known, `$$(NAME)` unescaped."""
    return _REFERENCE.sub(
        lambda match: match[0][1:] if match[1] else environment.get(match[2], match[0]),
        text,
    )


def mounts(store: Store, pod: Object, container: Object, folder: Path) -> dict[str, Path]:
    """Writes the container's volumes below `folder`; returns where each mount path is on this machine."""
    volumes = {volume["name"]: volume for volume in pod["spec"].get("volumes", ())}
    found = {}
    for mount in container.get("volumeMounts", ()):
        volume = volumes.get(mount["name"])
        if volume is None:
            raise ConfigurationError(f"volumeMount {mount['name']!r} has no volume of that name")
        target = folder / mount["name"]
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        for name, content in _files(store, pod["metadata"]["namespace"], volume).items():
            (target / name).parent.mkdir(exist_ok=True)
            replace_file(target / name, content)
        found[mount["mountPath"].rstrip("/")] = target / mount.get("subPath", "")
    return found


def relocated(text: str, found: dict[str, Path]) -> str:
    """The text with mount paths replaced by where they are on this machine."""
    if not found:
        return text
    longest_first = sorted(found, key=len, reverse=True)
    paths = "|".join(re.escape(path) for path in longest_first)
    return re.sub(rf"(?<![\w/.-])({paths})(?![\w.-])", lambda match: str(found[match[1]]), text)


def _files(store: Store, namespace: str, volume: Object) -> dict[str, str]:
    if "emptyDir" in volume:
        return {}
    if "configMap" in volume:
        source, kind = volume["configMap"], CONFIG_MAP
    elif "secret" in volume:
        source, kind = {**volume["secret"], "name": volume["secret"]["secretName"]}, SECRET
    else:
        raise ConfigurationError(f"volume {volume['name']!r}: only configMap, secret and emptyDir are run locally")
    data = _data(store, kind, namespace, source)
    items = source.get("items")
    return {item["path"]: data[item["key"]] for item in items} if items else data


def _value_from(store: Store, pod: Object, source: Object) -> str | None:
    if "fieldRef" in source:
        return _field(pod, source["fieldRef"]["fieldPath"])
    for member, kind in (("configMapKeyRef", CONFIG_MAP), ("secretKeyRef", SECRET)):
        if member in source:
            reference = source[member]
            data = _data(store, kind, pod["metadata"]["namespace"], reference)
            if reference["key"] not in data and not reference.get("optional"):
                raise ConfigurationError(f"{kind.name} {reference['name']!r} has no key {reference['key']!r}")
            return data.get(reference["key"])
    raise ConfigurationError(
        f"valueFrom {', '.join(source)}: only fieldRef, configMapKeyRef and secretKeyRef are run locally"
    )


def _field(pod: Object, path: str) -> str:
    if match := _FIELD.fullmatch(path):
        return pod["metadata"].get(match[1], {}).get(match[2], "")
    value: Any = pod
    for name in path.split("."):
        value = value.get(name) if isinstance(value, dict) else None
    if not isinstance(value, str):
        raise ConfigurationError(f"fieldRef {path!r} names nothing that a local pod has")
    return value


def _data(store: Store, kind: Kind, namespace: str, reference: Object) -> dict[str, str]:
    item = store.get(kind, namespace, reference["name"])
    if item is None:
        if reference.get("optional"):
            return {}
        raise ConfigurationError(f"there is no {kind.name} {reference['name']!r} in namespace {namespace!r}")
    if kind is CONFIG_MAP:
        return item.get("data", {})
    decoded = {key: base64.b64decode(value).decode() for key, value in item.get("data", {}).items()}
    return decoded | item.get("stringData", {})
