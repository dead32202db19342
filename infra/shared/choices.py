"""Closed vocabularies that the configuration and the components both speak."""

from enum import IntEnum, StrEnum


class NatMode(StrEnum):
    """How the private tier reaches the internet, from nothing to the dearest."""

    NONE = "none"
    SINGLE = "single"
    PER_ZONE = "per_az"
    REGIONAL = "regional"


class FirewallMode(StrEnum):
    """Whether a match is refused or only counted: a new rule set counts first, then blocks."""

    COUNT = "count"
    BLOCK = "block"


class ApiAddress(StrEnum):
    """By which name the API is reached: its own, or the load balancer's where no zone can be delegated."""

    DOMAIN = "domain"
    LOAD_BALANCER = "load_balancer"


class MultiFactor(StrEnum):
    """Whether a second factor is asked of everyone or offered."""

    ON = "ON"
    OPTIONAL = "OPTIONAL"


class DatabaseAuthentication(StrEnum):
    """How the service proves to PostgreSQL who it is."""

    SECRET = "secret"  # noqa: S105 - a mode's name
    IAM = "iam"


class DatabaseTls(StrEnum):
    """Whether the connection to PostgreSQL is encrypted."""

    REQUIRE = "require"
    DISABLE = "disable"


class CacheAuthentication(StrEnum):
    """How the service proves to Valkey who it is."""

    IAM = "iam"
    NONE = "none"


class StreamSecurityProtocol(StrEnum):
    """Kafka's `security.protocol`; SASL_SSL authenticates by IAM."""

    SASL_SSL = "SASL_SSL"
    PLAINTEXT = "PLAINTEXT"


class AmiType(StrEnum):
    """Which of EKS's own images managed nodes start from: Amazon Linux 2023, for one kind of processor."""

    X86_64 = "AL2023_x86_64_STANDARD"
    ARM_64 = "AL2023_ARM_64_STANDARD"


class CapacityType(StrEnum):
    """Whether AWS may take managed nodes back at two minutes' notice."""

    ON_DEMAND = "ON_DEMAND"
    SPOT = "SPOT"


class LogLevel(StrEnum):
    """Python's levels, by name."""

    DEBUG = "DEBUG"
    INFO = "INFO"
    WARNING = "WARNING"
    ERROR = "ERROR"


class RetentionDays(IntEnum):
    """The only retentions that CloudWatch Logs takes, in days."""

    ONE_DAY = 1
    THREE_DAYS = 3
    FIVE_DAYS = 5
    ONE_WEEK = 7
    TWO_WEEKS = 14
    ONE_MONTH = 30
    TWO_MONTHS = 60
    THREE_MONTHS = 90
    FOUR_MONTHS = 120
    FIVE_MONTHS = 150
    SIX_MONTHS = 180
    ONE_YEAR = 365
    THIRTEEN_MONTHS = 400
    EIGHTEEN_MONTHS = 545
    TWO_YEARS = 731
    THREE_YEARS = 1096
    FIVE_YEARS = 1827
    SIX_YEARS = 2192
    SEVEN_YEARS = 2557
    EIGHT_YEARS = 2922
    NINE_YEARS = 3288
    TEN_YEARS = 3653
