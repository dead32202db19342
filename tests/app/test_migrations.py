"""Versions side by side: a revision takes nothing from the version before it, which still runs and may come back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from itertools import pairwise

import pytest

from app.adapters.schema import EXPANSIONS, migrate
from tests.app.conftest import ShopDatabase

pytestmark = pytest.mark.parts

COLUMNS = """
    SELECT table_name, column_name, data_type, is_nullable = 'NO' AS needed,
        is_nullable = 'NO' AND column_default IS NULL AND is_identity = 'NO' AS has_to_be_given
    FROM information_schema.columns WHERE table_schema = 'public' AND table_name NOT LIKE 'alembic%'
"""
FUNCTIONS = """
    SELECT proname || '(' || pg_get_function_identity_arguments(pg_proc.oid) || ')' AS signature,
        pg_get_function_result(pg_proc.oid) AS result
    FROM pg_proc WHERE pronamespace = 'public'::regnamespace
"""
DEMANDS = """
    SELECT conrelid::regclass::text AS table_name, pg_get_constraintdef(oid) AS demand
    FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND contype IN ('c', 'f', 'u', 'x')
    UNION ALL
    SELECT indrelid::regclass::text, pg_get_indexdef(indexrelid) FROM pg_index
    JOIN pg_class ON pg_class.oid = indrelid
    WHERE relnamespace = 'public'::regnamespace AND indisunique AND NOT indisprimary
"""


@dataclass(frozen=True, kw_only=True)
class Schema:
    """What a version relies on: columns with type, need, and need of a value; functions; what rows must satisfy."""

    columns: Mapping[tuple[str, str], tuple[str, bool, bool]]
    functions: Mapping[str, str]
    demands: frozenset[tuple[str, str]]

    @property
    def tables(self) -> frozenset[str]:
        return frozenset(table for table, _ in self.columns)


async def schema_of(shop: ShopDatabase) -> Schema:
    return Schema(
        columns={(row[0], row[1]): tuple(row)[2:] for row in await shop.run(COLUMNS)},
        functions=dict(map(tuple, await shop.run(FUNCTIONS))),
        demands=frozenset(map(tuple, await shop.run(DEMANDS))),
    )


def taken_away(old: Schema, new: Schema) -> list[str]:
    """What the version that knows `old` misses in `new`."""
    gone = [f"column {'.'.join(name)}" for name in old.columns.keys() - new.columns.keys()]
    kept = old.columns.keys() & new.columns.keys()
    added = [name for name in new.columns.keys() - old.columns.keys() if name[0] in old.tables]
    return [
        *gone,
        *(f"type of {'.'.join(name)}" for name in kept if old.columns[name][0] != new.columns[name][0]),
        *(f"leave to omit {'.'.join(name)}" for name in kept if new.columns[name][1] > old.columns[name][1]),
        *(f"leave to omit {'.'.join(name)}" for name in added if new.columns[name][2]),
        *(f"function {name}" for name, result in old.functions.items() if new.functions.get(name) != result),
        *(f"freedom from {demand} on {table}" for table, demand in new.demands - old.demands if table in old.tables),
    ]


async def test_each_revision_goes_back_by_itself_and_takes_nothing_from_the_version_before_it(
    shop_database: ShopDatabase,
) -> None:
    revisions = EXPANSIONS.revisions()[::-1]
    schemas = []
    for revision in revisions:
        assert await shop_database.value("SELECT version_num FROM alembic_version") == revision
        schemas.append(await schema_of(shop_database))
        await migrate(shop_database.adapter, revision="-1")
    assert await shop_database.value("SELECT count(*) FROM alembic_version") == 0
    found = {revision: taken_away(old, new) for revision, (new, old) in zip(revisions, pairwise(schemas), strict=False)}
    assert len(found) == len(revisions) - 1
    assert not {revision: faults for revision, faults in found.items() if faults}
    await migrate(shop_database.adapter)
    assert await schema_of(shop_database) == schemas[0]


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        ("ALTER TABLE orders DROP COLUMN currency", "column orders.currency"),
        ("ALTER TABLE orders RENAME COLUMN currency TO money", "column orders.currency"),
        ("ALTER TABLE orders ALTER COLUMN size TYPE bigint", "type of orders.size"),
        ("ALTER TABLE payments ALTER COLUMN traceparent SET NOT NULL", "leave to omit payments.traceparent"),
        ("ALTER TABLE orders ADD COLUMN shop text NOT NULL", "leave to omit orders.shop"),
        ("DROP FUNCTION cancel_order", "function cancel_order("),
        ("ALTER TABLE products ADD UNIQUE (name)", "freedom from UNIQUE (name) on products"),
        ("CREATE UNIQUE INDEX one_name ON products (name)", "freedom from CREATE UNIQUE INDEX one_name"),
    ],
)
async def test_what_contracts_is_seen(shop_database: ShopDatabase, change: str, fault: str) -> None:
    old = await schema_of(shop_database)
    await shop_database.run(change)
    assert any(each.startswith(fault) for each in taken_away(old, await schema_of(shop_database)))
