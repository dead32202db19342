"""The second signer that tokens are verified by: it agrees with AWS's own example, and with nothing else."""

import pytest

from tests.harness.sigv4 import signature_of
from tests.harness.tokens import verified

AWS_EXAMPLE = (
    "https://examplebucket.s3.amazonaws.com/test.txt?X-Amz-Algorithm=AWS4-HMAC-SHA256&"
    "X-Amz-Credential=AKIAIOSFODNN7EXAMPLE%2F20130524%2Fus-east-1%2Fs3%2Faws4_request&"
    "X-Amz-Date=20130524T000000Z&X-Amz-Expires=86400&X-Amz-SignedHeaders=host"
)
AWS_EXAMPLE_KEY = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
AWS_EXAMPLE_SIGNATURE = "aeeed9bbccd4d02ee5c0109b86d86835f995330da4c265957d157751f604d404"


def test_the_second_signer_comes_to_the_signature_that_aws_documents() -> None:
    signature = signature_of(AWS_EXAMPLE, secret_key=AWS_EXAMPLE_KEY, payload_hash="UNSIGNED-PAYLOAD")
    assert signature == AWS_EXAMPLE_SIGNATURE


@pytest.mark.parametrize("changed", ["/test.txt", "86400", "20130524T000000Z", "examplebucket"])
def test_whatever_is_changed_changes_the_signature(changed: str) -> None:
    other = AWS_EXAMPLE.replace(changed, changed.replace("t", "u").replace("4", "5"))
    assert other != AWS_EXAMPLE
    signature = signature_of(other, secret_key=AWS_EXAMPLE_KEY, payload_hash="UNSIGNED-PAYLOAD")
    assert signature != AWS_EXAMPLE_SIGNATURE


def test_a_token_that_others_signed_is_not_verified() -> None:
    with pytest.raises(AssertionError):
        verified(f"{AWS_EXAMPLE}&X-Amz-Signature={AWS_EXAMPLE_SIGNATURE}")
