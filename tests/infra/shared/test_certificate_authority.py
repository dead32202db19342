from datetime import UTC, datetime

import pytest
from cryptography import x509
from cryptography.x509.oid import NameOID

from infra.shared.certificate_authority import database_regions, database_root


@pytest.mark.parametrize("region", database_regions())
def test_every_root_is_its_own_regions_and_signs_itself(region: str) -> None:
    root = x509.load_pem_x509_certificate(database_root(region).encode())
    (name,) = root.subject.get_attributes_for_oid(NameOID.COMMON_NAME)
    assert name.value == f"Amazon RDS {region} Root CA RSA2048 G1"
    assert root.not_valid_after_utc > datetime(2060, 1, 1, tzinfo=UTC)
    root.verify_directly_issued_by(root)


def test_there_is_none_for_a_region_that_aws_does_not_have() -> None:
    with pytest.raises(KeyError, match="mars-north-1"):
        database_root("mars-north-1")
