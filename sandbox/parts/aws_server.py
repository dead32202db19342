"""`python -m sandbox.parts.aws_server --port N --state-dir PATH`: moto's server behind our journal."""

import argparse
import logging
from pathlib import Path

from moto.moto_server.werkzeug_app import DomainDispatcherApplication, MotoRequestHandler, create_backend_app
from werkzeug.serving import run_simple

from sandbox.parts import aws_gaps
from sandbox.parts.aws_journal import Journal
from sandbox.parts.part import LOOPBACK

if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.parts.aws_server", description=__doc__)
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    options = parser.parse_args()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    aws_gaps.close()
    application = Journal(DomainDispatcherApplication(create_backend_app), options.state_dir / "journal.jsonl")
    run_simple(LOOPBACK, options.port, application, threaded=True, request_handler=MotoRequestHandler)
