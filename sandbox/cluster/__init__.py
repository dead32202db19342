"""The local cluster: Kubernetes' REST paths on loopback, and controllers that run what the objects declare."""
