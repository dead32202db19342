"""Serves the pack to a Pulumi engine: prints the port it listens on and answers until it is ended."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.catalogue import all_rules
from policies.server import serve

serve(all_rules())
