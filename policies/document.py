"""Reading IAM policy documents: JSON text or plain objects, single values or lists alike."""

import json
from collections.abc import Mapping
from fnmatch import fnmatchcase
from typing import Any

from policies.rule import NOT_APPLICABLE, Check, Parameters, Verdict, combine, decide
from policies.values import Properties, every, known, read, some

Statement = Mapping[str, Any]


def statements(document: Any, path: str = "policy") -> list[Statement]:
    """The statements of a document; none where there is no document; raises `ValueError` on broken JSON."""
    parsed = json.loads(document) if isinstance(document, str) and document else known(document, path)
    if not parsed:
        return []
    found = read(parsed, "Statement") or []
    return found if isinstance(found, list) else [found]


def values(statement: Statement, key: str) -> list[Any]:
    """The values under a key, as a list."""
    found = known(statement).get(key)
    if found is None:
        return []
    return found if isinstance(found, list) else [found]


def allows(statement: Statement) -> bool:
    """Whether it is an Allow."""
    return read(statement, "Effect") == "Allow"


def grants(statement: Statement, action: str) -> bool:
    """Whether an Allow covers an action such as `iam:PassRole`, by name, wildcard or omission from a NotAction."""
    if not allows(statement):
        return False
    excluded = values(statement, "NotAction")
    if excluded:
        return every(excluded, lambda pattern: not _matches(pattern, action))
    return some(values(statement, "Action"), lambda pattern: _matches(pattern, action))


def on_every_resource(statement: Statement) -> bool:
    """Whether it reaches resources without limit."""
    return bool(values(statement, "NotResource")) or some(values(statement, "Resource"), lambda arn: arn == "*")


def administers_all(statement: Statement) -> bool:
    """Whether it allows every action on every resource."""
    every_action = allows(statement) and some(values(statement, "Action"), lambda action: action in ("*", "*:*"))
    return every_action and on_every_resource(statement)


def short_of_administration(check: Check) -> Check:
    """The check, on statements of which IAM-01 does not already say that they allow everything."""

    def over_statement(statement: Statement, parameters: Parameters) -> Verdict:
        return NOT_APPLICABLE if administers_all(statement) else check(statement, parameters)

    return over_statement


def conditions(statement: Statement) -> dict[str, Any]:
    """The condition keys, in small letters, with the values each is compared with."""
    found: dict[str, Any] = {}
    for comparisons in (read(statement, "Condition") or {}).values():
        for key, compared in known(comparisons, "Condition").items():
            found[key.lower()] = compared
    return found


def compared_with(statement: Statement, key: str) -> list[Any]:
    """The values that condition keys which end so are compared with, some perhaps unknown."""
    found = [compared for name, compared in conditions(statement).items() if name.endswith(key)]
    return [value for compared in found for value in (compared if isinstance(compared, list) else [compared])]


def principals(statement: Statement, kind: str | None = None) -> list[Any]:
    """The principals it names, of one kind (`AWS`, `Service`, `Federated`) or of all; `*` stands for everybody."""
    named = read(statement, "Principal")
    if named is None:
        return ["*"] if read(statement, "NotPrincipal") else []
    if isinstance(named, str):
        return [named]
    kinds = [kind] if kind else list(named)
    return [principal for one in kinds for principal in values(named, one)]


def admits_everybody(statement: Statement) -> bool:
    """Whether an Allow holds for principals of any account, with no condition that narrows it to known ones."""
    narrowing = {
        "aws:sourceaccount",
        "aws:sourcearn",
        "aws:principalorgid",
        "aws:principalaccount",
        "aws:principalarn",
        "kms:calleraccount",
        "aws:sourcevpce",
        "aws:sourcevpc",
        "aws:sourceorgid",
        "aws:resourceaccount",
    }
    if not allows(statement) or not some(principals(statement), lambda principal: principal == "*"):
        return False
    return not any(key in narrowing and known(compared, key) != "*" for key, compared in conditions(statement).items())


def each_statement(path: str, check: Check) -> Check:
    """The check on every statement of the document in a property."""

    def over_statements(properties: Properties, parameters: Parameters) -> Verdict:
        found = statements(read(properties, path), path)
        return combine(decide(check, statement, parameters) for statement in found)

    return over_statements


def _matches(pattern: str, action: str) -> bool:
    return fnmatchcase(action.lower(), pattern.lower())
