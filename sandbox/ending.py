"""How a process that loaded the whole program ends."""

import os
import sys
from typing import NoReturn


def end_at_once(status: int) -> NoReturn:
    """Ends the process without taking the program's modules apart, which takes longer than importing them."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)
