"""`Pulumi.yaml` and `Pulumi.<stack>.yaml`: where the program is, and with what configuration it runs."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sandbox.errors import SandboxError
from sandbox.state.passphrase import Passphrase

_TYPES: dict[str, type | tuple[type, ...]] = {
    "string": str, "integer": int, "boolean": bool, "array": list, "object": dict,
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class Configuration:
    """A stack's configuration as the SDK wants it: texts by `namespace:key`, objects as JSON."""

    values: Mapping[str, str]
    secret_keys: frozenset[str]

    def of_package(self, package: str) -> dict[str, str]:
        """What `<package>:` keys set, for the default provider of the package."""
        prefix = f"{package}:"
        return {key.removeprefix(prefix): value for key, value in self.values.items() if key.startswith(prefix)}


@dataclass(frozen=True, kw_only=True)
class Project:
    """A Pulumi project: its name, its folder, its program and what its `config:` declares."""

    name: str
    folder: Path
    main: Path
    declarations: Mapping[str, Any]

    @classmethod
    def load(cls, folder: Path) -> "Project":
        """Read `<folder>/Pulumi.yaml`; raises SandboxError when it is absent or names no project."""
        document = _read(folder / "Pulumi.yaml")
        if "name" not in document:
            raise SandboxError(f"{folder / 'Pulumi.yaml'} names no project: it needs a `name:`")
        folder = folder.resolve()
        declarations = {_full(key, document["name"]): each for key, each in (document.get("config") or {}).items()}
        return cls(
            name=document["name"], folder=folder, main=folder / document.get("main", "."), declarations=declarations
        )

    def salt(self, stack: str, file: Path | None = None) -> str | None:
        """The `encryptionsalt` of the stack's configuration file."""
        return _read(file or self.stack_file(stack)).get("encryptionsalt")

    def stack_file(self, stack: str) -> Path:
        return self.folder / f"Pulumi.{stack}.yaml"

    def refuse_unknown(self, stack: str) -> None:
        """Raises SandboxError with the stacks that have a file, where this one has none."""
        if not self.stack_file(stack).is_file():
            known = sorted(path.name.split(".")[1] for path in self.folder.glob("Pulumi.*.yaml"))
            raise SandboxError(f"there is no stack {stack!r}; allowed are {', '.join(known)}")

    def configuration(
        self,
        stack: str,
        passphrase: Passphrase,
        *,
        file: Path | None = None,
        overrides: Mapping[str, Any] | None = None,
    ) -> Configuration:
        """The stack's values over the project's defaults, `overrides` over both.

        Raises SandboxError for declared values that are missing or of another type.
        """
        given = _read(file or self.stack_file(stack)).get("config") or {}
        values = {_full(key, self.name): value for key, value in {**given, **(overrides or {})}.items()}
        secret_keys = {key for key, value in values.items() if isinstance(value, dict) and value.keys() == {"secure"}}
        for key in secret_keys:
            values[key] = passphrase.decrypt(values[key]["secure"])
        missing = []
        for key, declaration in self.declarations.items():
            declared = declaration if isinstance(declaration, dict) else {"default": declaration}
            default = declared.get("default", declared.get("value"))
            if key in values:
                self._require_type(stack, key, declared.get("type"), values[key])
            elif default is not None:
                values[key] = default
            elif "type" in declared:
                missing.append(key)
        if missing:
            noun = "values" if len(missing) > 1 else "value"
            raise SandboxError(f"Stack '{stack}' is missing configuration {noun} {_quoted(missing)}")
        return Configuration(
            values={key: value if isinstance(value, str) else json.dumps(value) for key, value in values.items()},
            secret_keys=frozenset(secret_keys),
        )

    def _require_type(self, stack: str, key: str, name: str | None, value: Any) -> None:
        if name is None or name not in _TYPES:
            return
        if name in ("integer", "boolean") and isinstance(value, str):
            value = yaml.safe_load(value)
        if not isinstance(value, _TYPES[name]) or (name == "integer" and isinstance(value, bool)):
            raise SandboxError(
                f"Stack '{stack}' with configuration key '{key}' must be of type '{name}', not {value!r}"
            )


def _read(path: Path) -> dict[str, Any]:
    try:
        document = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        if path.name == "Pulumi.yaml":
            raise SandboxError(f"no Pulumi.yaml in {path.parent}; a project's folder holds one") from None
        return {}
    except yaml.YAMLError as error:
        raise SandboxError(f"{path} is not YAML: {error}") from None
    return document or {}


def _full(key: str, project: str) -> str:
    return key if ":" in key else f"{project}:{key}"


def _quoted(keys: list[str]) -> str:
    *most, last = [f"'{key}'" for key in keys]
    return f"{', '.join(most)} and {last}" if most else last
