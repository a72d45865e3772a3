"""What can be wrong with a dispute, as facts."""

from __future__ import annotations

from domain.kernel.errors import Conflict, Unavailable


class DisputeStateForbids(Conflict):
    """The dispute is not in a state that allows this; the message says why and what would."""


class EvidenceEmpty(Conflict):
    """There is nothing to submit: neither a text nor a file is staged."""

    def __init__(self) -> None:
        super().__init__("No evidence is staged; stage a text or upload a file first.")


class NoticeNotUnderstood(Conflict):
    """A notice contradicts what is known of its payment or case; it is kept for staff and changes nothing."""


class AcceptanceRefused(Conflict):
    """The gateway did not take the acceptance, and will not."""

    def __init__(self, response_code: str | None) -> None:
        super().__init__(f"The gateway refused the acceptance: {response_code or 'it gave no reason'}.")


class AcceptanceUndecided(Unavailable):
    """The gateway has not said yet whether it took the acceptance."""

    def __init__(self) -> None:
        super().__init__("The gateway has not answered yet; it is being asked.")
