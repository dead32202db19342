"""The pack alone over an exported state."""

import json
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from policies import compliance
from policies.compliance import main
from policies.configuration import Configuration, ConfigurationError, Exemption
from policies.exported import ExportError, read_export

TYPE = "aws:lb/listener:Listener"
SECRET = {"4dabf18193072939515e22adb298388d": "1b47061264138c4ac30d75fd1eb44270", "ciphertext": "v1:x:y"}


def exported(folder: Path, *resources: dict[str, Any]) -> Path:
    path = folder / "state.json"
    path.write_text(json.dumps({"version": 3, "deployment": {"resources": resources}}))
    return path


def listener(**inputs: Any) -> dict[str, Any]:
    return {
        "urn": f"urn:pulumi:elsewhere::fortress::fortress:edge:Balancer${TYPE}::api",
        "type": TYPE,
        "id": "arn:aws:elasticloadbalancing:::listener/1",
        "inputs": {"protocol": "HTTPS", **inputs},
        "outputs": {"arn": "arn:aws:elasticloadbalancing:::listener/1"},
        "sourcePosition": "project:///infra/components/load_balancer.py#88",
    }


def test_a_violation_in_a_state_is_shown_with_the_line_that_declared_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["--state", str(exported(tmp_path, listener(sslPolicy="ELBSecurityPolicy-2016-08")))]) == 1
    said = capsys.readouterr().out
    assert "[mandatory] LB-02 infra/components/load_balancer.py:88 (api)" in said
    assert "sslPolicy is ELBSecurityPolicy-2016-08" in said


def test_a_state_that_breaks_nothing_passes_and_is_written_in_every_form(tmp_path: Path) -> None:
    state = exported(tmp_path, listener(sslPolicy="ELBSecurityPolicy-TLS13-1-2-2021-06"))
    assert main(["--state", str(state), "--to", str(tmp_path / "reports")]) == 0
    written = {path.name: path.read_text() for path in (tmp_path / "reports").iterdir()}
    assert set(written) == {"elsewhere.md", "elsewhere.html", "elsewhere.xml", "elsewhere.sarif"}
    assert "api kept" in written["elsewhere.md"]


def test_an_exemption_that_ends_soon_is_told_of_with_its_owner(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compliance, "load", lambda *_, today: Configuration(exemptions=(ends_in(today, days=59),)))
    main(["--state", str(exported(tmp_path, listener(sslPolicy="ELBSecurityPolicy-2016-08")))])
    told = capsys.readouterr().out
    assert f"the exemption of {TYPE}::api from LB-02: edge mends the resource or decides anew" in told


def test_exemptions_that_end_soon_are_told_as_data_without_judging_anything(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    today = date.today()
    exemptions = (ends_in(today, days=60), ends_in(today, days=59))
    monkeypatch.setattr(compliance, "load", lambda *_, **__: Configuration(exemptions=exemptions))
    assert main(["--stack", "nowhere", "--ending"]) == 0
    (told,) = json.loads(capsys.readouterr().out)
    expires = (today + timedelta(days=59)).isoformat()
    assert told == {"rule": "LB-02", "resource": f"{TYPE}::api", "reason": "-", "owner": "edge", "expires": expires}


def test_an_exemption_that_has_ended_is_refused_there_too(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def refused(*_: object, **__: object) -> Configuration:
        raise ConfigurationError("the exemption of a::b from LB-02 expired on 2026-01-31")

    monkeypatch.setattr(compliance, "load", refused)
    assert main(["--ending"]) == 2
    assert "expired on 2026-01-31" in capsys.readouterr().err


def ends_in(today: date, *, days: int) -> Exemption:
    return Exemption(
        rule="LB-02", resource=f"{TYPE}::api", reason="-", owner="edge", expires=today + timedelta(days=days)
    )


def test_a_sealed_secret_is_a_secret_that_is_not_known(tmp_path: Path) -> None:
    stack, graph = read_export(exported(tmp_path, listener(sslPolicy=SECRET)))
    (node,) = graph.nodes
    assert stack == "elsewhere"
    assert node.secrets == {"sslPolicy"}
    assert main(["--state", str(tmp_path / "state.json")]) == 0


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "cannot be read as JSON"),
        ("[]", "has version None, must be what `pulumi stack export` writes, of version 3"),
        ('{"version": 2, "deployment": {}}', "has version 2"),
        ('{"version": 3, "deployment": null}', "has version 3, must be what"),
        ('{"version": 3, "deployment": {}}', "holds no resource"),
    ],
)
def test_a_file_that_is_no_export_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], text: str, message: str
) -> None:
    (tmp_path / "state.json").write_text(text)
    with pytest.raises(ExportError, match=message):
        read_export(tmp_path / "state.json")
    assert main(["--state", str(tmp_path / "state.json")]) == 2
    assert message in capsys.readouterr().err


def test_a_stack_that_is_not_there_is_refused(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--stack", "nowhere"]) == 2
    assert "there is no stack 'nowhere'; allowed are dev, local, prod" in capsys.readouterr().err


def test_a_file_that_is_not_there_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--state", str(tmp_path / "none.json")]) == 2
    assert "none.json cannot be read: No such file or directory" in capsys.readouterr().err


def test_what_the_program_refuses_is_told_in_its_own_words(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(compliance, "DIGEST_OF_NO_IMAGE", {"fortress:environment": "Pre-Prod"})
    assert main(["--stack", "prod"]) == 2
    assert "fortress:environment: given 'Pre-Prod'" in capsys.readouterr().err
