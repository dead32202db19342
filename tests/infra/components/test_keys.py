import pytest

from infra.components.keys import Keys, KeysArgs
from infra.shared.arn import Account
from infra.shared.key_policy import KeyDomain
from tests.infra.recorder import record_component

ARGS = KeysArgs(
    account=Account(account_id="123456789012", region="eu-central-1"), deletion_window_days=30, domains=KeyDomain
)
GRAPH = record_component(lambda opts: Keys("keys", ARGS, opts))


@pytest.mark.parametrize("domain", KeyDomain)
def test_every_domain_has_a_key_that_rotates_and_can_be_brought_back(domain: KeyDomain) -> None:
    key = GRAPH.one("aws:kms/key:Key", f"keys-{domain}")
    assert key.inputs["enableKeyRotation"] is True
    assert key.inputs["deletionWindowInDays"] == 30
    assert key.json("policy")["Statement"][0]["Sid"] == "AccountAdministersKey"


@pytest.mark.parametrize("domain", KeyDomain)
def test_every_key_has_a_name(domain: KeyDomain) -> None:
    alias = GRAPH.one("aws:kms/alias:Alias", f"keys-{domain}")
    assert alias.inputs["namePrefix"] == f"alias/keys-{domain}-"
    assert GRAPH.stands_on(alias, GRAPH.one("aws:kms/key:Key", f"keys-{domain}"))
