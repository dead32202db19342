"""The provider in front of an embedded AWS in this process."""

import pytest

from sandbox.providers.aws import AwsProvider
from tests.sandbox.providers.aws import embedded
from tests.sandbox.providers.aws.parts import PretendedParts

DEFAULT_TAGS = {"project": "fortress"}


def pytest_configure(config: pytest.Config) -> None:
    """Lets pass what others' modules warn of while they are imported or called."""
    for warning in (
        r"ignore:.* has been deprecated in favor of:DeprecationWarning:pulumi_aws\.",
        "ignore:.*does not match an error shape in service model.*:UserWarning:moto",
    ):
        config.addinivalue_line("filterwarnings", warning)


@pytest.fixture(scope="session")
def provider() -> AwsProvider:
    """The provider as the program configures it."""
    return make_provider(PretendedParts())


def make_provider(parts: PretendedParts) -> AwsProvider:
    """A configured provider over moto."""
    provider = AwsProvider(embedded.URL, parts)  # pyright: ignore[reportArgumentType]
    embedded.embed(provider.aws)
    provider.configure({"region": "eu-central-1", "defaultTags": {"tags": DEFAULT_TAGS}})
    return provider
