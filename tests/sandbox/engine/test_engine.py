import json
import subprocess
import sys
from pathlib import Path

import pytest

from sandbox.engine import Operation
from sandbox.errors import SandboxError
from tests.conformance.engines import CHECKOUT
from tests.conformance.scenarios import chain
from tests.sandbox.engine.harness import Bench

KILLED_WHILE_CREATING = """
import os, signal, sys
from pathlib import Path
from tests.conformance.provider import TestProvider
from tests.sandbox.engine.harness import Bench

class Deadly(TestProvider):
    def Create(self, request, context):
        if request.name == "b" and not request.preview:
            os.kill(os.getpid(), signal.SIGKILL)
        return super().Create(request, context)

Bench(Path(sys.argv[1]), provider=Deadly()).engine("a = Thing('a'); Thing('b', value=a.address)").up()
"""


def test_it_says_in_one_line_that_it_is_a_stand_in(bench: Bench) -> None:
    engine = bench.engine("Thing('a')")
    engine.preview()
    engine.up()
    assert bench.screen.getvalue().count("The built-in engine runs: a stand-in where there is no pulumi CLI") == 1


def test_an_update_reads_like_pulumis(bench: Bench) -> None:
    bench.engine("Thing('a', value='1'); Group('g'); export('name', 'x')").up()
    summary = bench.engine("Thing('a', value='2'); export('name', 'y')").up()
    shown = bench.screen.getvalue()
    assert "Updating (local):" in shown
    assert " ~  test:index:Thing a updated" in shown
    assert "[diff: ~value]" in shown
    assert " -  test:index:Thing g-inner deleted" in shown
    assert '~ name: "y"' in shown
    assert "    ~ 1 updated\n    - 2 deleted\n    1 unchanged" in shown
    assert summary.counts == {Operation.UPDATE: 1, Operation.DELETE: 2, Operation.SAME: 1}
    assert summary.outputs == {"name": "y"}


def test_a_changed_output_alone_is_a_change(bench: Bench) -> None:
    assert bench.engine("export('name', 'x')").up().changed
    assert not bench.engine("export('name', 'x')").preview().changed
    assert bench.engine("export('name', 'y')").preview().changed


def test_secrets_and_unknowns_are_not_shown(bench: Bench) -> None:
    bench.engine(
        "a = Thing('a', password=Output.secret('hush')); export('a', a.token); export('b', a.address)"
    ).preview()
    assert "b: [unknown]" in bench.screen.getvalue()
    bench.engine("a = Thing('a', password=Output.secret('hush')); export('a', a.token)").up()
    assert "a: [secret]" in bench.screen.getvalue()
    assert "hush" not in bench.screen.getvalue() + bench.state.read_text()


def test_a_preview_changes_nothing(bench: Bench) -> None:
    assert bench.engine(chain()).preview().counts == {Operation.CREATE: 4}
    assert bench.provider.calls == []
    assert not bench.state.exists()


def test_any_stack_is_previewed(bench: Bench) -> None:
    assert bench.engine(chain(), stack="prod").preview().succeeded


@pytest.mark.parametrize("command", ["up", "destroy", "refresh"])
def test_no_stack_but_local_is_changed(bench: Bench, command: str) -> None:
    with pytest.raises(SandboxError, match=r"no stack but 'local', and this is 'prod'.*install the pulumi CLI"):
        getattr(bench.engine(chain(), stack="prod"), command)()
    assert bench.provider.calls == []


def test_every_wrong_property_of_every_resource_is_named(bench: Bench) -> None:
    summary = bench.engine("Thing('a', wrong=1, worse=2, value='forbidden'); Thing('b', odd=3)").preview()
    shown = bench.screen.getvalue()
    assert not summary.succeeded
    for finding in (
        "test:index:Thing resource 'a': property wrong value 1 has a problem: a thing has no property 'wrong'",
        "resource 'a': property worse value 2",
        "resource 'a': property value value 'forbidden' has a problem: may not be 'forbidden'",
        "resource 'b': property odd value 3",
    ):
        assert finding in shown


def test_a_refused_secret_is_not_shown(bench: Bench) -> None:
    bench.engine("Thing('a', wrong=Output.secret('hush'))").preview()
    assert "property wrong value [secret] has a problem" in bench.screen.getvalue()


@pytest.mark.parametrize(
    ("option", "name"),
    [
        ("replace_on_changes=['value']", "replace_on_changes"),
        ("import_='i'", "import"),
    ],
)
def test_an_option_that_the_engine_does_not_have_is_refused_by_name(bench: Bench, option: str, name: str) -> None:
    assert not bench.engine(f"Thing('b', opts=Options({option}))").up().succeeded
    assert f"b: the built-in engine has no {name}; use the pulumi CLI" in bench.screen.getvalue()


