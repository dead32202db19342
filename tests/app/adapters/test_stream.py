import base64
import re
import time
from collections.abc import Sequence

import pytest

from app.adapters.stream import KafkaPublisher, client_configuration, iam_token
from app.settings import StreamSettings
from tests.app.events import order_event, outbox_event
from tests.harness.tokens import CREDENTIALS, verified


@pytest.mark.parts
async def test_a_broker_that_is_away_publishes_nothing_and_raises_nothing(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.stream.PUBLISH_TIMEOUT_MILLISECONDS", 300)
    nobody = stream_settings.model_copy(update={"stream_bootstrap_servers": "127.0.0.1:1"})
    published: Sequence[int] = await KafkaPublisher(nobody).publish([outbox_event(order_event())])
    assert published == []


def test_the_token_for_msk_is_what_its_signers_make_and_a_second_signer_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """https://github.com/aws/aws-msk-iam-auth: `User-Agent` follows the signature and is not of it."""
    for name, value in CREDENTIALS.items():
        monkeypatch.setenv(name, value)
    token, expires_at = iam_token("eu-west-1")
    assert re.fullmatch("[A-Za-z0-9_-]+", token)
    url, _, user_agent = base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode().partition("&User-Agent=")
    signed = verified(url)
    assert (signed.scheme, signed.host, signed.path) == ("https", "kafka.eu-west-1.amazonaws.com", "/")
    assert signed.asked == {"Action": "kafka-cluster:Connect"}
    assert (signed.scope, signed.signed_headers) == ("eu-west-1/kafka-cluster/aws4_request", "host")
    assert user_agent == "fortress-orders"
    assert signed.lifetime_seconds == 900
    assert 890 < expires_at - time.time() <= 900


def test_msk_is_spoken_to_over_tls_with_renewed_tokens() -> None:
    settings = StreamSettings(stream_bootstrap_servers="b-1:9098")
    configuration = client_configuration(settings)
    assert (configuration["security.protocol"], configuration["sasl.mechanism"]) == ("SASL_SSL", "OAUTHBEARER")
    assert callable(configuration["oauth_cb"])
