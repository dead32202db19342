"""What gp3 storage of RDS for PostgreSQL takes, by its size and by the machine before it.

Source: https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/CHAP_Storage.html#gp3-storage; the ratio is the one that
`DescribeValidDBInstanceModifications` tells as `StorageThroughputToIopsRatio`.
"""

from infra.shared.offers import offers

STRIPED_GIB = 400
"""From here on RDS puts four volumes behind an instance; under it, AWS refuses both IOPS and throughput."""
_GIVEN_IOPS = 12_000
_MOST_IOPS = 64_000
_IOPS_A_MEBIBYTE = 4


def most_iops(instance_class: str) -> int:
    """The most operations a second that are of any use to a class: AWS takes more, and bills them."""
    return offers().database_iops.get(instance_class, _MOST_IOPS)


def most_mebibytes_per_second(iops: int | None) -> int:
    """The most throughput beside so many operations; None are those that the size gives for nothing."""
    return (iops or _GIVEN_IOPS) // _IOPS_A_MEBIBYTE
