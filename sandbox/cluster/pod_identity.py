"""What EKS's Pod Identity agent gives to every container: where AWS is, and who the pod is there."""

from pathlib import Path

from sandbox.parts.part import PartError, read_record


def environment(state_dir: Path, region: str) -> dict[str, str]:
    """Variables that botocore reads; without an embedded AWS there is no endpoint among them."""
    variables = {
        "AWS_REGION": region,
        "AWS_DEFAULT_REGION": region,
        "AWS_ACCESS_KEY_ID": "local",
        "AWS_SECRET_ACCESS_KEY": "local",
        "AWS_EC2_METADATA_DISABLED": "true",
    }
    try:
        aws = read_record(state_dir / "parts" / "aws")
    except PartError:
        return variables
    return {**variables, "AWS_ENDPOINT_URL": f"http://{aws.host}:{aws.port}"}
