"""The program that Pulumi runs: read the configuration, build the platform, export what others need.

It ends before a garbage collection would pay: the provider SDKs' thousands of classes are all in use, and looking
through them again and again takes half of the time and frees nothing. At the end they are left to the operating system:
taking them apart takes half as long as making them.
"""

import atexit
import gc
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
gc.disable()
atexit.register(gc.freeze)

import pulumi  # noqa: E402

from infra.blueprint import build  # noqa: E402
from infra.config import load_settings  # noqa: E402

for name, value in build(load_settings()).items():
    pulumi.export(name, value)
