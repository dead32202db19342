"""`python -m infra.preflight prod` asks, before the first up, whether the account's quotas leave room for the stack.

It counts what the program itself would make, and changes nothing. A stack that stands counts among what is in use.
"""

import argparse
import json
import sys

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from infra.bootstrap import BootstrapError, place_of, refuse_another_account, settings_of
from infra.config import ConfigurationError
from infra.plan import plan
from infra.quotas import Answer, findings
from infra.stack_files import own_values


def preflight(stack: str, session: "boto3.Session | None" = None) -> int:
    """Prints a line a quota, and what to ask AWS for; 1 where the stack does not fit.

    Raises BootstrapError where the session is of another account than the stack.
    """
    place = place_of(stack, settings_of(stack))
    session = session or boto3.Session(region_name=place.account.region)
    refuse_another_account(place, session)
    own = own_values(stack)
    planned = plan(stack, {key: each if isinstance(each, str) else json.dumps(each) for key, each in own.items()})
    found = list(findings(planned, session))
    for finding in found:
        print(finding)
    if unknown := sum(finding.answer is Answer.UNKNOWN for finding in found):
        print(f"{unknown} of {len(found)} quotas could not be asked for here: look at them in the console")
    missing = [finding for finding in found if finding.answer is Answer.TOO_FEW]
    if missing:
        print("ask for more; AWS answers within hours or days:", *(f"  {each.request}" for each in missing), sep="\n")
    return 1 if missing else 0


def main(arguments: list[str]) -> int:
    """Says whether a stack fits; 1 where it does not, or where that cannot be told, with the reason."""
    parser = argparse.ArgumentParser(prog="python -m infra.preflight")
    parser.add_argument("stack")
    try:
        return preflight(parser.parse_args(arguments).stack)
    except (BootstrapError, ConfigurationError, BotoCoreError, ClientError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
