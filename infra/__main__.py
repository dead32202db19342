"""The program that Pulumi runs: read the configuration, build the platform, export what others need."""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pulumi

from infra.blueprint import build
from infra.config import load_settings

for name, value in build(load_settings()).items():
    pulumi.export(name, value)
