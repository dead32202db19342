"""Programs and their edits. What the real engine made of each is in `recordings/<name>.json`."""

from dataclasses import dataclass
from enum import StrEnum

HEADER = """import pulumi
from pulumi import Alias, CustomTimeouts, Output, ResourceOptions as Options, export
from tests.conformance.things import Account, Group, Thing, ask
"""


class Command(StrEnum):
    PREVIEW = "preview"
    UP = "up"
    REFRESH = "refresh"
    DESTROY = "destroy"


@dataclass(frozen=True, kw_only=True)
class Run:
    """One command over one edit of the program; `lost` and `drifted` change things behind the engine's back first."""

    command: Command
    program: str = ""
    lost: tuple[str, ...] = ()
    drifted: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class Scenario:
    name: str
    runs: tuple[Run, ...]


def preview(program: str) -> Run:
    return Run(command=Command.PREVIEW, program=program)


def up(program: str) -> Run:
    return Run(command=Command.UP, program=program)


def destroy() -> Run:
    return Run(command=Command.DESTROY)


def edits(name: str, *programs: str, then: tuple[Run, ...] = ()) -> Scenario:
    """Each program previewed and carried out in turn."""
    runs = [run for program in programs for run in (preview(program), up(program))]
    return Scenario(name=name, runs=(*runs, *then))


CHAIN = """
a = Thing("a", value={a!r}, {more})
b = Thing("b", value=a.address)
c = Thing("c", {key}=b.address)
export("address", c.address)
"""


def chain(a: str = "1", key: str = "value", more: str = "") -> str:
    return CHAIN.format(a=a, key=key, more=more)


