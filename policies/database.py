"""Reading RDS parameter groups."""

from typing import Any

from policies.values import Properties, known, read, read_list, some


def database_parameter(group: Properties, name: str) -> Any:
    """The value a group sets for a parameter, `None` where it leaves the engine's own."""
    parameters = read_list(group, "parameters")
    found = [parameter for parameter in parameters if known(parameter).get("name") == name]
    if found:
        return read(found[-1], "value")
    some(parameters, lambda parameter: read(parameter, "name") == name)
    return None
