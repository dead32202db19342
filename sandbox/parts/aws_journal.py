"""The embedded AWS's memory: requests written down before they are carried out, and replayed at start."""

import base64
import io
import json
import logging
import os
import random
import secrets
import uuid
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Lock
from typing import Any
from urllib.parse import parse_qs

from moto.core import base_backend
from moto.core.base_backend import AccountSpecificBackend
from moto.moto_api._internal import mock_random
from werkzeug.test import run_wsgi_app
from werkzeug.wrappers import Request, Response

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

READ_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
READ_VERBS = ("Describe", "List", "Get", "BatchGet", "Lookup", "Search", "Query", "Scan", "Simulate", "Test")
SAME_IN_EVERY_REQUEST = {
    "wsgi.version": (1, 0),
    "wsgi.errors": io.StringIO(),
    "wsgi.multithread": True,
    "wsgi.multiprocess": False,
    "wsgi.run_once": False,
}


class Journal:
    """A WSGI application around moto's: one request at a time, every id drawn from the request's own seed.

    A line that was cut short by a kill belongs to a request that was never carried out, and is dropped at start;
    a whole last line is carried out at start even if its client never heard the answer.
    """

    def __init__(self, application: Application, path: Path) -> None:
        self._application = application
        self._one_at_a_time = Lock()
        self._sequence = 0
        self._file = os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b")
        lines = self._whole_lines()
        self._seed = json.loads(lines[0])["seed"] if lines else self._write({"seed": secrets.token_hex(16)})["seed"]
        draw_everything_from_moto(self._seed)
        for line in lines[1:]:
            entry = json.loads(line)
            self._seed_for_next()
            self._run(entry["environ"], base64.b64decode(entry["body"]))

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        """Answer one request."""
        request = Request(environ)
        body = request.get_data(cache=False)
        plain = {name: value for name, value in environ.items() if isinstance(value, str | dict)}
        plain.pop("HTTP_TRANSFER_ENCODING", None)
        plain["CONTENT_LENGTH"] = str(len(body))
        with self._one_at_a_time:
            if changes_state(request, body):
                self._write({"environ": plain, "body": base64.b64encode(body).decode()})
                self._seed_for_next()
            content, status, headers = self._run(plain, body)
        return Response(content, status, headers, direct_passthrough=True)(environ, start_response)

    def _run(self, environ: dict[str, Any], body: bytes) -> tuple[Iterable[bytes], str, Any]:
        """The answer; an exception is answered with 500, or with 501 where moto lacks the operation.

        At a replay as it was the first time. Clients try a 500 again and a 501 not.
        """
        stream = {"wsgi.input": io.BytesIO(body), "wsgi.input_terminated": True}
        try:
            return run_wsgi_app(self._application, {**SAME_IN_EVERY_REQUEST, **environ, **stream}, buffered=True)
        except NotImplementedError as error:
            return [f"the embedded AWS lacks this: {error}".encode()], "501 NOT IMPLEMENTED", []
        except Exception:
            logging.getLogger(__name__).exception("%s %s", environ.get("REQUEST_METHOD"), environ.get("PATH_INFO"))
            return [b"the embedded AWS failed; its log says why"], "500 INTERNAL SERVER ERROR", []

    def _whole_lines(self) -> list[bytes]:
        lines = self._file.readlines()
        if lines and not lines[-1].endswith(b"\n"):
            self._file.truncate(self._file.tell() - len(lines.pop()))
        self._file.seek(0, os.SEEK_END)
        return lines

    def _write(self, entry: dict[str, Any]) -> dict[str, Any]:
        self._file.write(json.dumps(entry).encode() + b"\n")
        self._file.flush()
        os.fsync(self._file.fileno())
        return entry

    def _seed_for_next(self) -> None:
        self._sequence += 1
        _seed(f"{self._seed} request {self._sequence}")


def changes_state(request: Request, body: bytes) -> bool:
    """Whether a request is anything but a read, by its operation's verb or else its method."""
    form = parse_qs(body.decode()) if request.mimetype == "application/x-www-form-urlencoded" else {}
    target = request.headers.get("X-Amz-Target", "").rpartition(".")[2]
    operation = target or form.get("Action", [""])[0] or request.args.get("Action")
    return not operation.startswith(READ_VERBS) if operation else request.method not in READ_METHODS


def draw_everything_from_moto(journal_seed: str) -> None:
    """Make every source of chance in this process moto's seedable one.

    A backend makes resources of its own (a default VPC) when it is first touched, perhaps by a read that is in
    no journal: those are drawn from a seed of that backend's own, and its mark in hash tables from none.
    """
    setattr(base_backend, "uuid4", random.SystemRandom().random)  # noqa: B010 - the module does not export it
    uuid.uuid4 = mock_random.uuid4
    os.urandom = mock_random.randbytes
    get = AccountSpecificBackend.__getitem__

    def get_or_make(self: AccountSpecificBackend[Any], region_name: str) -> Any:
        if region_name in self.keys():
            return get(self, region_name)
        with _seeded(f"{journal_seed} {self.service_name} {self.account_id} {region_name}"):
            return get(self, region_name)

    AccountSpecificBackend.__getitem__ = get_or_make


@contextmanager
def _seeded(seed: str) -> Iterator[None]:
    before = mock_random.getstate(), random.getstate()
    _seed(seed)
    try:
        yield
    finally:
        mock_random.setstate(before[0])
        random.setstate(before[1])


def _seed(seed: str) -> None:
    mock_random.seed(seed)
    random.seed(seed)
