"""What the programs of the conformance suite are written with."""

import pulumi


class Thing(pulumi.CustomResource):
    address: pulumi.Output[str]
    token: pulumi.Output[str]
    value: pulumi.Output[str]

    def __init__(self, name, opts=None, **properties):
        super().__init__("test:index:Thing", name, {**properties, "address": None, "token": None}, opts)


class Group(pulumi.ComponentResource):
    """A component with one thing in it."""

    inner: Thing

    def __init__(self, name, opts=None, inner_name=None, **properties):
        super().__init__("test:index:Group", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.inner = Thing(inner_name or f"{name}-inner", opts=child, **properties)
        self.register_outputs({"address": self.inner.address})


class Account(pulumi.ProviderResource):
    """An explicit provider of package `test`; another `account` replaces it."""

    def __init__(self, name, opts=None, **settings):
        super().__init__("test", name, settings, opts)


def ask(question, **more):
    """The provider's one function."""
    return pulumi.runtime.invoke("test:index:ask", {"question": question, **more}).value["answer"]
