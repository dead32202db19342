"""Who is who in the cluster: one authority, the API server, one administrator, and the key of service accounts."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

VALID_DAYS = 365
ADMINISTRATORS = "system:masters"
"""The group that Kubernetes binds to every right."""


def write(folder: Path, *, addresses: Sequence[str]) -> None:
    """Writes `ca`, `server`, `administrator` and `service-accounts` as `.crt` and `.key`; keeps what is there.

    `addresses` are those that the API server is reached at.
    """
    if (folder / "administrator.crt").exists():
        return
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address(address)) for address in addresses])
    authority = _key(folder / "ca.key")
    issuer = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fortress")])
    is_authority = x509.BasicConstraints(ca=True, path_length=0)
    _sign(folder / "ca.crt", issuer, authority, issuer, authority, is_authority)
    _sign(folder / "server.crt", _subject("kube-apiserver"), _key(folder / "server.key"), issuer, authority, names)
    client = x509.ExtendedKeyUsage([ExtendedKeyUsageOID.CLIENT_AUTH])
    subject = _subject("administrator", ADMINISTRATORS)
    accounts = _key(folder / "service-accounts.key")
    (folder / "service-accounts.pub").write_bytes(
        accounts.public_key().public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
    )
    _sign(folder / "administrator.crt", subject, _key(folder / "administrator.key"), issuer, authority, client)


def _key(path: Path) -> ec.EllipticCurvePrivateKey:
    key = ec.generate_private_key(ec.SECP256R1())
    path.touch(mode=0o600)
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    )
    return key


def _subject(name: str, group: str | None = None) -> x509.Name:
    groups = [x509.NameAttribute(NameOID.ORGANIZATION_NAME, group)] if group else []
    return x509.Name([*groups, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _sign(
    path: Path,
    subject: x509.Name,
    key: ec.EllipticCurvePrivateKey,
    issuer: x509.Name,
    authority: ec.EllipticCurvePrivateKey,
    extension: x509.ExtensionType,
) -> None:
    now = datetime.now(UTC)
    certificate = (
        x509.CertificateBuilder(subject_name=subject, issuer_name=issuer, public_key=key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=VALID_DAYS))
        .add_extension(extension, critical=isinstance(extension, x509.BasicConstraints))
        .sign(authority, hashes.SHA256())
    )
    path.write_bytes(certificate.public_bytes(serialization.Encoding.PEM))
