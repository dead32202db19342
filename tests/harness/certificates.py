"""Certificates for this machine: one that signs itself, and one that an authority signed."""

from __future__ import annotations

import ipaddress
from datetime import UTC, datetime, timedelta

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sandbox.parts.part import LOOPBACK


def self_signed() -> tuple[bytes, bytes]:
    """Key and certificate, in PEM."""
    key = _key()
    return _pem(key), _certificate(key, signer=key, is_authority=True)


def signed() -> tuple[bytes, bytes, bytes]:
    """Key and certificate, and the certificate of the authority that signed it, in PEM."""
    key, signer = _key(), _key()
    return (
        _pem(key),
        _certificate(key, signer=signer, is_authority=False),
        _certificate(signer, signer=signer, is_authority=True),
    )


def _key() -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(public_exponent=65_537, key_size=2_048)


def _pem(key: rsa.RSAPrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _certificate(key: rsa.RSAPrivateKey, *, signer: rsa.RSAPrivateKey, is_authority: bool) -> bytes:
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "fortress.example.com")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    constraints = x509.BasicConstraints(ca=is_authority, path_length=0 if is_authority else None)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(constraints, critical=True)
        .sign(signer, hashes.SHA256())
    )
    return certificate.public_bytes(Encoding.PEM)
