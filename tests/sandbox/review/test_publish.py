"""What GitHub is told, on the wire; and what of an artifact is refused."""

import io
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
import pytest

from sandbox.review.comment import MARKER
from sandbox.review.publish import main
from sandbox.review.verdict import REVIEW, Review
from tests.sandbox.review.revisions import HERE

COMMIT = "a" * 40
ROOT = "/api/repos/shop/fortress"
EXPECTED = (HERE / "expected" / "port-opened.md").read_text()
URL = "https://github.test/run/7"


@dataclass
class GitHub(httpx.MockTransport):
    """Answers for one repository with one pull request, number 7, a page of a list at a time; keeps what is written."""

    comments: list[dict[str, Any]] = field(default_factory=list)
    files: list[str] = field(default_factory=lambda: ["infra/components/database.py"])
    issues: list[dict[str, Any]] = field(default_factory=list)
    written: list[tuple[str, str, dict[str, Any]]] = field(default_factory=list)

    def __post_init__(self) -> None:
        super().__init__(self._answer)

    def _answer(self, request: httpx.Request) -> httpx.Response:
        assert request.headers["Authorization"] == "Bearer token"
        path = request.url.path.removeprefix(ROOT)
        if request.method != "GET":
            self.written.append((request.method, path, json.loads(request.content)))
            return httpx.Response(200, json={})
        lists = {"/pulls/7/files": [{"filename": name} for name in self.files], "/issues": self.issues,
                 "/issues/7/comments": self.comments}  # fmt: skip
        if path in lists:
            return self._page(request, lists[path])
        return httpx.Response(200, json={"head": {"sha": COMMIT}}) if path == "/pulls/7" else httpx.Response(404)

    def _page(self, request: httpx.Request, everything: list[dict[str, Any]]) -> httpx.Response:
        number = int(request.url.params.get("page", 1))
        after = request.url.copy_merge_params({"page": number + 1})
        links = {"Link": f'<{after}>; rel="next"'} if number < len(everything) else {}
        return httpx.Response(200, json=everything[number - 1 : number], headers=links)


@pytest.fixture
def github(monkeypatch: pytest.MonkeyPatch) -> GitHub:
    monkeypatch.setenv("GITHUB_API_URL", "https://github.test/api")
    monkeypatch.setenv("GITHUB_REPOSITORY", "shop/fortress")
    monkeypatch.setenv("GITHUB_TOKEN", "token")
    return GitHub()


@pytest.fixture
def artifact(tmp_path: Path, review_of: Callable[[str], Review]) -> Path:
    """What a run leaves."""
    (tmp_path / "number").write_text("7\n")
    (tmp_path / "dev.json").write_bytes(REVIEW.dump_json(review_of("port-opened")))
    return tmp_path


def _comment(number: int, login: str, body: str) -> dict[str, Any]:
    return {"id": number, "user": {"login": login}, "body": body}


def test_a_review_becomes_a_comment(github: GitHub, artifact: Path, capsys: pytest.CaptureFixture[str]):
    github.comments = [_comment(1, "somebody", "hello")]
    assert main(["review", str(artifact), COMMIT], github) == 0
    assert github.written == [("POST", "/issues/7/comments", {"body": EXPECTED})]
    assert capsys.readouterr().out == "commented on #7\n"


def test_the_same_comment_is_renewed_and_nobody_elses(github: GitHub, artifact: Path):
    github.comments = [_comment(1, "somebody", f"{MARKER} mine"), _comment(2, "github-actions[bot]", "another bot's"),
                       _comment(3, "github-actions[bot]", f"{MARKER}\nearlier")]  # fmt: skip
    assert main(["review", str(artifact), COMMIT], github) == 0
    assert github.written == [("PATCH", "/issues/comments/3", {"body": EXPECTED})]


@pytest.mark.parametrize(("number", "commit"), [("7", "b" * 40), ("8", COMMIT)])
def test_a_number_that_is_not_of_this_commit_gets_no_comment(
    github: GitHub, artifact: Path, number: str, commit: str, capsys: pytest.CaptureFixture[str]
):
    (artifact / "number").write_text(number)
    assert main(["review", str(artifact), commit], github) == 0
    assert github.written == []
    assert f"no pull request #{number} stands at {commit}" in capsys.readouterr().out


@pytest.mark.parametrize("number", ["", "0", "-7", "7/../8", "7\n8", "٧", "1" * 30, None])
def test_what_is_no_number_is_refused(
    github: GitHub, artifact: Path, number: str | None, capsys: pytest.CaptureFixture[str]
):
    (artifact / "number").unlink()
    if number is not None:
        (artifact / "number").write_text(number)
    assert main(["review", str(artifact), COMMIT], github) == 1
    assert "no pull request's" in capsys.readouterr().err
    assert github.written == []


def test_an_artifact_with_too_many_reviews_or_none_is_refused(
    github: GitHub, artifact: Path, capsys: pytest.CaptureFixture[str]
):
    for number in range(10):
        (artifact / f"{number}.json").write_bytes((artifact / "dev.json").read_bytes())
    assert main(["review", str(artifact), COMMIT], github) == 1
    for file in artifact.glob("*.json"):
        file.unlink()
    assert main(["review", str(artifact), COMMIT], github) == 1
    assert "11 reviews" in (said := capsys.readouterr().err)
    assert "0 reviews" in said
    assert github.written == []


