"""What the local stack says when it cannot go on."""


class SandboxError(Exception):
    """Something the user can act on: what went wrong, the value given, what is allowed."""
