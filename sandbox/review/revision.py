"""A revision of the repository as a folder, and the interpreter that its lock asks for."""

import hashlib
import io
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from sandbox.errors import SandboxError

LOCK = "requirements/infra.txt"
ENVIRONMENT_LOCK = "requirements/dev.txt"
_PIN = re.compile(r"^([\w.\[\]-]+)==([^\s;\\]+)", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Side:
    """One side of a comparison: what it is called, its files, its interpreter, and what to know of that."""

    name: str
    folder: Path
    python: Path
    note: str = ""


@contextmanager
def base_of(checkout: Path, revision: str, environments: Path) -> Iterator[Side]:
    """The files of where the checkout left `revision`, in a temporary folder that goes with the context.

    Raises SandboxError for a revision that does not exist. Where its lock is another one, an environment is made from
    that in `environments`; where that cannot be had, this interpreter runs it, and the side's note says so.
    """
    commit = _common_ancestor(checkout, revision)
    with TemporaryDirectory(prefix="fortress-base-") as folder:
        archive = _git(checkout, "archive", "--format=tar", commit)
        with tarfile.open(fileobj=io.BytesIO(archive)) as files:
            files.extractall(folder, filter="data")
        python, note = _interpreter(Path(folder), checkout, environments)
        yield Side(name=f"{revision} ({commit[:7]})", folder=Path(folder), python=python, note=note)


def head_of(checkout: Path) -> Side:
    """The checkout as it stands, with what is not committed yet."""
    commit = _git(checkout, "rev-parse", "HEAD").decode().strip()[:7]
    changed = _git(checkout, "status", "--porcelain", "--untracked-files=no").strip()
    name = f"{commit} and what is not committed" if changed else commit
    return Side(name=name, folder=checkout, python=Path(sys.executable))


def _common_ancestor(checkout: Path, revision: str) -> str:
    try:
        commit = _git(checkout, "rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}")
    except SandboxError:
        branches = _git(checkout, "branch", "--all", "--format=%(refname:short)").decode().split()
        raise SandboxError(
            f"there is no revision {revision!r} to compare with; give BASE a commit, a tag or a branch of this "
            f"repository: {', '.join(branches[:10])}. In a shallow clone, fetch it first"
        ) from None
    try:
        return _git(checkout, "merge-base", commit.decode().strip(), "HEAD").decode().strip()
    except SandboxError:
        return commit.decode().strip()


def _interpreter(folder: Path, checkout: Path, environments: Path) -> tuple[Path, str]:
    here = Path(sys.executable)
    locks = [_pins(each / LOCK) for each in (folder, checkout)]
    if not locks[0] or locks[0] == locks[1]:
        return here, ""
    named = sorted(f"{name} {locks[0].get(name, 'none')} → {locks[1].get(name, 'none')}" for name in _moved(*locks))
    said = f"the program's lock differs ({', '.join(named[:8])}{' …' if named[8:] else ''}): "
    lock = folder / ENVIRONMENT_LOCK
    if not lock.exists():
        return here, f"{said}the base has no {ENVIRONMENT_LOCK}, so both sides ran on this side's packages"
    home = environments / hashlib.sha256(lock.read_bytes()).hexdigest()[:16]
    failure = "" if (home / "ready").exists() else _install(home, lock)
    if failure:
        return here, f"{said}the base's could not be installed ({failure}), so both sides ran on this side's packages"
    return home / "bin" / "python", f"{said}each side ran on its own"


def _install(home: Path, lock: Path) -> str:
    """Makes the environment; returns why it could not."""
    uv = Path(sys.executable).with_name("uv")
    python = home / "bin" / "python"
    commands = (
        [uv, "venv", "--quiet", "--allow-existing", "--python", sys.executable, home],
        [uv, "pip", "install", "--quiet", "--require-hashes", "--python", python, "-r", lock],
    )
    for command in commands:
        try:
            subprocess.run(command, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            said = (getattr(error, "stderr", "") or str(error)).strip().splitlines()
            return said[-1][:200] if said else "uv failed"
    (home / "ready").touch()
    return ""


def _pins(lock: Path) -> dict[str, str]:
    return dict(_PIN.findall(lock.read_text(encoding="utf-8"))) if lock.exists() else {}


def _moved(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in before.keys() | after.keys() if before.get(name) != after.get(name)}


def _git(checkout: Path, *arguments: str) -> bytes:
    try:
        return subprocess.run(["git", "-C", checkout, *arguments], check=True, capture_output=True).stdout
    except FileNotFoundError:
        raise SandboxError("a comparison reads the other revision by `git`, and there is none on PATH") from None
    except subprocess.CalledProcessError as error:
        raise SandboxError(f"git {arguments[0]} failed in {checkout}: {error.stderr.decode().strip()}") from None
