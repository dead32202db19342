"""The domain of the service imports only the standard library."""

import ast
import sys
from pathlib import Path

import pytest

DOMAIN = Path(__file__).parents[2] / "app" / "domain"


@pytest.mark.parametrize("path", sorted(DOMAIN.glob("**/*.py")), ids=lambda path: path.name)
def test_a_domain_module_imports_the_standard_library_and_the_domain_alone(path: Path) -> None:
    foreign = {
        name
        for name in _imported_names(ast.parse(path.read_text()))
        if name.partition(".")[0] not in sys.stdlib_module_names and not name.startswith("app.domain")
    }
    assert foreign == set()


def _imported_names(tree: ast.AST) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
    return names
