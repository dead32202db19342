"""Reading the settings of providers, which travel as JSON."""

import json
from typing import Any

from policies.graph import Graph
from policies.values import Properties, read

AWS_PROVIDER = "pulumi:providers:aws"
KUBERNETES_PROVIDER = "pulumi:providers:kubernetes"


def setting(provider: Properties, name: str) -> Any:
    """A provider's setting; an empty object where it is left out."""
    value = read(provider, name)
    return json.loads(value) if isinstance(value, str) and value else value or {}


def default_tags(graph: Graph) -> dict[str, Any]:
    """The tags that the AWS providers of the stack put on everything."""
    return {
        key: value
        for provider in graph.of(AWS_PROVIDER)
        for key, value in (setting(provider.properties, "defaultTags").get("tags") or {}).items()
    }
