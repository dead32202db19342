"""Order events as rows of the lake, by Amazon Data Firehose."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.adapters.database import Database
from app.adapters.guard import Guard
from app.adapters.inbox import give_back, new_to
from app.domain.errors import Unavailable
from app.domain.events import EventType, OrderEvent
from app.settings import LakeSettings

TIMEOUT_SECONDS = 5
CALL_TIMEOUT_SECONDS = 2 * TIMEOUT_SECONDS
CALLS_AT_ONCE_MAX = 4
RECORDS_A_CALL_MAX = 500
"""https://docs.aws.amazon.com/firehose/latest/APIReference/API_PutRecordBatch.html"""
AT_FORMAT = "%Y-%m-%d %H:%M:%S.%f"
"""What the conversion to Parquet reads as a timestamp by itself, in UTC."""
FAILURES = (BotoCoreError, ClientError, TimeoutError)


class RowsNotTakenError(Exception):
    """Some rows did not get there; they come again by themselves, and nobody else waits."""


class Lake:
    """A row for each event, at least once: a crash between the call and remembering writes a row a second time.

    Of a call that was taken in part, the rest is forgotten and comes again; queries count by `event_id`.
    """

    name = "lake"
    interests = frozenset(EventType)

    def __init__(self, settings: LakeSettings, database: Database) -> None:
        import boto3

        once = {"total_max_attempts": 1}
        config = Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries=once)
        self._stream = settings.lake_delivery_stream
        self._database = database
        self._firehose: Any = boto3.client("firehose", region_name=settings.aws_region, config=config)
        self._guard = Guard(
            "lake", failures=FAILURES, concurrent_max=CALLS_AT_ONCE_MAX, timeout_seconds=CALL_TIMEOUT_SECONDS
        )

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`."""
        left: dict[str, str] = {}
        async with new_to(self.name, events, self._database) as (connection, fresh):
            for start in range(0, len(fresh), RECORDS_A_CALL_MAX):
                left |= await self._put(fresh[start : start + RECORDS_A_CALL_MAX])
            if left:
                await give_back(self.name, left, fresh, connection)
        if left:
            raise RowsNotTakenError(f"{len(left)} of {len(events)}: {', '.join(sorted(set(left.values())))}")

    async def _put(self, events: Sequence[OrderEvent]) -> Mapping[str, str]:
        """The ids of the events that were not taken, and why."""
        records = [{"Data": f"{json.dumps(row_of(event))}\n".encode()} for event in events]
        try:
            answer = await self._guard.call(
                lambda: asyncio.to_thread(
                    self._firehose.put_record_batch, DeliveryStreamName=self._stream, Records=records
                )
            )
        except (Unavailable, *FAILURES) as error:
            return dict.fromkeys((event.event_id for event in events), _code(error))
        told = zip(events, answer["RequestResponses"], strict=True)
        return {event.event_id: response["ErrorCode"] for event, response in told if "ErrorCode" in response}


def row_of(event: OrderEvent) -> Mapping[str, str | int | None]:
    """The event by the lake's columns."""
    return {
        "event_id": event.event_id,
        "event_type": event.type,
        "at": _moment(event.at),
        "order_id": event.order_id,
        "customer_id": event.customer_id,
        "product_id": event.product_id,
        "size": event.size,
        "quantity": event.quantity,
        "unit_price_cents": event.unit_price_cents,
        "currency": event.currency,
        "cancelled_by": event.cancelled_by,
        "payment_status": event.state and event.state.payment_status,
        "version": event.state and event.state.version,
        "placed_at": event.state and _moment(event.state.placed_at),
    }


def _moment(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime(AT_FORMAT)


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
