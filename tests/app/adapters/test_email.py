import traceback
from collections.abc import Iterator
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError

from app.adapters.email import EmailConfirmations, LetterNotSent
from app.domain.events import EventType
from app.settings import EmailSettings
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event
from tests.app.orders import placed
from tests.harness.outside import REGION, aws_client, embedded_aws

pytestmark = pytest.mark.parts
SENDER = "orders@fortress.example.com"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with embedded_aws() as url:
        yield url


@pytest.fixture
def settings(aws: str, monkeypatch: pytest.MonkeyPatch) -> EmailSettings:
    environment = {"AWS_ENDPOINT_URL": aws, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    aws_client("sesv2", aws).create_email_identity(EmailIdentity=SENDER)
    people = aws_client("cognito-idp", aws)
    pool = people.create_user_pool(PoolName="shop")["UserPool"]["Id"]
    people.admin_create_user(
        UserPoolId=pool,
        Username="sarah_123",
        UserAttributes=[{"Name": "email", "Value": "sarah@example.com"}],
        MessageAction="SUPPRESS",
    )
    return EmailSettings(email_sender=SENDER, email_user_pool_id=pool, aws_region=REGION)


def count_sent(aws: str) -> int:
    return int(aws_client("ses", aws).get_send_quota()["SentLast24Hours"])


async def test_a_customer_gets_one_letter_however_often_the_order_is_told_of(
    settings: EmailSettings, aws: str, shop_database: ShopDatabase
) -> None:
    before, event = count_sent(aws), order_event()
    email = EmailConfirmations(settings, shop_database.adapter)
    for _ in range(2):
        await email.take([event])
    assert count_sent(aws) - before == 1


async def test_both_an_order_and_its_end_are_told(
    settings: EmailSettings, aws: str, shop_database: ShopDatabase
) -> None:
    before = count_sent(aws)
    await EmailConfirmations(settings, shop_database.adapter).take(
        [order_event(), order_event(EventType.ORDER_CANCELLED)]
    )
    assert count_sent(aws) - before == 2


async def test_a_confirmation_that_comes_after_the_end_of_its_order_is_not_sent(
    settings: EmailSettings, aws: str, shop_database: ShopDatabase
) -> None:
    kept, ended = await placed(shop_database, 2)
    await shop_database.run("SELECT cancel_order($1, 'customer', NULL)", ended)
    before, email = count_sent(aws), EmailConfirmations(settings, shop_database.adapter)
    await email.take([order_event(EventType.ORDER_CANCELLED, order_id=ended)])
    assert count_sent(aws) - before == 1
    await email.take([order_event(order_id=ended)])
    assert count_sent(aws) - before == 1
    await email.take([order_event(order_id=kept)])
    assert count_sent(aws) - before == 2


async def test_who_has_no_address_gets_no_letter(
    settings: EmailSettings, aws: str, shop_database: ShopDatabase
) -> None:
    people = aws_client("cognito-idp", aws)
    people.admin_delete_user(UserPoolId=settings.email_user_pool_id, Username="sarah_123")
    before = count_sent(aws)
    await EmailConfirmations(settings, shop_database.adapter).take([order_event()])
    assert count_sent(aws) == before


async def test_a_letter_that_was_not_sent_is_not_remembered_as_sent(
    settings: EmailSettings, aws: str, shop_database: ShopDatabase
) -> None:
    stranger = settings.model_copy(update={"email_sender": "nobody@unverified.example.com"})
    event = order_event()
    with pytest.raises(LetterNotSent, match=r"^MessageRejected$"):
        await EmailConfirmations(stranger, shop_database.adapter).take([event])
    assert await shop_database.value("SELECT count(*) FROM inbox") == 0
    before = count_sent(aws)
    await EmailConfirmations(settings, shop_database.adapter).take([event])
    assert count_sent(aws) - before == 1


async def test_what_went_wrong_is_told_without_whom_it_was_for(
    settings: EmailSettings, shop_database: ShopDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(**_: object) -> None:
        message = "Email address is not verified: sarah@example.com"
        raise ClientError({"Error": {"Code": "MessageRejected", "Message": message}}, "SendEmail")

    email = EmailConfirmations(settings, shop_database.adapter)
    monkeypatch.setattr(email, "_letters", SimpleNamespace(send_email=refuse))
    with pytest.raises(LetterNotSent) as refused:
        await email.take([order_event()])
    assert "sarah" not in "".join(traceback.format_exception(refused.value))
