"""Confirmations by e-mail through Amazon SES; addresses are the user pool's, none is kept here."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from app.adapters.database import Database
from app.adapters.guard import Guard
from app.adapters.inbox import new_to
from app.domain.errors import Unavailable
from app.domain.events import EventType, OrderEvent
from app.settings import EmailSettings

TIMEOUT_SECONDS = 3
CALL_TIMEOUT_SECONDS = 2 * TIMEOUT_SECONDS
CALLS_AT_ONCE_MAX = 8
FAILURES = (BotoCoreError, ClientError, TimeoutError)
USER_NOT_FOUND = "UserNotFoundException"
SUBJECTS = {
    EventType.ORDER_CREATED: "Your order {order_id} is confirmed",
    EventType.ORDER_CANCELLED: "Your order {order_id} is cancelled",
}
ENDED = "SELECT EXISTS (SELECT FROM orders WHERE id = $1 AND status = 'cancelled')"
TEXT = "{quantity} × {product_id}, size {size}: {amount} {currency}"


class LetterNotSent(Exception):  # noqa: N818 - reads as what happened
    """Nobody else has to wait for that: the letter comes again, the database is not to blame.

    It says which kind of failure it was; what AWS says itself may name the address.
    """


class EmailConfirmations:
    """One letter for each event. A crash between sending and remembering sends a second one, never none.

    A customer without an address gets none; a letter that fails comes again by itself, without the others. One that
    comes so late that its order has ended confirms nothing: the letter about the end may have gone before it.
    """

    name = "email"
    interests = frozenset(SUBJECTS)

    def __init__(self, settings: EmailSettings, database: Database) -> None:
        import boto3

        once = {"total_max_attempts": 1}
        config = Config(connect_timeout=TIMEOUT_SECONDS, read_timeout=TIMEOUT_SECONDS, retries=once)
        self._settings = settings
        self._database = database
        self._letters: Any = boto3.client("sesv2", region_name=settings.aws_region, config=config)
        self._people: Any = boto3.client("cognito-idp", region_name=settings.aws_region, config=config)
        self._guard = Guard(
            "e-mail", failures=FAILURES, concurrent_max=CALLS_AT_ONCE_MAX, timeout_seconds=CALL_TIMEOUT_SECONDS
        )

    async def take(self, events: Sequence[OrderEvent]) -> None:
        """See `Subscriber.take`. Each letter is remembered for itself; the first that fails ends the batch."""
        for event in events:
            async with new_to(self.name, [event], self._database) as (connection, fresh):
                confirms = event.type is EventType.ORDER_CREATED
                if fresh and not (confirms and await connection.fetchval(ENDED, event.order_id)):
                    await self._post(event)

    async def _post(self, event: OrderEvent) -> None:
        try:
            await self._guard.call(lambda: asyncio.to_thread(self._send, event))
        except Unavailable as error:
            raise LetterNotSent(error.message) from None
        except FAILURES as error:
            raise LetterNotSent(_code(error)) from None

    def _send(self, event: OrderEvent) -> None:
        address = self._address(event.customer_id)
        if address is None:
            return
        amount = f"{event.amount_cents / 100:,.2f}"
        text = TEXT.format(
            quantity=event.quantity,
            product_id=event.product_id,
            size=event.size,
            amount=amount,
            currency=event.currency,
        )
        self._letters.send_email(
            FromEmailAddress=self._settings.email_sender,
            Destination={"ToAddresses": [address]},
            Content={
                "Simple": {
                    "Subject": {"Data": SUBJECTS[event.type].format(order_id=event.order_id)},
                    "Body": {"Text": {"Data": text}},
                }
            },
        )

    def _address(self, customer_id: str) -> str | None:
        try:
            user = self._people.admin_get_user(UserPoolId=self._settings.email_user_pool_id, Username=customer_id)
        except ClientError as error:
            if error.response["Error"]["Code"] == USER_NOT_FOUND:
                return None
            raise
        attributes = {attribute["Name"]: attribute["Value"] for attribute in user["UserAttributes"]}
        return attributes.get("email")


def _code(error: Exception) -> str:
    return error.response["Error"]["Code"] if isinstance(error, ClientError) else type(error).__name__
