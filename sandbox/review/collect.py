"""`python -m sandbox.review.collect`: the graph of one checkout and stack, in a process of its own.

The program runs by the built-in engine's preview over an empty state, with blank providers: no cloud, no credential.
"""

import argparse
import contextlib
import hashlib
import hmac
import os
import re
import sys
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from sandbox.configuration import IMAGE_DIGEST_KEY
from sandbox.display import Display
from sandbox.ending import end_at_once
from sandbox.engine.errors import StepError
from sandbox.engine.policy import PolicyPack
from sandbox.engine.request import Request, earlier_urns
from sandbox.engine.run import Run
from sandbox.engine.watcher import Violation
from sandbox.errors import SandboxError
from sandbox.project import Configuration, Project
from sandbox.review.blank import REFERENCE, BlankProvider
from sandbox.review.graph import GRAPH, Finding, Graph, Node
from sandbox.state.backend import Checkpoint
from sandbox.state.passphrase import Passphrase
from sandbox.state.properties import SECRET_SIGNATURE, SIGNATURE, UNKNOWN, canonical, is_secret, rewrite
from sandbox.state.resource import Resource
from sandbox.state.snapshot import Snapshot
from sandbox.state.urn import StackName, name_of, provider_urn

KEY_VARIABLE = "FORTRESS_REVIEW_KEY"
PLACEHOLDER_DIGEST = "sha256:" + "0" * 64
PLACEHOLDER_NOTE = "the service's image digest comes with a deployment; a placeholder stands for it"
_OWN_FRAME = re.compile(r'File "([^"]+)", line (\d+)')


class Listener(Display):
    """A display without a screen, which keeps the errors that were said."""

    def __init__(self) -> None:
        super().__init__(Console(quiet=True))
        self.failures: list[str] = []
        self.start("", "", preview=True)

    def say(self, severity: str, urn: str, message: str) -> None:
        super().say(severity, urn, message)
        self.failures += [message] if severity == "error" else []


class Recorder:
    """Stands where the engine looks for a policy pack: is shown each resource that the program registers."""

    def __init__(self, stack: StackName, folder: Path, key: bytes) -> None:
        self._stack, self._folder, self._key = stack, str(folder), key
        self.resources: dict[str, tuple[Resource, Request, Resource | None]] = {}
        self._aliases: dict[str, tuple[str, ...]] = {}

    def judge(self, resource: Resource, request: Request, provider: Resource | None) -> None:
        self.resources[resource.urn] = (resource, request, provider)
        parents = ({}, *({request.parent: alias} for alias in self._aliases.get(request.parent, ())))
        found = [urn for parent in parents for urn in earlier_urns(request, self._stack, parent)]
        self._aliases[resource.urn] = tuple(dict.fromkeys(found))

    def judge_stack(self, news: Mapping[str, Resource], stack_urn: str) -> bool:
        return bool(stack_urn in news)

    def serving(self) -> None:
        """There is no process to wait for."""

    def nodes(self) -> dict[str, Node]:
        """What was registered, by URN and in its order."""
        return {urn: self._node(*self.resources[urn][:2]) for urn in sorted(self.resources)}

    def _node(self, resource: Resource, request: Request) -> Node:
        dependencies = {key: tuple(urns) for key, urns in sorted(resource.property_dependencies.items()) if urns}
        return Node(
            urn=resource.urn, type=resource.type, name=name_of(resource.urn), custom=resource.custom,
            inputs=rewrite(resource.inputs, self._masked), dependencies=tuple(resource.dependencies),
            property_dependencies=dependencies, provider=provider_urn(resource.provider), parent=resource.parent,
            protect=resource.protect, retain=resource.retain_on_delete, aliases=self._aliases[resource.urn],
            ignore_changes=tuple(request.ignoreChanges), replace_on_changes=tuple(request.replaceOnChanges),
            position=self._position(request),
        )  # fmt: skip

    def _masked(self, part: Any) -> Any:
        """Secrets as a keyed digest that tells whether they are the same and nothing else; paths without the folder."""
        if is_secret(part):
            digest = hmac.new(self._key, canonical(part).encode(), hashlib.sha256).hexdigest()
            return {SIGNATURE: SECRET_SIGNATURE, "digest": digest}
        return part.replace(self._folder, ".") if isinstance(part, str) else part

    def _position(self, request: Request) -> str:
        where = request.sourcePosition
        if "site-packages" in where.uri:
            return ""
        return f"{_relative(where.uri.removeprefix('file://'), self._folder)}:{where.line}" if where.uri else ""


def collect(folder: Path, stack: str, packs: list[Path], key: bytes) -> Graph:
    """The graph of `stack` in `folder`, judged by the packs; whatever goes wrong is told in `failure`."""
    try:
        project = Project.load(folder)
        if not project.stack_file(stack).exists():
            return Graph(notes=(f"there is no {project.stack_file(stack).name}",))
        return _collected(project, stack, packs, key)
    except SandboxError as error:
        return Graph(failure=str(error).replace(str(folder.resolve()), "."))


