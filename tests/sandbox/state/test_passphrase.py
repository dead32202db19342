import pytest
from hypothesis import given
from hypothesis import strategies as st

from sandbox.errors import SandboxError
from sandbox.state.passphrase import Passphrase

WRITTEN_BY_THE_CLI = "v1:6twvyIiSV2I=:v1:pRohCFpio6IoQh+P:FXhGGdU9x+W5RLEKppU8Troyf+E/mw=="
SEALED_BY_THE_CLI = "v1:0+W4PmpgNVBdPXdv:XgGO/WyPJkZUecuzcCDVaaAtCQln6Q=="
PASSPHRASE = Passphrase("pw", WRITTEN_BY_THE_CLI)


def test_what_the_cli_sealed_is_opened() -> None:
    assert PASSPHRASE.decrypt(SEALED_BY_THE_CLI) == '"hush"'


def test_the_state_of_the_cli_is_kept() -> None:
    assert PASSPHRASE.state == WRITTEN_BY_THE_CLI


def test_a_wrong_passphrase_is_told_from_a_right_one() -> None:
    with pytest.raises(SandboxError, match=r"incorrect passphrase.*PULUMI_CONFIG_PASSPHRASE"):
        Passphrase("other", WRITTEN_BY_THE_CLI).decrypt(SEALED_BY_THE_CLI)


def test_a_new_salt_opens_with_the_passphrase_that_drew_it() -> None:
    drawn = Passphrase("mine")
    assert Passphrase("mine", drawn.state).decrypt(drawn.encrypt("text")) == "text"


@given(st.text(), st.text())
def test_what_is_sealed_is_opened_and_stays_sealed_alike_for_one_owner(text: str, owner: str) -> None:
    ciphertext = PASSPHRASE.encrypt(text, owner=owner)
    assert PASSPHRASE.decrypt(ciphertext, owner=owner) == text
    assert PASSPHRASE.encrypt(text, owner=owner) == ciphertext
