"""`python -m app api | roles | migrate | relay | consumer | webhooks | …`: one process, or a tool."""

from __future__ import annotations

import argparse

from app import bootstrap

COMMANDS = {
    "api": bootstrap.run_api,
    "roles": bootstrap.run_roles,
    "migrate": bootstrap.run_migrate,
    "contract": bootstrap.run_contract,
    "relay": bootstrap.run_relay,
    "consumer": bootstrap.run_consumer,
    "webhooks": bootstrap.run_webhooks,
    "dead-letters": bootstrap.run_dead_letters,
    "replay-dead-letters": bootstrap.run_replay_dead_letters,
    "rebuild-order-list": bootstrap.run_rebuild_order_list,
}


def main() -> None:
    """Runs the process that the first argument names."""
    parser = argparse.ArgumentParser(prog="python -m app", description=__doc__)
    parser.add_argument("command", choices=COMMANDS)
    COMMANDS[parser.parse_args().command]()


if __name__ == "__main__":
    main()
