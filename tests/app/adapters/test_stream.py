import base64
import time
from collections.abc import Sequence
from urllib.parse import parse_qs, urlsplit

import pytest

from app.adapters.stream import KafkaPublisher, client_configuration, iam_token
from app.settings import StreamSettings
from tests.app.events import order_event, outbox_event


@pytest.mark.parts
async def test_a_broker_that_is_away_publishes_nothing_and_raises_nothing(
    stream_settings: StreamSettings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.adapters.stream.PUBLISH_TIMEOUT_MILLISECONDS", 300)
    nobody = stream_settings.model_copy(update={"stream_bootstrap_servers": "127.0.0.1:1"})
    published: Sequence[int] = await KafkaPublisher(nobody).publish([outbox_event(order_event())])
    assert published == []


def test_the_token_for_msk_is_a_presigned_connect(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "wJalrXUtnFEMI")
    token, expires_at = iam_token("eu-west-1")
    url = urlsplit(base64.urlsafe_b64decode(token + "=" * (-len(token) % 4)).decode())
    query = parse_qs(url.query)
    assert (url.scheme, url.netloc) == ("https", "kafka.eu-west-1.amazonaws.com")
    assert (query["Action"], query["X-Amz-SignedHeaders"]) == (["kafka-cluster:Connect"], ["host"])
    assert query["X-Amz-Credential"][0].endswith("/eu-west-1/kafka-cluster/aws4_request")
    assert "=" not in token
    assert 800 < expires_at - time.time() <= 900


def test_msk_is_spoken_to_over_tls_with_renewed_tokens() -> None:
    settings = StreamSettings(stream_bootstrap_servers="b-1:9098")
    configuration = client_configuration(settings)
    assert (configuration["security.protocol"], configuration["sasl.mechanism"]) == ("SASL_SSL", "OAUTHBEARER")
    assert callable(configuration["oauth_cb"])
