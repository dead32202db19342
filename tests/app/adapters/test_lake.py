import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta, timezone
from typing import Any

import boto3
import pytest
from botocore.stub import ANY, Stubber

from app.adapters.lake import RECORDS_A_CALL_MAX, Lake, RowsNotTakenError, row_of
from app.domain.events import EventType
from app.settings import LakeSettings
from tests.app.conftest import ShopDatabase
from tests.app.events import order_event
from tests.harness.outside import REGION, aws_client, embedded_aws

pytestmark = pytest.mark.parts
STREAM = "order-events"
BUCKET = "lake"


@pytest.fixture(scope="module")
def aws() -> Iterator[str]:
    with embedded_aws() as url:
        aws_client("s3", url).create_bucket(Bucket=BUCKET)
        aws_client("firehose", url).create_delivery_stream(
            DeliveryStreamName=STREAM,
            ExtendedS3DestinationConfiguration={
                "BucketARN": f"arn:aws:s3:::{BUCKET}",
                "RoleARN": "arn:aws:iam::123456789012:role/lake",
            },
        )
        yield url


@pytest.fixture
def settings(aws: str, monkeypatch: pytest.MonkeyPatch) -> LakeSettings:
    environment = {"AWS_ENDPOINT_URL": aws, "AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local"}
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)
    return LakeSettings(lake_delivery_stream=STREAM, aws_region=REGION)


def rows(aws: str) -> list[dict[str, Any]]:
    s3 = aws_client("s3", aws)
    keys = [each["Key"] for each in s3.list_objects_v2(Bucket=BUCKET).get("Contents", [])]
    texts = [s3.get_object(Bucket=BUCKET, Key=key)["Body"].read().decode() for key in keys]
    return [json.loads(line) for text in texts for line in text.splitlines()]


def answer(*codes: str | None) -> dict[str, Any]:
    responses = [{"ErrorCode": code, "ErrorMessage": "no"} if code else {"RecordId": "1"} for code in codes]
    return {"FailedPutCount": sum(code is not None for code in codes), "RequestResponses": responses}


async def test_an_event_is_one_row_however_often_it_is_told_of(
    settings: LakeSettings, aws: str, shop_database: ShopDatabase
) -> None:
    lake, event = Lake(settings, shop_database.adapter), order_event()
    for _ in range(2):
        await lake.take([event])
    assert [row for row in rows(aws) if row["event_id"] == event.event_id] == [dict(row_of(event))]


async def test_of_a_call_that_is_taken_in_part_only_the_rest_comes_again(
    settings: LakeSettings, shop_database: ShopDatabase
) -> None:
    lake, first, second = Lake(settings, shop_database.adapter), order_event(), order_event()
    with Stubber(lake._firehose) as firehose:
        firehose.add_response("put_record_batch", answer(None, "ServiceUnavailableException"))
        with pytest.raises(RowsNotTakenError, match=r"^1 of 2: ServiceUnavailableException$"):
            await lake.take([first, second])
        again = {"DeliveryStreamName": STREAM, "Records": [{"Data": f"{json.dumps(row_of(second))}\n".encode()}]}
        firehose.add_response("put_record_batch", answer(None), again)
        await lake.take([first])
        await lake.take([second])
        firehose.assert_no_pending_responses()
    assert await shop_database.value("SELECT count(*) FROM inbox WHERE consumer = 'lake'") == 2


async def test_a_call_that_is_refused_leaves_nothing_remembered(
    settings: LakeSettings, shop_database: ShopDatabase
) -> None:
    nowhere = Lake(settings.model_copy(update={"lake_delivery_stream": "nowhere"}), shop_database.adapter)
    with pytest.raises(RowsNotTakenError, match=r"^1 of 1: ResourceNotFoundException$"):
        await nowhere.take([order_event()])
    assert await shop_database.value("SELECT count(*) FROM inbox") == 0


async def test_no_call_has_more_records_than_firehose_takes(
    settings: LakeSettings, shop_database: ShopDatabase
) -> None:
    lake = Lake(settings, shop_database.adapter)
    events = [order_event() for _ in range(RECORDS_A_CALL_MAX + 1)]
    with Stubber(lake._firehose) as firehose:
        for count in (RECORDS_A_CALL_MAX, 1):
            wanted = {"DeliveryStreamName": STREAM, "Records": [ANY] * count}
            firehose.add_response("put_record_batch", answer(*[None] * count), wanted)
        await lake.take(events)
        firehose.assert_no_pending_responses()


def test_the_moment_is_told_in_utc_and_the_one_who_cancelled_by_name() -> None:
    event = order_event(EventType.ORDER_CANCELLED)
    elsewhere = datetime(2026, 1, 2, 0, 30, tzinfo=timezone(timedelta(hours=1)))
    row = row_of(replace(event, at=elsewhere))
    assert row["at"] == "2026-01-01 23:30:00.000000"
    assert row["cancelled_by"] == event.cancelled_by
