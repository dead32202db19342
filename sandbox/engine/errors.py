"""What the engine refuses to do, and how steps fail."""

from sandbox.errors import SandboxError


class EngineError(SandboxError):
    """A refusal before anything changed; the message says what is wrong and what to do."""


class StepError(Exception):
    """A step that failed, one message a finding; siblings go on, dependents are skipped."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