SCENARIOS = (
    edits("create_same_update_delete", chain(), chain(), chain("2"), "Thing('a', value='2')", "", then=(destroy(),)),
    edits("outputs", "export('one', 1); export('list', [1, 2.5, True, None, {'x': 'y'}])", "export('two', 'ü')"),
    edits("replace", chain(more="fixed='x'"), chain(more="fixed='y'"), then=(destroy(),)),
    edits("replace_carries_dependents", chain(key="fixed", more="fixed='x'"), chain(key="fixed", more="fixed='y'")),
    edits("provider_deletes_first", chain(more="exclusive='x'"), chain(more="exclusive='y'")),
    edits(
        "provider_deletes_first_with_dependents",
        "a = Thing('a', exclusive='x'); b = Thing('b', fixed=a.address); c = Thing('c', fixed=b.address)",
        "a = Thing('a', exclusive='y'); b = Thing('b', fixed=a.address); c = Thing('c', fixed=b.address)",
        then=(destroy(),),
    ),
    edits(
        "program_deletes_first",
        "Thing('a', fixed='x', opts=Options(delete_before_replace=True))",
        "Thing('a', fixed='y', opts=Options(delete_before_replace=True))",
    ),
    edits(
        "program_creates_first",
        "Thing('a', exclusive='x', opts=Options(delete_before_replace=False))",
        "Thing('a', exclusive='y', opts=Options(delete_before_replace=False))",
    ),
    edits(
        "protect_refuses_replace_and_delete",
        "Thing('a', fixed='x', opts=Options(protect=True)); Thing('b')",
        "Thing('a', fixed='y', opts=Options(protect=True)); Thing('b')",
        "Thing('b')",
        then=(destroy(),),
    ),
    edits(
        "protect_is_lifted",
        "Thing('a', fixed='x', opts=Options(protect=True))",
        "Thing('a', fixed='y')",
        "",
    ),
    edits(
        "protect_comes_down_from_the_parent",
        "Group('g', value='x', opts=Options(protect=True))",
        then=(destroy(),),
    ),
    edits(
        "ignore_changes",
        "Thing('a', value='1', tags={'x': '1', 'y': '1'}, nested={'l': [{'p': 1, 'q': 1}]})",
        "Thing('a', value='2', tags={'x': '2', 'y': '1'}, nested={'l': [{'p': 2, 'q': 1}]},"
        " opts=Options(ignore_changes=['value', 'tags.x', 'nested.l[0].p']))",
        "Thing('a', value='3', tags={'x': '3', 'y': '2'}, nested={'l': [{'p': 3, 'q': 2}]},"
        " opts=Options(ignore_changes=['value', 'tags[\"x\"]', 'nested.l[*].p']))",
    ),
    edits(
        "ignored_whole_property_is_kept_and_not_added",
        "Thing('a', tags={'x': '1'}); Thing('b')",
        "Thing('a', opts=Options(ignore_changes=['tags'])); Thing('b', tags={'z': '1'},"
        " opts=Options(ignore_changes=['tags']))",
    ),
    edits(
        "retain_on_delete",
        "Thing('a', opts=Options(retain_on_delete=True)); Thing('b', fixed='x', opts=Options(retain_on_delete=True))",
        "Thing('b', fixed='y', opts=Options(retain_on_delete=True))",
        then=(destroy(),),
    ),
    edits(
        "aliases",
        "a = Thing('a', value='1'); Thing('b', value=a.address, opts=Options(parent=a)); Group('g')",
        "a = Thing('a2', value='1', opts=Options(aliases=[Alias(name='a')]));"
        " Thing('b', value=a.address, opts=Options(parent=a));"
        " Group('h', opts=Options(aliases=['urn:pulumi:local::conformance::test:index:Group::g']))",
        "a = Thing('a2', value='1'); Thing('b', value=a.address, opts=Options(parent=a));"
        " Group('h', opts=Options(parent=a, aliases=[Alias(parent=None)]))",
        then=(destroy(),),
    ),
    edits("component", "Group('g', value='1')", "Group('g', value='2')", "", then=(destroy(),)),
    edits(
        "component_loses_its_child_to_another",
        "Group('g', value='1'); Group('h', value='1')",
        "Group('h', value='1', inner_name='other')",
    ),
    edits("depends_on", "a = Thing('a'); Thing('b', opts=Options(depends_on=[a]))", "Thing('b')", then=(destroy(),)),
    edits(
        "secrets",
        "a = Thing('a', password=Output.secret('hush'), nested={'deep': [Output.secret('x'), 1]});"
        " export('token', a.token); export('whole', a.nested)",
        "a = Thing('a', password=Output.secret('other'), nested={'deep': ['x', 1]}); export('token', a.token)",
    ),
    edits(
        "additional_secret_outputs",
        "a = Thing('a', opts=Options(additional_secret_outputs=['address'])); Thing('b', value=a.address)",
        "a = Thing('a'); Thing('b', value=a.address)",
    ),
    edits("custom_timeouts", "Thing('a', opts=Options(custom_timeouts=CustomTimeouts(create='1h30m', delete='5s')))"),
    edits(
        "explicit_provider",
        "p = Account('p', account='1', region='eu', numbers=[1, 2]); Thing('a', opts=Options(provider=p))",
        "p = Account('p', account='1', region='us', numbers=[1, 2]); Thing('a', opts=Options(provider=p))",
        "p = Account('p', account='2', region='us', numbers=[1, 2]); Thing('a', opts=Options(provider=p))",
        "Thing('a')",
        then=(destroy(),),
    ),
    edits(
        "provider_not_known_at_preview",
        "s = Thing('s'); p = Account('p', account=s.address); a = Thing('a', value='1', opts=Options(provider=p));"
        " export('address', a.address)",
        "s = Thing('s', fixed='2'); p = Account('p', region=s.address);"
        " Thing('a', value='1', opts=Options(provider=p)); export('address', s.address)",
    ),
    edits("provider_refused", "p = Account('p', wrong=1); Thing('a', opts=Options(provider=p))"),
    edits("provider_by_the_parent", "p = Account('p'); Group('g', opts=Options(providers=[p]))", then=(destroy(),)),
    edits("invoke", "export('answer', ask('what')); Thing('a', value=ask('why'))"),
    edits("invoke_refused", "ask('what', fail=True)"),
    edits(
        "check_failures",
        "Thing('a', wrong=1)",
    ),
    edits("program_fails", "Thing('a')", "Thing('b'); raise ValueError('no more')", "Thing('a')"),
    edits(
        "create_fails",
        "a = Thing('a', failCreate=True); Thing('b', value=a.address)",
        "a = Thing('a'); Thing('b', value=a.address)",
    ),
    edits(
        "update_fails",
        "a = Thing('a', value='1'); Thing('b', value=a.value)",
        "a = Thing('a', value='2', failUpdate=True); Thing('b', value=a.value)",
        "a = Thing('a', value='3'); Thing('b', value=a.value)",
    ),
    edits(
        "delete_fails",
        "a = Thing('a'); b = Thing('b', value=a.address, failDelete=True); Thing('c', value=b.address)",
        "",
        then=(destroy(),),
    ),
    edits(
        "replaced_one_cannot_be_deleted",
        "Thing('a', fixed='x', failDelete=True)",
        "Thing('a', fixed='y')",
        "Thing('a', fixed='y')",
        then=(destroy(),),
    ),
    Scenario(
        name="refresh",
        runs=(
            up("a = Thing('a', value='1'); Thing('b', value=a.address); Thing('c')"),
            Run(command=Command.REFRESH, lost=("a-1",), drifted=(("c-1", "changed"),)),
            preview("a = Thing('a', value='1'); Thing('b', value=a.address); Thing('c')"),
            up("a = Thing('a', value='1'); Thing('b', value=a.address); Thing('c')"),
        ),
    ),
)
