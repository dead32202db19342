"""What the SDK's registrations ask for, as resources and as earlier names."""

import re

from pulumi.runtime.proto import alias_pb2, resource_pb2

from sandbox.engine.properties import from_struct
from sandbox.engine.state import Resource
from sandbox.engine.urn import STACK_TYPE, make_urn, name_of, qualified_type, type_of

Request = resource_pb2.RegisterResourceRequest
_SECONDS = {"h": 3600, "m": 60, "s": 1, "ms": 0.001}


def wanted(request: Request, urn: str, parent: Resource | None) -> Resource:
    """The resource as the program wants it; protection, retention and `deleted_with` come down from the parent."""
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
        deleted_with=request.deletedWith or inherited.deleted_with,
        ignore_changes=list(request.ignoreChanges),
        replace_on_changes=list(request.replaceOnChanges),
    )


def deletes_first(request: Request) -> bool | None:
    """What the program says of `delete_before_replace`; None leaves it to the provider."""
    return request.deleteBeforeReplace if request.deleteBeforeReplaceDefined else None


def earlier_urns(request: Request, *, stack: str, project: str, aliases: dict[str, str]) -> list[str]:
    """URNs that the resource may have had, by its own aliases and by those of its parent.

    `aliases` holds the earlier URN of every resource of this run that was found under one.
    """
    own = [_alias_urn(alias, request, stack=stack, project=project, aliases=aliases) for alias in request.aliases]
    urns = [*request.aliasURNs, *own]
    if parent_alias := aliases.get(request.parent):
        parent_name = name_of(request.parent)
        named = [(request.type, request.name), *((type_of(urn), name_of(urn)) for urn in own)]
        urns += [
            make_urn(
                stack=stack,
                project=project,
                parent=parent_alias,
                type_=type_,
                name=name_of(parent_alias) + name.removeprefix(parent_name) if name.startswith(parent_name) else name,
            )
            for type_, name in named
        ]
    return urns


def _alias_urn(alias: alias_pb2.Alias, request: Request, *, stack: str, project: str, aliases: dict[str, str]) -> str:
    if alias.urn:
        return alias.urn
    spec = alias.spec
    parent = aliases.get(spec.parentUrn, spec.parentUrn) or request.parent
    if spec.noParent or (parent and qualified_type(parent) == STACK_TYPE):
        parent = ""
    return make_urn(
        stack=spec.stack or stack,
        project=spec.project or project,
        parent=parent,
        type_=spec.type or request.type,
        name=spec.name or request.name,
    )


def _seconds(duration: str) -> float:
    return sum(float(number) * _SECONDS[unit] for number, unit in re.findall(r"([\d.]+)(ms|h|m|s)", duration))
