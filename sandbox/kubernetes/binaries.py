"""The cluster's programs: Kubernetes, etcd and Argo Rollouts built from the Go module proxy, the rest from Debian.

What was built or unpacked stays in the user's cache folder, by the digest of what asks for it: the next cluster finds
it there.
"""

import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import psutil

from sandbox.parts.part import PartError

MODULE = Path(__file__).with_name("control_plane")
"""The Go module that pins every version; its `tool` lines are what is built."""
DEBIAN_PACKAGES = (
    *("busybox-static", "containerd", "containernetworking-plugins", "nftables", "prometheus", "runc"),
    *("libbsd0", "libedit2", "libjansson4", "libmd0", "libmnl0", "libnftables1", "libnftnl11", "libseccomp2"),
)
"""Those that are run, and the libraries that a small installation may lack."""
PYTHON_PACKAGES = (
    *("python3.11-minimal", "libpython3.11-minimal", "libpython3.11-stdlib", "libc6", "libgcc-s1", "libstdc++6"),
    *("libbz2-1.0", "libexpat1", "libffi8", "liblzma5", "libsqlite3-0", "libssl3", "libuuid1", "zlib1g"),
)
PACKAGES = "/opt/packages"
"""Where the image of the order service has its libraries."""
ONE_LINK_TAKES_2_GIB = ("-p", "1")
KUBERNETES, ARGO_ROLLOUTS, ISTIO = "k8s.io/kubernetes", "github.com/argoproj/argo-rollouts", "istio.io/api"
READ_MODULES = (KUBERNETES, ARGO_ROLLOUTS, ISTIO)


def cache() -> Path:
    """Where programs are kept between clusters."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "fortress" / "kubernetes"


def build(notify: Callable[[str], None]) -> Path:
    """The folder of the Go programs, built if they are not there yet.

    Raises `PartError` when there is no Go, or with the end of what the build says.
    """
    sources = b"".join((MODULE / name).read_bytes() for name in ("go.mod", "go.sum"))

    def make(folder: Path) -> None:
        notify("Building Kubernetes, etcd and Argo Rollouts from the Go module proxy (once; about 10 minutes)")
        flags = [*ONE_LINK_TAKES_2_GIB, "-trimpath", f"-ldflags=-s -w {_version_flags()}"]
        _run([_go(), "build", *flags, "-o", folder, "tool"], MODULE)

    return _made(cache() / f"go-{_digest(sources)}", make)


def unpack(notify: Callable[[str], None]) -> Path:
    """The folder that Debian's packages are unpacked in; nothing is installed.

    Raises `PartError` where there is no apt, or with what it says.
    """

    def make(folder: Path) -> None:
        notify(f"Unpacking from Debian: {', '.join(DEBIAN_PACKAGES)}")
        _extract(DEBIAN_PACKAGES, folder)

    return _made(cache() / f"debian-{_digest(' '.join(DEBIAN_PACKAGES).encode())}", make)


def python(requirements: Path, notify: Callable[[str], None]) -> Path:
    """The root folder of an image with Debian's Python and what `requirements` locks, in `/opt/packages`."""

    def make(folder: Path) -> None:
        notify(f"Unpacking Debian's Python, and what {requirements.name} locks, for the order service's image")
        _extract(PYTHON_PACKAGES, folder)
        wheels = ["--only-binary", ":all:", "--python-version", "3.11", "--target", folder / PACKAGES.strip("/")]
        uv = Path(sys.executable).with_name("uv")
        _run([uv, "pip", "install", "--quiet", "--require-hashes", "-r", requirements, *wheels], folder)
        _run(["chroot", folder, "/usr/bin/python3.11", "-m", "compileall", "-q", PACKAGES, "/usr/lib"], folder)

    asked = " ".join(PYTHON_PACKAGES).encode() + requirements.read_bytes()
    return _made(cache() / f"python-{_digest(asked)}", make)


def module(path: str) -> Path:
    """The sources of a Go module at the pinned version."""
    _run([_go(), "mod", "download", path], MODULE)
    return Path(_listed(path, "{{.Dir}}"))


def _version_flags() -> str:
    """What Kubernetes says of itself; built otherwise than by its own scripts it would be v0.0.0-master."""
    version = _listed(KUBERNETES, "{{.Version}}")
    major, minor, _ = version.removeprefix("v").split(".")
    values = {"gitVersion": version, "gitMajor": major, "gitMinor": minor}
    return " ".join(f"-X k8s.io/component-base/version.{name}={value}" for name, value in values.items())


def _listed(path: str, template: str) -> str:
    return _run([_go(), "list", "-m", "-f", template, path], MODULE).strip()


def _extract(packages: Sequence[str], folder: Path) -> None:
    archives = folder / "archives"
    archives.mkdir()
    _run(["apt-get", "download", "-o", "APT::Sandbox::User=root", *packages], archives)
    for package in archives.glob("*.deb"):
        _run(["dpkg-deb", "--extract", package, folder], folder)
    shutil.rmtree(archives)


def _digest(asked: bytes) -> str:
    return hashlib.sha256(asked).hexdigest()[:16]


def _made(target: Path, make: Callable[[Path], None]) -> Path:
    if not target.exists():
        _remove_drafts_of_the_dead(target)
        draft = target.with_name(f".{target.name}.{os.getpid()}")
        draft.mkdir(mode=0o700, parents=True)
        try:
            make(draft)
            draft.rename(target)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    return target


def _remove_drafts_of_the_dead(target: Path) -> None:
    for draft in target.parent.glob(f".{target.name}.*"):
        if not psutil.pid_exists(int(draft.suffix[1:])):
            shutil.rmtree(draft, ignore_errors=True)


def _go() -> str:
    found = shutil.which("go")
    if found is None:
        raise PartError("there is no `go` on PATH: the cluster's programs are built with Go, of the version in go.mod")
    return found


def _run(command: Sequence[str | Path], folder: Path) -> str:
    nice = ["nice", "-n", "10", *command]
    try:
        finished = subprocess.run(nice, cwd=folder, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        raise PartError(f"there is no `{command[0]}` on this machine; `make cluster` needs Debian's packages") from None
    if finished.returncode:
        said = f"{finished.stdout}{finished.stderr}".strip()[-2000:]
        raise PartError(f"`{' '.join(map(str, command))}` failed:\n{said}")
    return finished.stdout
