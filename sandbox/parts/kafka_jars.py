"""Set-up step: the jars of the Kafka broker, each checked against `requirements/kafka.sha256`.

`python -m sandbox.parts.kafka_jars` fetches what is missing; `--lock` resolves the coordinates and writes the lock.
"""

import argparse
import hashlib
import shutil
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import jgo
from jgo.maven import MavenContext

from sandbox.parts.kafka import JARS
from sandbox.parts.part import PartError

COORDINATES = "org.apache.kafka:kafka_2.13:4.1.1+org.slf4j:slf4j-simple:1.7.36"
LOCK = Path(__file__).resolve().parents[2] / "requirements" / "kafka.sha256"
DOWNLOADS_AT_ONCE = 8


def fetch() -> None:
    """Put every locked jar into `JARS`; raises `PartError` for one whose content differs from the lock."""
    downloads = JARS / "downloads"
    shutil.rmtree(downloads, ignore_errors=True)
    context = MavenContext(repo_cache=downloads)
    with ThreadPoolExecutor(DOWNLOADS_AT_ONCE) as pool:
        jars = list(pool.map(lambda line: _fetch(context, *line.split()), LOCK.read_text().splitlines()))
    for old in set(JARS.glob("*.jar")) - set(jars):
        old.unlink()
    shutil.rmtree(downloads, ignore_errors=True)


def lock() -> None:
    """Resolve the coordinates with all they need; writes a line of `sha256 group:artifact:version` for each jar."""
    artifacts = jgo.resolve(COORDINATES)
    jars = {f"{jar.groupId}:{jar.artifactId}:{jar.version}": _sha256(jar.resolve()) for jar in artifacts}
    LOCK.write_text("".join(f"{jars[coordinate]} {coordinate}\n" for coordinate in sorted(jars)))


def _fetch(context: MavenContext, sha256: str, coordinate: str) -> Path:
    group, artifact, version = coordinate.split(":")
    jar = JARS / f"{artifact}-{version}.jar"
    if jar.exists() and _sha256(jar) == sha256:
        return jar
    downloaded = context.project(group, artifact).at_version(version).artifact().resolve()
    found = _sha256(downloaded)
    if found != sha256:
        raise PartError(f"{coordinate}: its sha256 is {found}, {LOCK.name} allows {sha256}")
    return downloaded.replace(jar)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m sandbox.parts.kafka_jars", description=__doc__)
    parser.add_argument("--lock", action="store_true", help="write requirements/kafka.sha256 anew")
    if parser.parse_args().lock:
        lock()
    fetch()