def test_a_package_without_a_provider_is_named(bench: Bench) -> None:
    assert not bench.engine("pulumi.CustomResource('other:index:It', 'a', {})").preview().succeeded
    assert "no provider for package 'other' is attached; attached: test" in bench.screen.getvalue()


def test_a_second_resource_of_one_urn_is_refused(bench: Bench) -> None:
    assert not bench.engine("Thing('a'); Thing('a')").up().succeeded
    urn = "urn:pulumi:local::bench::test:index:Thing::a"
    assert f"Duplicate resource URN '{urn}'; try giving it a unique name" in bench.screen.getvalue()


def test_a_failing_program_shows_its_own_frames_only(bench: Bench) -> None:
    summary = bench.engine("Thing('a')\ndef f():\n    raise ValueError('no more')\nf()").up()
    shown = bench.screen.getvalue()
    assert not summary.succeeded
    assert "Program failed with an unhandled exception" in shown
    assert "__main__.py" in shown
    assert "ValueError: no more" in shown
    assert "site-packages" not in shown


def test_a_failed_program_deletes_nothing(bench: Bench) -> None:
    bench.engine("Thing('a'); Thing('b')").up()
    bench.engine("Thing('a'); raise SystemExit(3)").up()
    assert "delete b" not in bench.provider.calls
    assert "exited with status 3" in bench.screen.getvalue()


def test_siblings_of_a_failed_step_finish_and_dependents_are_skipped(bench: Bench) -> None:
    program = (
        "a = Thing('a', failCreate=True); b = Thing('b', value=a.address); Thing('c', value=b.address); Thing('d')"
    )
    assert not bench.engine(program).up().succeeded
    assert bench.provider.calls == ["create d"]
    assert "creating a was refused" in bench.screen.getvalue()


def test_protection_names_the_urn_and_how_to_lift_it(bench: Bench) -> None:
    bench.engine("Thing('a', opts=Options(protect=True))").up()
    assert not bench.engine().destroy().succeeded
    shown = bench.screen.getvalue()
    assert 'resource "urn:pulumi:local::bench::test:index:Thing::a" cannot be deleted' in shown
    assert "remove the `protect` flag" in shown


def test_secrets_are_kept_by_a_provider_that_knows_none(bench: Bench) -> None:
    bench.provider.accept_secrets = False
    bench.engine("a = Thing('a', password=Output.secret('hush'), nested={'x': Output.secret('hush')})").up()
    assert "hush" not in bench.state.read_text()
    assert bench.provider.things["a-1"]["password"] == "hush"


def test_an_export_is_a_deployment_of_version_3(bench: Bench) -> None:
    bench.engine(chain()).up()
    exported = bench.engine().export()
    assert exported["version"] == 3
    assert len(exported["deployment"]["resources"]) == 5


def test_an_interrupted_run_finishes_its_steps_and_says_so(bench: Bench) -> None:
    assert not bench.engine("Thing('a'); raise KeyboardInterrupt").up().succeeded
    assert "interrupted: steps that ran were finished and are recorded" in bench.screen.getvalue()
    latest = json.loads(bench.state.read_text())["checkpoint"]["latest"]
    assert latest["pending_operations"] == []


@pytest.mark.parts
def test_a_run_killed_in_the_middle_is_gone_on_from(bench: Bench, tmp_path: Path) -> None:
    killed = subprocess.run(
        [sys.executable, "-c", KILLED_WHILE_CREATING, str(tmp_path)], cwd=CHECKOUT, capture_output=True, check=False
    )
    assert killed.returncode == -9
    latest = json.loads(bench.state.read_text())["checkpoint"]["latest"]
    assert [each["type"] for each in latest["pending_operations"]] == ["creating"]
    bench.provider.things["a-1"] = {"colour": "grey"}
    summary = bench.engine("a = Thing('a'); Thing('b', value=a.address)").up()
    assert summary.succeeded
    assert summary.counts[Operation.CREATE] == 1
    assert "::b, interrupted while creating" in bench.screen.getvalue()


def test_what_a_killed_run_was_updating_is_updated_again_though_the_program_went_back(bench: Bench) -> None:
    program = "Thing('a', colour='grey'); Thing('b')"
    bench.engine(program).up()
    document = json.loads(bench.state.read_text())
    latest = document["checkpoint"]["latest"]
    (under_way,) = [each for each in latest["resources"] if each["urn"].endswith("::a")]
    latest["pending_operations"] = [{"type": "updating", "resource": under_way}]
    bench.state.write_text(json.dumps(document))
    bench.provider.things["a-1"]["colour"] = "red"
    assert bench.engine(program).preview().changed
    assert bench.engine(program).up().succeeded
    assert bench.provider.things["a-1"]["colour"] == "grey"
    assert not bench.engine(program).up().changed
