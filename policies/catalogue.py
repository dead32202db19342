"""Finds every rule of the pack: one module a rule under `policies.rules`, each with a `RULE`."""

import importlib
import pkgutil

import policies.rules
from policies.rule import AnyRule


def all_rules() -> tuple[AnyRule, ...]:
    """The rules in order of their identifiers; raises `ValueError` when two share one."""
    modules = pkgutil.walk_packages(policies.rules.__path__, "policies.rules.")
    found = [importlib.import_module(module.name).RULE for module in modules if not module.ispkg]
    identifiers = [rule.id for rule in found]
    shared = sorted({identifier for identifier in identifiers if identifiers.count(identifier) > 1})
    if shared:
        raise ValueError(f"rules share an identifier: {', '.join(shared)}; every rule has its own")
    return tuple(sorted(found, key=lambda rule: rule.id))
