"""`python -m sandbox.review.documents` writes what the documents show of the program's own graph: picture and cost."""

import os
import secrets
from collections.abc import Collection, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor

from sandbox.errors import SandboxError
from sandbox.review import svg
from sandbox.review.cost import Line, assumptions, estimate
from sandbox.review.graph import Graph
from sandbox.review.markdown import money
from sandbox.review.platform import platform
from sandbox.review.published import data
from sandbox.review.revision import head_of
from sandbox.review.sides import graph
from sandbox.state.urn import type_of
from sandbox.workspace import CHECKOUT

STACKS: tuple[str, ...] = ("dev", "prod")
PICTURE = CHECKOUT / "docs" / "platform.svg"
COST = CHECKOUT / "docs" / "reference" / "cost.md"
_LEAST_USD = 5


def main() -> None:
    """Rewrites both."""
    graphs = collected()
    PICTURE.write_text(svg.drawn(platform(graphs["prod"], graphs["prod"], [])))
    COST.write_text(cost_page(graphs))


def collected() -> dict[str, Graph]:
    """The graphs of the stacks in the cloud, with an image. Raises SandboxError where the program fails."""
    with ThreadPoolExecutor(max_workers=min(len(STACKS), os.cpu_count() or 1)) as pool:
        found = pool.map(lambda stack: graph(head_of(CHECKOUT), stack, (), secrets.token_hex(32)), STACKS)
        graphs = dict(zip(STACKS, found, strict=True))
    for stack, each in graphs.items():
        if each.failure:
            raise SandboxError(f"{stack}: {each.failure}")
    return graphs


def cost_page(graphs: Mapping[str, Graph]) -> str:
    """The estimates side by side, a row a kind of resource."""
    prices = data("prices")
    said = [
        "# What a month costs",
        "",
        "Estimated from the program's own graph by `python -m sandbox.review.documents`; no invoice stands behind it.",
        f"Prices: {prices['source']}, {prices['date']}, {prices['hours_per_month']} hours a month;",
        f"{prices['unsure']}. Each price has its page in `sandbox/review/data/prices.json`. Assumed:",
        f"{', '.join(assumptions())}.",
        "Data transfer, backups and what AWS itself runs on the nodes are not in it.",
    ]
    estimates = {stack: estimate(each).lines.values() for stack, each in graphs.items()}
    return "\n".join([*said, "", *_table(estimates), "", *_details(estimates), *_unpriced(estimates)]) + "\n"


def _table(estimates: Mapping[str, Collection[Line]]) -> Iterator[str]:
    kinds: dict[str, dict[str, float]] = {}
    for stack, lines in estimates.items():
        for line in lines:
            of_kind = kinds.setdefault(_kind(line), dict.fromkeys(estimates, 0.0))
            of_kind[stack] += line.usd or 0
    yield f"| a month, US dollars | {' | '.join(estimates)} |"
    yield f"| --- |{' ---: |' * len(estimates)}"
    for kind, usd in sorted(kinds.items(), key=lambda pair: (-pair[1]["prod"], pair[0])):
        if any(usd.values()):
            yield f"| {kind} | {' | '.join(money(each) for each in usd.values())} |"
    totals = [sum(of_kind[stack] for of_kind in kinds.values()) for stack in estimates]
    yield f"| **all that has a price** | {' | '.join(f'**{money(total)}**' for total in totals)} |"


def _details(estimates: Mapping[str, Collection[Line]]) -> Iterator[str]:
    for stack, lines in estimates.items():
        yield from (
            f"## {stack}: what costs {money(_LEAST_USD)} or more",
            "",
            "| resource | a month | how |",
            "| --- | ---: | --- |",
        )
        dear = [line for line in lines if line.usd is not None and line.usd >= _LEAST_USD]
        for line in sorted(dear, key=lambda each: (-(each.usd or 0), each.label)):
            yield f"| {line.label} | {money(line.usd or 0)} | {line.detail} |"
        yield ""


def _unpriced(estimates: Mapping[str, Collection[Line]]) -> Iterator[str]:
    without = {(_kind(line), line.detail) for lines in estimates.values() for line in lines if line.usd is None}
    yield from ("## What has no price here", "")
    yield from (f"- {kind}: {why}" for kind, why in sorted(without))


def _kind(line: Line) -> str:
    """`msk Cluster`: a type's service and name."""
    _, module, name = type_of(line.urn).split(":")
    return f"{module.partition('/')[0]} {name}"


if __name__ == "__main__":
    main()