def test_what_is_no_review_is_refused_before_anything_is_written(github: GitHub, artifact: Path):
    (artifact / "dev.json").write_text('{"stack": "dev", "changes": 7}')
    assert main(["review", str(artifact), COMMIT], github) == 1
    assert github.written == []


def test_a_link_to_another_file_is_not_followed(github: GitHub, artifact: Path, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "dev.json"
    (artifact / "dev.json").rename(elsewhere)
    (artifact / "dev.json").symlink_to(elsewhere)
    assert main(["review", str(artifact), COMMIT], github) == 1
    assert github.written == []


def test_a_change_of_what_makes_the_comment_is_told_first(github: GitHub, artifact: Path):
    github.files = ["infra/x.py", ".github/workflows/review.yml", "sandbox/review/comment.py"]
    assert main(["review", str(artifact), COMMIT], github) == 0
    body = github.written[0][2]["body"]
    assert "`.github/workflows/review.yml`, `sandbox/review/comment.py`" in body.partition("## Stack")[0]
    assert "`infra/x.py`" not in body.partition("## Stack")[0]


@pytest.mark.usefixtures("github")
def test_a_service_that_fails_is_one_line(artifact: Path, capsys: pytest.CaptureFixture[str]):
    failing = httpx.MockTransport(lambda _: httpx.Response(503))
    assert main(["review", str(artifact), COMMIT], failing) == 1
    assert capsys.readouterr().err.startswith("error: Server error '503")


def _drift(github: GitHub, monkeypatch: pytest.MonkeyPatch, counts: dict[str, int] | None) -> int:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps({"changeSummary": counts})))
    return main(["drift", "dev", URL], github)


STANDING = {"number": 3, "title": "Drift on dev"}


def test_drift_opens_an_issue(github: GitHub, monkeypatch: pytest.MonkeyPatch):
    github.issues = [{"number": 2, "title": "Drift on prod"}]
    assert _drift(github, monkeypatch, {"same": 200, "update": 2}) == 0
    ((method, path, body),) = github.written
    assert (method, path, body["title"], body["labels"]) == ("POST", "/issues", "Drift on dev", ["drift"])
    assert "2 update" in body["body"]
    assert URL in body["body"]


def test_drift_that_stands_is_told_in_its_issue(github: GitHub, monkeypatch: pytest.MonkeyPatch):
    github.issues = [STANDING]
    assert _drift(github, monkeypatch, {"delete": 1}) == 0
    assert [each[:2] for each in github.written] == [("POST", "/issues/3/comments")]


def test_drift_that_is_gone_closes_its_issue(github: GitHub, monkeypatch: pytest.MonkeyPatch):
    github.issues = [STANDING]
    assert _drift(github, monkeypatch, {"same": 200}) == 0
    assert [each[:2] for each in github.written] == [("POST", "/issues/3/comments"), ("PATCH", "/issues/3")]
    assert github.written[1][2] == {"state": "closed"}


@pytest.mark.parametrize("counts", [{"same": 200}, None])
def test_no_drift_writes_nothing(github: GitHub, monkeypatch: pytest.MonkeyPatch, counts: dict[str, int] | None):
    assert _drift(github, monkeypatch, counts) == 0
    assert github.written == []


EXEMPTION = {"rule": "RDS-03", "resource": "aws:rds/instance:Instance::database", "reason": "a sandbox",
             "owner": "data", "expires": "2027-01-31"}  # fmt: skip
TITLE = "dev: RDS-03 exempts aws:rds/instance:Instance::database until 2027-01-31"


def _exemptions(github: GitHub, monkeypatch: pytest.MonkeyPatch, *ending: dict[str, str]) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO(json.dumps(ending)))
    assert main(["exemptions", "dev"], github) == 0


def test_an_exemption_that_ends_soon_opens_an_issue_for_its_owner(github: GitHub, monkeypatch: pytest.MonkeyPatch):
    github.issues = [{"number": 2, "title": TITLE.replace("dev:", "prod:")}]
    _exemptions(github, monkeypatch, EXEMPTION)
    ((method, path, body),) = github.written
    assert (method, path, body["title"], body["labels"]) == ("POST", "/issues", TITLE, ["exemption"])
    assert body["body"].startswith("For: a sandbox. data mends the resource or decides anew in ")


def test_it_is_told_once(github: GitHub, monkeypatch: pytest.MonkeyPatch):
    github.issues = [{"number": 3, "title": TITLE}]
    _exemptions(github, monkeypatch, EXEMPTION)
    assert github.written == []


def test_one_that_was_decided_about_closes_its_issue_and_no_other_stacks(
    github: GitHub, monkeypatch: pytest.MonkeyPatch
):
    github.issues = [{"number": 3, "title": TITLE}, {"number": 4, "title": TITLE.replace("dev:", "prod:")}]
    _exemptions(github, monkeypatch)
    assert github.written == [("PATCH", "/issues/3", {"state": "closed"})]
