"""What connectors say of a gateway's notice that nobody can make sense of."""

from __future__ import annotations


class NoticeUnreadable(Exception):
    """A document is no notice; `reason` says what is wrong with it, without repeating what it holds."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason
