"""`python -m sandbox.review.publish`: tells GitHub what somebody has to look at. Runs trusted code on untrusted data.

`review FOLDER SHA` makes the one comment on the pull request whose number a run of that commit left in the folder;
`drift STACK URL` reads what `pulumi refresh --preview-only --json` said and opens, renews or closes the stack's issue;
`exemptions STACK` reads what `python -m policies.compliance --ending` said and keeps an issue for each of them.
"""

import argparse
import json
import os
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx

from sandbox.errors import SandboxError
from sandbox.review.comment import MARKER, comment, read

_BOT = "github-actions[bot]"
_OWN_TOOLS = (".ci/", ".github/", "Makefile", "requirements/", "sandbox/")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")
_STACKS_AT_MOST = 10
_EXEMPTION = "exemption"


def post_review(github: httpx.Client, folder: Path, commit: str) -> str:
    """Writes or renews the comment; returns what was done.

    Raises SandboxError for a folder that no run of ours can have left. A number that is not of a pull request at that
    commit gets no comment: it was pushed to meanwhile, or the number is a lie.
    """
    number = _number(folder / "number")
    pull = github.get(f"pulls/{number}")
    if pull.status_code == httpx.codes.NOT_FOUND or pull.raise_for_status().json()["head"]["sha"] != commit:
        return f"no pull request #{number} stands at {commit}: nothing was written"
    files = sorted(path for path in folder.glob("*.json") if path.is_file() and not path.is_symlink())
    if not 0 < len(files) <= _STACKS_AT_MOST:
        raise SandboxError(f"the artifact has {len(files)} reviews; between 1 and {_STACKS_AT_MOST} are taken")
    touched = {each["filename"] for each in _all(github, f"pulls/{number}/files")}
    own = sorted(name for name in touched if name.startswith(_OWN_TOOLS))
    body = {"body": comment(read(files), own_tools=own)}
    for earlier in _all(github, f"issues/{number}/comments"):
        if earlier["user"]["login"] == _BOT and earlier["body"].startswith(MARKER):
            github.patch(f"issues/comments/{earlier['id']}", json=body).raise_for_status()
            return f"renewed the comment on #{number}"
    github.post(f"issues/{number}/comments", json=body).raise_for_status()
    return f"commented on #{number}"


def tell_drift(github: httpx.Client, stack: str, refresh: str, run_url: str) -> str:
    """Opens the stack's issue where the cloud is not as the state says, and closes it where it is again.

    The issue counts resources and leads to the run: their properties are for those who may read its log.
    """
    title = f"Drift on {stack}"
    counts = json.loads(refresh).get("changeSummary") or {}
    drifted = {kind: count for kind, count in sorted(counts.items()) if kind != "same"}
    issues = _all(github, "issues?state=open&labels=drift")
    standing = next((each for each in issues if each["title"] == title and "pull_request" not in each), None)
    told = ", ".join(f"{count} {kind}" for kind, count in drifted.items())
    body = f"Somebody changed `{stack}` beside the program: {told}. What it is stands in {run_url}."
    if drifted and standing is None:
        github.post("issues", json={"title": title, "labels": ["drift"], "body": body}).raise_for_status()
        return f"opened {title!r}: {told}"
    if standing is None:
        return f"{stack} is as its state says"
    said = {"body": body if drifted else f"`{stack}` is as its state says again: {run_url}."}
    github.post(f"issues/{standing['number']}/comments", json=said).raise_for_status()
    if not drifted:
        github.patch(f"issues/{standing['number']}", json={"state": "closed"}).raise_for_status()
    return f"{'renewed' if drifted else 'closed'} #{standing['number']}"


def tell_exemptions(github: httpx.Client, stack: str, ending: str) -> str:
    """Opens an issue for each exemption of the stack that ends soon, once, and closes those that were decided about."""
    told = {f"{stack}: {each['rule']} exempts {each['resource']} until {each['expires']}": each
            for each in json.loads(ending)}  # fmt: skip
    issues = {each["title"]: each["number"] for each in _all(github, f"issues?state=open&labels={_EXEMPTION}")
              if each["title"].startswith(f"{stack}: ")}  # fmt: skip
    new, over = [title for title in told if title not in issues], [title for title in issues if title not in told]
    for title in new:
        body = (
            f"For: {told[title]['reason']}. {told[title]['owner']} mends the resource or decides anew in "
            f"`policies/configurations/{stack}.json`; from the day after, nothing passes."
        )
        github.post("issues", json={"title": title, "labels": [_EXEMPTION], "body": body}).raise_for_status()
    for title in over:
        github.patch(f"issues/{issues[title]}", json={"state": "closed"}).raise_for_status()
    return f"{stack}: {len(told)} end soon, opened {len(new)}, closed {len(over)}"


def _number(file: Path) -> str:
    text = file.read_bytes()[:20].decode(errors="replace").strip() if file.is_file() and not file.is_symlink() else ""
    if not _NUMBER.fullmatch(text):
        raise SandboxError(f"the artifact's number is {text!r}, and no pull request's")
    return text


def _all(github: httpx.Client, path: str) -> Iterator[Any]:
    url: str | None = f"{path}{'&' if '?' in path else '?'}per_page=100"
    while url:
        page = github.get(url).raise_for_status()
        yield from page.json()
        url = page.links.get("next", {}).get("url")


def client(transport: httpx.BaseTransport | None = None) -> httpx.Client:
    """GitHub's API for this repository, by the workflow's own variables."""
    base = f"{os.environ['GITHUB_API_URL']}/repos/{os.environ['GITHUB_REPOSITORY']}/"
    headers = {"Authorization": f"Bearer {os.environ['GITHUB_TOKEN']}", "Accept": "application/vnd.github+json"}
    return httpx.Client(base_url=base, headers=headers, timeout=30, transport=transport)


def main(arguments: list[str], transport: httpx.BaseTransport | None = None) -> int:
    """Does one of the three; whatever goes wrong is one line."""
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers(dest="command", required=True)
    for name, given in (("review", ("folder", "commit")), ("drift", ("stack", "url")), ("exemptions", ("stack",))):
        command = commands.add_parser(name)
        for each in given:
            command.add_argument(each)
    chosen = parser.parse_args(arguments)
    try:
        with client(transport) as github:
            match chosen.command:
                case "review":
                    print(post_review(github, Path(chosen.folder), chosen.commit))
                case "drift":
                    print(tell_drift(github, chosen.stack, sys.stdin.read(), chosen.url))
                case _:
                    print(tell_exemptions(github, chosen.stack, sys.stdin.read()))
    except (SandboxError, httpx.HTTPError, json.JSONDecodeError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
