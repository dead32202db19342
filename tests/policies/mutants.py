"""`make mutate`: how many of the mutants of the rules' own code the tables kill; fails where it is too few."""

import json
import subprocess
import sys
from pathlib import Path

FIGURES = Path("mutants") / "mutmut-cicd-stats.json"
LEAST_PERCENT = 90
KILLED = ("killed", "timeout", "segfault")
LIVING = ("survived", "no_tests", "suspicious")


def main() -> int:
    """Prints the share of what was tried; a mutant that no test reaches counts as one that lives."""
    subprocess.run(["mutmut", "export-cicd-stats"], check=True, stdout=subprocess.DEVNULL)
    line, enough = verdict(json.loads(FIGURES.read_text()))
    sys.stdout.write(line)
    return 0 if enough else 1


def verdict(figures: dict[str, int]) -> tuple[str, bool]:
    """The line that says it, and whether it is enough."""
    killed = sum(figures[outcome] for outcome in KILLED)
    tried = killed + sum(figures[outcome] for outcome in LIVING)
    percent = 100 * killed / tried if tried else 0
    return (
        f"{killed} of {tried} mutants killed, {percent:.1f} %, at least {LEAST_PERCENT} %\n",
        percent >= LEAST_PERCENT,
    )


if __name__ == "__main__":
    sys.exit(main())
