"""`python -m sandbox.parts.aws_server --port N --state-dir PATH`: moto's server behind our journal."""

import argparse
import logging
from importlib import import_module
from pathlib import Path

from moto.moto_api._internal import mock_random
from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from sandbox.parts.aws_journal import Journal
from sandbox.parts.part import LOOPBACK

SEED_OF_IMPORTS = 0


def close_gaps() -> None:
    """Close the gaps in moto; some of its modules draw names when they are imported, so the same ones each time."""
    mock_random.seed(SEED_OF_IMPORTS)
    import_module("sandbox.parts.aws_gaps").close()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.parts.aws_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    close_gaps()
    application = Journal(DomainDispatcherApplication(create_backend_app), options.state_dir / "journal.jsonl")
    run_simple(LOOPBACK, options.port, application, threaded=True, request_handler=MotoRequestHandler)
