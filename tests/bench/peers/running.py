"""Starts a peer on the shop's own PostgreSQL, with one worker, as uvicorn runs it best."""

from __future__ import annotations

import json
import os
import secrets
import subprocess
import sys
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from urllib.parse import quote

import httpx
import jwt
from sqlmodel import Session, SQLModel, create_engine

from tests.bench.peers.models import ALGORITHM, Item, User
from tests.bench.shop import Shop
from tests.harness.processes import CHECKOUT, HOST, free_port, wait_until

ITEM = json.dumps({"title": "jordan-1", "description": "size 9"})


@contextmanager
def running(shop: Shop, module: str) -> Iterator[tuple[str, Callable[[], bytes]]]:
    """Yields its address and what makes a request to it."""
    server, secret_key, port = shop.database_server, secrets.token_hex(32), free_port()
    login = f"{server.username}:{quote(server.password, safe='')}"
    database_url = f"postgresql://{login}@{server.host}:{server.port}/{shop.database}"
    token = jwt.encode({"sub": str(_user(database_url))}, secret_key, algorithm=ALGORITHM)
    url = f"http://{HOST}:{port}"
    options = ["--host", HOST, "--port", str(port), "--log-level", "warning", "--no-access-log"]
    process = subprocess.Popen(
        [sys.executable, "-m", "uvicorn", f"tests.bench.peers.{module}:api", *options],
        cwd=CHECKOUT,
        env={**os.environ, "DATABASE_URL": database_url, "SECRET_KEY": secret_key},
    )
    request = (
        f"POST /items HTTP/1.1\r\nhost: {HOST}\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(ITEM)}\r\n\r\n{ITEM}"
    ).encode()
    try:
        wait_until(lambda: process.poll() is not None or _answers(url), what=f"the {module} peer")
        yield url, lambda: request
    finally:
        process.terminate()
        process.wait(30)


def _user(database_url: str) -> uuid.UUID:
    engine = create_engine(database_url.replace("postgresql:", "postgresql+psycopg:"))
    SQLModel.metadata.create_all(engine, tables=[User.__table__, Item.__table__])  # type: ignore[attr-defined]
    user = User(email=f"{uuid.uuid4()}@example.com", hashed_password="not used")
    with Session(engine) as session:
        session.add(user)
        session.commit()
        session.refresh(user)
    engine.dispose()
    return user.id


def _answers(url: str) -> bool:
    try:
        return httpx.get(f"{url}/openapi.json", trust_env=False).status_code == 200
    except httpx.TransportError:
        return False
