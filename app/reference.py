"""`python -m app.reference` writes what the documents say of the API, from its OpenAPI document alone."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from app.api.application import openapi_document

CHECKOUT = Path(__file__).parent.parent
README = CHECKOUT / "README.md"
REFERENCE = CHECKOUT / "docs" / "reference" / "api.md"
BEGIN, END = "<!-- the API: begin -->", "<!-- the API: end -->"
HEAD = """# The API

Made from the OpenAPI document by `python -m app.reference`; the service serves that at `/api/v2/openapi.json`.
Every refusal is a problem (RFC 9457, `application/problem+json`) with a stable `code`, and names every broken rule.
"""

Document = Mapping[str, Any]


def main() -> None:
    """Rewrites the reference page and the README's table."""
    document = openapi_document()
    REFERENCE.write_text(reference_page(document))
    README.write_text(with_table(README.read_text(), document))


def with_table(readme: str, document: Document) -> str:
    """The README with the table between its markers made anew. Raises ValueError where a marker is missing."""
    before, begin, rest = readme.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"the README has no {BEGIN} … {END} to write the table between")
    return "".join([before, begin, "\n", *_short_table(document), end, after])


def reference_page(document: Document) -> str:
    """Every operation with its parameters, body, answers and example, then the shapes."""
    parts = [HEAD, document["info"]["description"], "\n", *_table(document)]
    for path, method, operation in _operations(document):
        parts += _operation(document, path, method, operation)
    return "".join(parts)


def _table(document: Document) -> Iterator[str]:
    yield "| request | what it does | answers |\n| --- | --- | --- |\n"
    for path, method, operation in _operations(document):
        answers = " ".join(sorted(operation["responses"]))
        outdated = " (deprecated)" if operation.get("deprecated") else ""
        yield f"| `{method} {path}` | {_first_sentence(operation)}{outdated} | {answers} |\n"


def _short_table(document: Document) -> Iterator[str]:
    """One row a resource: everything under its own address is shown without repeating that."""
    yield "| address | methods | what it is |\n| --- | --- | --- |\n"
    says = {tag["name"]: tag["description"] for tag in document["tags"]}
    for tag, operations in groupby(_operations(document), key=lambda entry: entry[2]["tags"][0]):
        entries = list(operations)
        address = entries[0][0]
        under = {
            path: ", ".join(method for _, method, _ in group)
            for path, group in groupby(entries, key=lambda entry: entry[0])
        }
        methods = [f"{verbs} `{path.removeprefix(address)}`".removesuffix(" ``") for path, verbs in under.items()]
        yield f"| `{address}` | {' · '.join(methods)} | {says[tag]} |\n"


def _operations(document: Document) -> Iterator[tuple[str, str, Document]]:
    """Newest version first, then as the routes stand."""
    for path, item in sorted(document["paths"].items(), key=lambda entry: "/v1/" in entry[0]):
        for method, operation in item.items():
            yield path, method.upper(), operation


def _first_sentence(operation: Document) -> str:
    return operation["description"].partition("\n")[0].partition(". ")[0].rstrip(".")


def _operation(document: Document, path: str, method: str, operation: Document) -> Iterator[str]:
    yield f"\n## {method} {path}\n\n{operation['description']}\n"
    if names := [name for scheme in operation.get("security", []) for name in scheme]:
        yield f"\nWith: {' or '.join(names)}.\n"
    if parameters := operation.get("parameters"):
        yield "\n| parameter | in | what it is |\n| --- | --- | --- |\n"
        for parameter in parameters:
            yield f"| `{parameter['name']}` | {parameter['in']} | {parameter.get('description', '')} |\n"
    if body := operation.get("requestBody"):
        yield from _example("Body", _schema(document, body["content"]["application/json"]))
    yield "\n| answer | what it means |\n| --- | --- |\n"
    for status, answer in sorted(operation["responses"].items()):
        yield f"| {status} | {answer['description']} |\n"
    for content in _successes(operation):
        yield from _example("Answer", _schema(document, content))


def _successes(operation: Document) -> Iterator[Document]:
    for status, answer in operation["responses"].items():
        if status.startswith("2") and "application/json" in answer.get("content", {}):
            yield answer["content"]["application/json"]


def _schema(document: Document, content: Document) -> Document:
    reference = content["schema"]["$ref"]
    return document["components"]["schemas"][reference.rpartition("/")[2]]


def _example(title: str, schema: Document) -> Iterator[str]:
    yield f"\n{title} ({schema['description'].partition('.')[0]}):\n"
    for example in schema.get("examples", [])[:1]:
        yield f"\n```json\n{json.dumps(example, indent=2)}\n```\n"


if __name__ == "__main__":
    main()
