"""Where an installed package keeps its files, found without importing it."""

from importlib.util import find_spec
from pathlib import Path

from sandbox.parts.part import PartError


def file_in(package: str, pattern: str) -> Path:
    """The one file of `package` that matches the glob `pattern`.

    Raises `PartError` when the package is not installed or has no such file on this platform.
    """
    spec = find_spec(package)
    found = [] if spec is None or spec.origin is None else sorted(Path(spec.origin).parent.glob(pattern))
    if not found:
        raise PartError(f"package {package} has no {pattern} on this machine; `make setup` installs what is missing")
    return found[0]
