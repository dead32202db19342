"""Running the user's program in this process, as the SDK's own language host would."""

import asyncio
import contextlib
import contextvars
import logging
import runpy
import traceback
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pulumi
from pulumi.runtime import Settings, configure, run_in_stack, set_all_config

from sandbox.project import Configuration, Project

THREADS = 64
ENGINE = Path(__file__).parent


def run_program(
    project: Project, stack: str, configuration: Configuration, *, monitor: Any, engine: Any, preview: bool
) -> str | None:
    """Run the program to its end; returns None, or what it failed with: a message or the traceback of its own code.

    Each run has a context of its own, so that a preview leaves nothing behind for the update after it.
    """

    def run() -> str | None:
        set_all_config(dict(configuration.values), sorted(configuration.secret_keys))
        configure(
            Settings(
                project=project.name, stack=stack, monitor=monitor, engine=engine, parallel=THREADS, dry_run=preview,
                organization="organization", root_directory=str(project.folder),
            )
        )  # fmt: skip
        return _run(project)

    return contextvars.Context().run(run)


def _run(project: Project) -> str | None:
    logging.getLogger("asyncio").setLevel(logging.CRITICAL)
    folder = project.main if project.main.is_dir() else project.main.parent
    try:
        with asyncio.Runner() as runner, ThreadPoolExecutor(max_workers=THREADS) as pool, contextlib.chdir(folder):
            runner.get_loop().set_default_executor(pool)
            runner.run(run_in_stack(lambda: _execute(project.main)))
    except pulumi.RunError as error:
        return str(error)
    except KeyboardInterrupt:
        return "interrupted: steps that ran were finished and are recorded; the next run goes on from there"
    except SystemExit as error:
        return f"the program exited with status {error.code!r} before its end" if error.code else None
    except Exception as error:
        return "Program failed with an unhandled exception:\n" + _own_traceback(error, project.folder)
    return None


def _execute(main: Path) -> None:
    runpy.run_path(str(main), run_name="__main__")


def _own_traceback(error: BaseException, folder: Path) -> str:
    """The traceback with the project's frames only: not Python's, the SDK's or this engine's."""
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if _is_own(Path(frame.filename), folder)]
    head = ["Traceback (most recent call last):\n", *traceback.format_list(own)] if own else []
    return "".join([*head, *traceback.format_exception_only(error)]).rstrip()


def _is_own(path: Path, folder: Path) -> bool:
    foreign = "site-packages" in path.parts or path.is_relative_to(ENGINE)
    return path.is_relative_to(folder) and not foreign
