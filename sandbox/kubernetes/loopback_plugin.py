"""A plugin of the pod network: what a pod sends to its own loopback reaches this machine's, by way of the node.

The local stack's PostgreSQL, Kafka, Valkey and embedded AWS listen on loopback and say so to their clients; a pod that
is given the same addresses finds them there. Speaks the Container Network Interface, chained after the cable.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

RULES = """
table ip machine {{
  chain out {{ type nat hook output priority -100; ip daddr 127.0.0.0/8 meta l4proto tcp dnat to {node}; }}
  chain source {{ type nat hook postrouting priority 100; ip saddr 127.0.0.0/8 oifname != "lo" masquerade; }}
}}
"""


def main() -> None:
    """Adds the rules inside the pod's network namespace, which takes them along when it goes."""
    given = json.load(sys.stdin)
    if os.environ["CNI_COMMAND"] == "ADD":
        inside = ["nsenter", f"--net={os.environ['CNI_NETNS']}"]
        route = Path("/proc/sys/net/ipv4/conf/all/route_localnet")
        subprocess.run([*inside, "sh", "-c", f"echo 1 > {route}"], check=True, stdout=sys.stderr)
        rules = RULES.format(node=given["node"])
        subprocess.run([*inside, "nft", "--file", "-"], input=rules, text=True, check=True, stdout=sys.stderr)
        json.dump(given["prevResult"], sys.stdout)


if __name__ == "__main__":
    main()
