"""What EKS's Pod Identity agent gives to every container: where AWS is, and who the pod is there."""

from pathlib import Path

from sandbox.parts.part import PartError, read_record

CREDENTIALS = {"AWS_ACCESS_KEY_ID": "local", "AWS_SECRET_ACCESS_KEY": "local", "AWS_EC2_METADATA_DISABLED": "true"}
NOWHERE = "http://127.0.0.1:9"
"""Where there is no embedded AWS a pod must not find the real one."""


def environment(state_dir: Path, region: str) -> dict[str, str]:
    """The variables that botocore reads."""
    try:
        aws = read_record(state_dir / "parts" / "aws")
        endpoint = f"http://{aws.host}:{aws.port}"
    except PartError:
        endpoint = NOWHERE
    return {"AWS_REGION": region, "AWS_DEFAULT_REGION": region, "AWS_ENDPOINT_URL": endpoint, **CREDENTIALS}
