import pytest

from sandbox.errors import SandboxError
from tests.sandbox.engine.harness import Bench

PACK = """
from pulumi_policy import *

def bad(args, report):
    if args.props.get("value") == "bad":
        report("value is bad")

def odd(args, report):
    if args.props.get("value") == "odd":
        report(f"value of {args.name} is odd")

def few(args, report):
    if len([each for each in args.resources if each.resource_type == "test:index:Thing"]) > 2:
        report("too many things")

def mended(args):
    if args.props.get("value") == "mendable":
        return {**args.props, "value": "mended"}

PolicyPack("pack", [
    ResourceValidationPolicy(
        "mends", "Things are mended", remediate=mended, enforcement_level=EnforcementLevel.REMEDIATE),
    ResourceValidationPolicy("no-bad", "Nothing is bad", bad, EnforcementLevel.MANDATORY),
    ResourceValidationPolicy("no-odd", "Nothing is odd", odd, EnforcementLevel.ADVISORY),
    StackValidationPolicy("few", "There are few", few, EnforcementLevel.MANDATORY),
])
"""
pytestmark = pytest.mark.parts


@pytest.fixture
def judged(bench: Bench) -> Bench:
    bench.write("pack/PulumiPolicy.yaml", "runtime: python\nversion: 1.2.3\n")
    bench.write("pack/__main__.py", PACK)
    return bench


def test_an_advisory_violation_is_printed_and_lets_pass(judged: Bench) -> None:
    assert judged.engine("Thing('a', value='odd')", policy_pack=judged.folder / "pack").up().succeeded
    shown = judged.screen.getvalue()
    assert "[advisory] pack@v1.2.3  no-odd  (test:index:Thing: a)" in shown
    assert "value of a is odd" in shown


def test_a_mandatory_violation_refuses_with_all_the_others_shown(judged: Bench) -> None:
    program = (
        "a = Thing('a', value='bad'); Thing('b', value='bad', opts=Options(depends_on=[a])); Thing('c', value='odd')"
    )
    assert not judged.engine(program, policy_pack=judged.folder / "pack").preview().succeeded
    shown = judged.screen.getvalue()
    assert "[mandatory] pack@v1.2.3  no-bad  (test:index:Thing: a)" in shown
    assert "no-bad  (test:index:Thing: b)" in shown
    assert "no-odd  (test:index:Thing: c)" in shown


def test_a_violation_shows_the_line_of_the_program(judged: Bench) -> None:
    engine = judged.engine("Thing('a', value='odd')", policy_pack=judged.folder / "pack")
    assert engine.up().succeeded
    (thing,) = [each for each in engine.export()["deployment"]["resources"] if each["type"] == "test:index:Thing"]
    file, _, line = thing["sourcePosition"].removeprefix("project:///").partition("#")
    assert "Thing('a'" in (judged.folder / file).read_text().splitlines()[int(line) - 1]
    assert f"no-odd  (test:index:Thing: a)  {file}:{line}\n" in judged.screen.getvalue()


def test_what_a_pack_remediates_is_made_as_it_was_mended(judged: Bench) -> None:
    engine = judged.engine("Thing('a', value='mendable')", policy_pack=judged.folder / "pack")
    assert engine.up().succeeded
    (thing,) = [each for each in engine.export()["deployment"]["resources"] if each["type"] == "test:index:Thing"]
    assert thing["inputs"]["value"] == "mended"
    assert "mends  (test:index:Thing: a)" in judged.screen.getvalue()


def test_what_breaks_a_mandatory_policy_is_not_made(judged: Bench) -> None:
    assert not judged.engine("Thing('a', value='bad')", policy_pack=judged.folder / "pack").up().succeeded
    assert judged.provider.calls == []


def test_the_stack_is_judged_as_a_whole(judged: Bench) -> None:
    engine = judged.engine("[Thing(name) for name in 'abc']", policy_pack=judged.folder / "pack")
    assert not engine.preview().succeeded
    assert "too many things" in judged.screen.getvalue()


def test_a_pack_that_does_not_start_is_said_with_its_own_words(judged: Bench) -> None:
    judged.write("pack/__main__.py", "raise RuntimeError('pack is broken')")
    with pytest.raises(SandboxError, match=r"(?s)failed to start.*pack is broken"):
        judged.engine("Thing('a')", policy_pack=judged.folder / "pack").up()
    assert judged.provider.calls == []
