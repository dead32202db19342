"""A real Kubernetes with the real Argo Rollouts, for proofs that the stand-ins cannot give."""
