"""A broker that lets in by tokens over TLS only, and ends a session whose token was not renewed, as MSK does.

Its tokens are unsecured JWTs: what is proven is their renewal, not their signature.
"""

from __future__ import annotations

import base64
import json
import time
from pathlib import Path

from sandbox.parts.kafka import Kafka
from tests.harness.certificates import self_signed

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
        key, certificate = self_signed()
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
