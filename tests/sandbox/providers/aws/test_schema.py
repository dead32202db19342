"""Read in a process of its own: what is proven is the first import of the SDK."""

import subprocess
import sys

PROGRAM = """
from sandbox.providers.aws import schema
assert "assumeRolePolicy" in schema.input_types("aws:iam/role:Role")
import pulumi_aws
pulumi_aws.iam.Role
"""


def test_a_schema_read_before_the_program_leaves_the_sdk_whole_for_it() -> None:
    subprocess.run([sys.executable, "-W", "ignore", "-c", PROGRAM], check=True)
