"""Pulumi's state: resources, their secrets, and the file backend that keeps both, in the formats of the real engine."""
