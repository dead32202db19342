"""Functions that programs call: who and where they are."""

from collections.abc import Callable

from sandbox.providers.aws.session import ACCOUNT, PARTITION, Aws
from sandbox.providers.errors import ProviderError
from sandbox.providers.properties import Properties


def _caller_identity(aws: Aws, arguments: Properties) -> Properties:
    identity = aws.client("sts", arguments["region"]).get_caller_identity()
    return {"id": ACCOUNT, "accountId": identity["Account"], "arn": identity["Arn"], "userId": identity["UserId"]}


def _region(_: Aws, arguments: Properties) -> Properties:
    region = arguments["region"]
    return {
        "id": region,
        "name": region,
        "region": region,
        "endpoint": f"ec2.{region}.amazonaws.com",
        "description": region,
    }


def _partition(_: Aws, __: Properties) -> Properties:
    suffix = "amazonaws.com"
    return {"id": PARTITION, "partition": PARTITION, "dnsSuffix": suffix, "reverseDnsPrefix": "com.amazonaws"}


def _availability_zones(aws: Aws, arguments: Properties) -> Properties:
    filters = [{"Name": item["name"], "Values": item["values"]} for item in arguments.get("filters", [])]
    zones = aws.client("ec2", arguments["region"]).describe_availability_zones(Filters=filters)["AvailabilityZones"]
    state, excluded = arguments.get("state"), set(arguments.get("excludeNames", []))
    wanted = [zone for zone in zones if state in (None, zone["State"]) and zone["ZoneName"] not in excluded]
    return {
        "id": arguments["region"],
        "region": arguments["region"],
        "names": [zone["ZoneName"] for zone in wanted],
        "zoneIds": [zone["ZoneId"] for zone in wanted],
        "groupNames": sorted({zone.get("GroupName", arguments["region"]) for zone in wanted}),
    }


INVOKES: dict[str, Callable[[Aws, Properties], Properties]] = {
    "aws:index/getAvailabilityZones:getAvailabilityZones": _availability_zones,
    "aws:index/getCallerIdentity:getCallerIdentity": _caller_identity,
    "aws:index/getPartition:getPartition": _partition,
    "aws:index/getRegion:getRegion": _region,
}


def invoke(aws: Aws, token: str, arguments: Properties) -> Properties:
    """The function's result; raises `ProviderError` for one that is not in the table."""
    try:
        function = INVOKES[token]
    except KeyError:
        raise ProviderError(
            f"the embedded AWS does not carry out {token}; add it to sandbox/providers/aws/invokes.py"
        ) from None
    return function(aws, arguments)
