"""Serves the pack to a Pulumi engine, as the stack in `PULUMI_STACK` is configured: prints its port and answers."""

import os
import sys
from datetime import date
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from policies.catalogue import all_rules
from policies.configuration import ConfigurationError, load
from policies.server import serve

rules = all_rules()
try:
    configuration = load(os.environ.get("PULUMI_STACK", ""), rules, today=date.today())
except ConfigurationError as refused:
    sys.exit(f"policies/configurations/{refused}")
serve(rules, configuration)
