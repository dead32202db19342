"""Pods made from the template of what owns them."""

import hashlib
import json
import uuid

from sandbox.cluster.kinds import POD
from sandbox.cluster.store import Object, age_seconds, owner_reference

HASH_LENGTH, SUFFIX_LENGTH = 10, 5


def template_hash(template: Object) -> str:
    """The same for equal templates, as a label and part of a name can hold it."""
    return hashlib.sha256(json.dumps(template, sort_keys=True).encode()).hexdigest()[:HASH_LENGTH]


def pod_of(owner: Object, template: Object, labels: dict[str, str]) -> Object:
    """A new pod of the template, owned by `owner`, with these labels added to the template's own."""
    metadata = template.get("metadata", {})
    return {
        "apiVersion": POD.api_version,
        "kind": POD.name,
        "metadata": {
            **metadata,
            "name": f"{owner['metadata']['name']}-{uuid.uuid4().hex[:SUFFIX_LENGTH]}",
            "namespace": owner["metadata"]["namespace"],
            "labels": metadata.get("labels", {}) | labels,
            "ownerReferences": [owner_reference(owner)],
        },
        "spec": template["spec"],
    }


def is_ready(pod: Object, for_seconds: float = 0) -> bool:
    """Whether the pod serves, and has done so for that long; a pod that is being deleted does not."""
    conditions = pod.get("status", {}).get("conditions", ())
    ready = next((each for each in conditions if each["type"] == "Ready"), {"status": "False"})
    serving = ready["status"] == "True" and "deletionTimestamp" not in pod["metadata"]
    return serving and (not for_seconds or age_seconds(ready["lastTransitionTime"]) >= for_seconds)


def is_finished(pod: Object) -> bool:
    """Whether every container of the pod has ended for good."""
    return pod.get("status", {}).get("phase") in ("Succeeded", "Failed")
