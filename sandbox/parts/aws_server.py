"""`python -m sandbox.parts.aws_server --port N --journal PATH`: moto's server behind our journal."""

import argparse
import logging
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from sandbox.parts.aws_journal import Journal
from sandbox.parts.part import LOOPBACK


def main() -> None:
    """Replay the journal, then serve until killed."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.parts.aws_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--journal", type=Path, required=True)
    arguments = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    application = Journal(DomainDispatcherApplication(create_backend_app), arguments.journal)
    run_simple(LOOPBACK, arguments.port, application, threaded=True, request_handler=MotoRequestHandler)


if __name__ == "__main__":
    main()
