"""How steps fail."""


class StepError(Exception):
    """A step that failed, one message a finding; siblings go on, dependents are skipped."""

    def __init__(self, *messages: str) -> None:
        super().__init__("\n".join(messages))
        self.messages = messages
