"""What `make` itself refuses or prints."""

import subprocess
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[2]


def make(*words: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["make", "--no-print-directory", *words], cwd=CHECKOUT, capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize("target", ["up", "down", "stop", "deploy", "order"])
def test_what_changes_or_asks_the_local_stack_refuses_another(target: str) -> None:
    refused = make("--dry-run", target, "STACK=prod")
    assert refused.returncode == 2
    assert f"given STACK=prod; allowed is local for `make {target}`" in refused.stderr
    assert refused.stdout == ""


@pytest.mark.parametrize("target", ["preview", "diff", "compliance", "bootstrap", "preflight"])
def test_what_takes_any_stack_is_given_it(target: str) -> None:
    assert "prod" in make("--dry-run", target, "STACK=prod").stdout


def test_a_judgement_without_a_state_says_what_writes_one() -> None:
    assert "given no STATE; allowed is a file that `make export`" in make("--dry-run", "policy").stderr


def test_the_help_stands_in_two_columns() -> None:
    lines = make("help").stdout.splitlines()
    assert {line[19] for line in lines} == {" "}
    assert " " not in {line[20] for line in lines}
