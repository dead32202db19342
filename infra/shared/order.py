"""What comes after what, where no property of one refers to the other."""

from collections.abc import Sequence

import pulumi


def after(opts: pulumi.ResourceOptions, resources: Sequence[pulumi.Resource]) -> pulumi.ResourceOptions:
    """These options for something that is made after the resources, and deleted before them."""
    return pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(depends_on=[*resources]))
