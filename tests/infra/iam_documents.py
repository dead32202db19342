"""The IAM documents of a graph, and what linters that others keep say of them (cloudsplaining, policy_sentry)."""

import json
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from cloudsplaining.scan.policy_document import PolicyDocument
from policy_sentry.querying.actions import get_action_data
from policy_sentry.util.arns import does_arn_match

from tests.infra.recorder import ACCOUNT_ID, Graph, Registered

_OVERREACHING = (
    "allows_data_exfiltration_actions",
    "allows_privilege_escalation",
    "contains_statement_using_not_action",
    "credentials_exposure",
    "infrastructure_modification",
    "permissions_management_without_constraints",
    "service_wildcard",
    "tagging_actions_without_constraints",
    "write_actions_without_constraints",
)
"""What cloudsplaining reports of a document."""


class Kind(StrEnum):
    """What a document is attached to: an identity, a role as its trust or its boundary, or a resource."""

    BOUNDARY = "boundary"
    IDENTITY = "identity"
    TRUST = "trust"
    RESOURCE = "resource"


_KINDS = {
    ("aws:iam/policy:Policy", "policy"): Kind.IDENTITY,
    ("aws:iam/rolePolicy:RolePolicy", "policy"): Kind.IDENTITY,
    ("aws:iam/role:Role", "assumeRolePolicy"): Kind.TRUST,
}


@dataclass(frozen=True, kw_only=True)
class Document:
    """One document and the resource that carries it."""

    kind: Kind
    type: str
    name: str
    content: Mapping[str, Any]

    def allowing(self) -> Iterator[Mapping[str, Any]]:
        """Its statements that allow something."""
        return (statement for statement in self.content["Statement"] if statement["Effect"] == "Allow")


def documents(graph: Graph, *kinds: Kind) -> list[Document]:
    """Every document of these kinds that a run registered, whichever property holds it."""
    boundaries = {role.inputs.get("permissionsBoundary") for role in graph.of_type("aws:iam/role:Role")}
    found = [
        Document(
            kind=_kind(resource, key, boundaries),
            type=resource.type,
            name=resource.name,
            content=json.loads(value),
        )
        for resource in graph
        for key, value in resource.inputs.items()
        if isinstance(value, str) and value.startswith("{") and '"Statement"' in value
    ]
    return [document for document in found if document.kind in kinds]


def _kind(resource: Registered, key: str, boundaries: Collection[str | None]) -> Kind:
    kind = _KINDS.get((resource.type, key), Kind.RESOURCE)
    is_boundary = kind is Kind.IDENTITY and f"arn:aws:iam::{ACCOUNT_ID}:policy/{resource.name}" in boundaries
    return Kind.BOUNDARY if is_boundary else kind


def overreaching(document: Document) -> list[str]:
    """What cloudsplaining finds: rights over everything, ways to more rights, `NotAction`, whole services."""
    judged = PolicyDocument(dict(document.content))
    return [f"{finding}: {value}" for finding in _OVERREACHING if (value := getattr(judged, finding))]


def ineffective(document: Document) -> list[str]:
    """Actions that AWS does not have, and actions allowed on resources of which none is of a kind they act on."""
    return [
        f"{action}: {problem}"
        for statement in document.allowing()
        for action in statement["Action"]
        if action != "*" and (problem := _problem(action, statement.get("Resource", [])))
    ]


def _problem(action: str, resources: Sequence[str]) -> str | None:
    service, _, name = action.partition(":")
    entries = get_action_data(service, name)
    if not entries:
        return "no such action"
    formats = {entry["resource_arn_format"] for entry in entries[service]}
    if "*" in resources or not resources or any(_fits(resource, formats) for resource in resources):
        return None
    return f"acts on {', '.join(sorted(formats))}, given {', '.join(resources)}"


def _fits(resource: str, formats: set[str]) -> bool:
    return any(does_arn_match(resource, each) for each in formats if each != "*")


def boundless(document: Document) -> list[str]:
    """Statements that allow a wildcard action on a wildcard resource."""
    return [
        str(statement.get("Sid"))
        for statement in document.allowing()
        if any("*" in action for action in statement["Action"]) and "*" in statement.get("Resource", [])
    ]
