"""A broker that lets in by tokens over TLS only, and ends a session whose token was not renewed, as MSK does.

Its tokens are unsecured JWTs: what is proven is their renewal, not their signature.
"""

from __future__ import annotations

import base64
import ipaddress
import json
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from sandbox.parts.kafka import Kafka
from sandbox.parts.part import LOOPBACK

LONGEST_SESSION_MILLISECONDS = 3_000
TOKEN_LIFETIME_SECONDS = 4


class GuardedKafka(Kafka):
    """Listens for the open too, as its own tools need that."""

    kind = "guarded-kafka"
    port_settings = (*Kafka.port_settings, "guarded_port")

    @property
    def servers(self) -> str:
        """Where tokens are asked for."""
        return f"{self.record.host}:{self.record.settings['guarded_port']}"

    @property
    def certificate(self) -> Path:
        """What signs the broker's certificate: that one itself."""
        return self.data / "broker.crt"

    def prepare(self) -> None:
        super().prepare()
        keys = self.data / "broker.pem"
        key, certificate = _self_signed()
        keys.write_bytes(key + certificate)
        self.certificate.write_bytes(certificate)
        record = self.record
        own = "listener.name.guarded"
        module = "org.apache.kafka.common.security.oauthbearer.OAuthBearerLoginModule"
        properties = {
            "listeners": f"PLAINTEXT://{record.host}:{record.port},GUARDED://{self.servers},"
            f"CONTROLLER://{record.host}:{record.settings['controller_port']}",
            "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT,GUARDED:SASL_SSL",
            f"{own}.sasl.enabled.mechanisms": "OAUTHBEARER",
            f"{own}.oauthbearer.sasl.jaas.config": f'{module} required unsecuredLoginStringClaim_sub="broker";',
            f"{own}.oauthbearer.connections.max.reauth.ms": LONGEST_SESSION_MILLISECONDS,
            f"{own}.ssl.keystore.type": "PEM",
            f"{own}.ssl.keystore.location": keys,
        }
        with self._properties.open("a") as file:
            file.writelines(f"{name}={value}\n" for name, value in properties.items())


def token() -> tuple[str, float]:
    """What the broker believes for some seconds, and until when, as `oauth_cb` gives it."""
    now = time.time()
    claims = {"sub": "orders", "iat": now, "exp": now + TOKEN_LIFETIME_SECONDS}
    header, body = (
        base64.urlsafe_b64encode(json.dumps(part).encode()).rstrip(b"=").decode() for part in ({"alg": "none"}, claims)
    )
    return f"{header}.{body}.", claims["exp"]


def _self_signed() -> tuple[bytes, bytes]:
    key = rsa.generate_private_key(public_exponent=65_537, key_size=2_048)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "broker")])
    now = datetime.now(UTC)
    address = x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address(LOOPBACK))])
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(minutes=5))
        .not_valid_after(now + timedelta(days=1))
        .add_extension(address, critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .sign(key, hashes.SHA256())
    )
    return (
        key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()),
        certificate.public_bytes(Encoding.PEM),
    )
