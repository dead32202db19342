"""What the SDK's registrations ask for, as resources and as earlier names."""

import re
from functools import lru_cache
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pulumi.runtime.proto import alias_pb2, resource_pb2

from sandbox.state.properties import from_struct
from sandbox.state.resource import Resource
from sandbox.state.urn import StackName, name_of, type_of

Request = resource_pb2.RegisterResourceRequest
_SECONDS = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}


def wanted(request: Request, urn: str, parent: Resource | None) -> Resource:
    """The resource as the program wants it; protection and retention come down from the parent."""
    inherited = parent or Resource(urn="", type="")
    return Resource(
        urn=urn,
        type=request.type,
        custom=request.custom,
        inputs=from_struct(request.object),
        parent=request.parent,
        protect=request.protect if request.HasField("protect") else inherited.protect,
        dependencies=sorted(request.dependencies),
        provider=request.provider,
        property_dependencies={key: sorted(each.urns) for key, each in request.propertyDependencies.items()},
        additional_secret_outputs=list(request.additionalSecretOutputs),
        custom_timeouts={
            name: _seconds(text)
            for name in ("create", "update", "delete")
            if (text := getattr(request.customTimeouts, name))
        },
        retain_on_delete=(request.retainOnDelete if request.HasField("retainOnDelete") else inherited.retain_on_delete),
        ignore_changes=list(request.ignoreChanges),
        other={"sourcePosition": position} if (position := _position(request)) else {},
    )


def deletes_first(request: Request) -> bool | None:
    """What the program says of `delete_before_replace`; None leaves it to the provider."""
    return request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None


def earlier_urns(request: Request, stack: StackName, aliases: dict[str, str]) -> list[str]:
    """URNs that the resource may have had, by its own aliases and by those of its parent.

    `aliases` holds the earlier URN of every resource of this run that was found under one.
    """
    own = [_alias_urn(alias, request, stack, aliases) for alias in request.aliases]
    urns = [*request.aliasURNs, *own]
    if earlier_parent := aliases.get(request.parent):
        parent_name, earlier_name = name_of(request.parent), name_of(earlier_parent)
        for type_, name in [(request.type, request.name), *((type_of(urn), name_of(urn)) for urn in own)]:
            named_after = name.startswith(parent_name)
            renamed = earlier_name + name.removeprefix(parent_name) if named_after else name
            urns.append(stack.urn(type_, renamed, parent=earlier_parent))
    return urns


def _position(request: Request) -> str:
    """Where the program made it, in the words of the real engine's state; empty for what is outside the project."""
    for each in (request.sourcePosition, *(frame.pc for frame in request.stackTrace.frames)):
        path = Path(unquote(urlsplit(each.uri).path))
        if "site-packages" not in path.parts and (folder := _project_folder(path)):
            return f"project:///{path.relative_to(folder)}#{each.line}"
    return ""


@lru_cache
def _project_folder(file: Path) -> Path | None:
    return next((folder for folder in file.parents if (folder / "Pulumi.yaml").is_file()), None)


def _alias_urn(alias: alias_pb2.Alias, request: Request, stack: StackName, aliases: dict[str, str]) -> str:
    if alias.urn:
        return alias.urn
    spec = alias.spec
    parent = "" if spec.noParent else aliases.get(spec.parentUrn, spec.parentUrn) or request.parent
    of = StackName(project=spec.project or stack.project, stack=spec.stack or stack.stack)
    return of.urn(spec.type or request.type, spec.name or request.name, parent=parent)


def _seconds(duration: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", duration))
