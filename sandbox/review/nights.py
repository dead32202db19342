"""How much of the week a database is awake that schedules of EventBridge Scheduler stop and start."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

_START, _STOP = "startDBInstance", "stopDBInstance"
_DAYS, _WORKING_DAYS, _MINUTES_A_DAY = 7, 5, 24 * 60


def share_awake(schedules: Iterable[Mapping[str, Any]]) -> float:
    """The share of the week between a start and a stop, by the schedules' inputs; 1 where either is missing."""
    minutes: dict[str, int] = {}
    days = _DAYS
    for inputs in schedules:
        verb = str(inputs["target"]["arn"]).rpartition(":")[2]
        if verb in (_START, _STOP) and (time := re.match(r"cron\((\d+) (\d+) ", inputs["scheduleExpression"])):
            minutes[verb] = int(time[1]) + 60 * int(time[2])
            days = _WORKING_DAYS if "MON-FRI" in inputs["scheduleExpression"] else days
    if minutes.keys() != {_START, _STOP}:
        return 1
    return days * ((minutes[_STOP] - minutes[_START]) % _MINUTES_A_DAY) / (_DAYS * _MINUTES_A_DAY)
