"""`python -m sandbox.cluster --port N --state-dir PATH [--region NAME]`."""

import argparse
from pathlib import Path

from sandbox.cluster.daemon import serve


def main() -> None:
    """Reads the options and serves."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.cluster", description=__doc__)
    parser.add_argument("--port", type=int, required=True, help="loopback port of the API")
    parser.add_argument("--state-dir", type=Path, required=True, help="the state folder; the cluster's own is below it")
    parser.add_argument("--region", default="eu-central-1", help="the AWS region that pods are told")
    options = parser.parse_args()
    serve(options.state_dir.absolute(), port=options.port, region=options.region)


main()
