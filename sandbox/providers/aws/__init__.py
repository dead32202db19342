"""Pulumi's `aws` package, carried out by an embedded AWS."""

from sandbox.providers.aws.provider import AwsProvider

__all__ = ["AwsProvider"]