def _collected(project: Project, stack: str, packs: list[Path], key: bytes) -> Graph:
    checkpoint = Checkpoint(passphrase=Passphrase("", None))
    overrides, notes = _overrides(project, stack, key)
    name = StackName(project=project.name, stack=stack)
    failure = ""
    for symbols, left_out, note in _attempts(overrides):
        given = {each: value for each, value in overrides.items() if each != left_out}
        configuration = project.configuration(stack, checkpoint.passphrase, overrides=given)
        recorder, display = Recorder(name, project.folder, key), Listener()
        blank = BlankProvider(symbols=symbols)
        run = Run(Snapshot(checkpoint, None), {"aws": blank, "kubernetes": blank}, display, preview=True)
        run.program(project, name, configuration, recorder)  # pyright: ignore[reportArgumentType]
        if not display.errors:
            first, second = (*(_judged(pack, recorder, name, configuration) for pack in packs), (), ())[:2]
            notes = (*notes, *note)
            return Graph(nodes=recorder.nodes(), findings=first, findings_before=second, notes=notes)
        failure = _failure(display, project.folder)
    return Graph(failure=failure)


def _attempts(overrides: Mapping[str, str]) -> Iterator[tuple[bool, str, tuple[str, ...]]]:
    """How the program is run, until it succeeds: with symbols or not, what is left out, and what a reader is told."""
    alone = "this stack takes no image of the service yet: the platform stands alone"
    unknown = "documents with a part that only AWS knows are unknown as a whole"
    for symbols, notes in ((True, ()), (False, (unknown,))):
        yield symbols, "", (*notes, PLACEHOLDER_NOTE) if IMAGE_DIGEST_KEY in overrides else notes
        if IMAGE_DIGEST_KEY in overrides:
            yield symbols, IMAGE_DIGEST_KEY, (*notes, alone)


def _overrides(project: Project, stack: str, key: bytes) -> tuple[dict[str, str], tuple[str, ...]]:
    """Stand-ins for what is not in the repository: the key of its secrets, and the image that a deployment brings."""
    given = (yaml.safe_load(project.stack_file(stack).read_text(encoding="utf-8")) or {}).get("config") or {}
    overrides = {
        name: hmac.new(key, value["secure"].encode(), hashlib.sha256).hexdigest()
        for name, value in given.items()
        if isinstance(value, dict) and value.keys() == {"secure"}
    }
    notes = ("secrets of the configuration are compared as they are sealed",) if overrides else ()
    if IMAGE_DIGEST_KEY in project.declarations and IMAGE_DIGEST_KEY not in given:
        overrides[IMAGE_DIGEST_KEY] = PLACEHOLDER_DIGEST
    return overrides, notes


def _judged(folder: Path, recorder: Recorder, name: StackName, configuration: Configuration) -> tuple[Finding, ...]:
    """What a pack finds, as at a preview: what only a cloud can tell is unknown to the policies."""
    found: list[Violation] = []
    blind = {urn: _blind(each) for urn, (each, _, _) in recorder.resources.items()}
    with PolicyPack(folder, name=name, configuration=configuration, preview=True, report=found.append) as pack:
        for urn, (_, request, provider) in recorder.resources.items():
            with contextlib.suppress(StepError):
                pack.judge(blind[urn], request, provider and blind[provider.urn])
        pack.judge_stack(blind, name.stack_urn)
    return tuple(map(_finding, found))


def _blind(resource: Resource) -> Resource:
    inputs = rewrite(resource.inputs, _unknown)
    return replace(resource, inputs=inputs, outputs=inputs)


def _unknown(part: Any) -> Any:
    return UNKNOWN if isinstance(part, str) and REFERENCE.search(part) else part


def _finding(violation: Violation) -> Finding:
    return Finding(policy=violation.policy, urn=violation.urn, mandatory=violation.mandatory, message=violation.message)


def _failure(display: Listener, folder: Path) -> str:
    """What the program failed with: the error and the program's own line, without a trace."""
    return "\n".join(dict.fromkeys(_told(message, folder) for message in display.failures))


def _told(message: str, folder: Path) -> str:
    frames = _OWN_FRAME.findall(message)
    if not frames:
        return message.replace(str(folder), ".")
    path, line = frames[-1]
    return f"{message.splitlines()[-1].replace(str(folder), '.')} ({_relative(path, str(folder))}:{line})"


def _relative(path: str, folder: str) -> str:
    return path.removeprefix(folder).lstrip("/") if path.startswith(folder) else Path(path).name


def main(arguments: list[str]) -> None:
    """Writes the graph to `--output`; the program may say on its standard output what it likes."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--stack", required=True)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--pack", type=Path, action="append", default=[])
    chosen = parser.parse_args(arguments)
    key = bytes.fromhex(os.environ.pop(KEY_VARIABLE))
    graph = collect(chosen.folder.resolve(), chosen.stack, [pack.resolve() for pack in chosen.pack], key)
    chosen.output.write_bytes(GRAPH.dump_json(graph))


if __name__ == "__main__":
    main(sys.argv[1:])
    end_at_once(0)
