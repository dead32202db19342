"""Resource names of Pulumi: `urn:pulumi:<stack>::<project>::<parent type$type>::<name>`."""

from dataclasses import dataclass

STACK_TYPE = "pulumi:pulumi:Stack"
PROVIDER_TYPE_PREFIX = "pulumi:providers:"


@dataclass(frozen=True, kw_only=True)
class StackName:
    """A stack and the project that it is of."""

    project: str
    stack: str

    def urn(self, type_: str, name: str, *, parent: str = "") -> str:
        """The URN of a resource; a parent that is the stack itself leaves no trace in it."""
        prefix = f"{qualified_type(parent)}$" if parent and qualified_type(parent) != STACK_TYPE else ""
        return f"urn:pulumi:{self.stack}::{self.project}::{prefix}{type_}::{name}"

    @property
    def stack_urn(self) -> str:
        """The URN of the resource that stands for the stack."""
        return self.urn(STACK_TYPE, f"{self.project}-{self.stack}")


def qualified_type(urn: str) -> str:
    return urn.split("::", 3)[2]


def type_of(urn: str) -> str:
    return qualified_type(urn).rpartition("$")[2]


def name_of(urn: str) -> str:
    return urn.split("::", 3)[3]


def is_provider_type(type_: str) -> bool:
    return type_.startswith(PROVIDER_TYPE_PREFIX)


def is_default_provider(urn: str) -> bool:
    """Providers that the engine makes where the program names none; Pulumi does not show them."""
    return is_provider_type(type_of(urn)) and name_of(urn).startswith("default")


def package_of(type_or_token: str) -> str:
    """`aws` for `aws:ec2/vpc:Vpc` and for `pulumi:providers:aws`."""
    return type_or_token.removeprefix(PROVIDER_TYPE_PREFIX).partition(":")[0]


def provider_urn(reference: str) -> str:
    """A provider reference is `<urn>::<id>`."""
    return reference.rpartition("::")[0]
