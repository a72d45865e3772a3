"""The death of a process, as seen from inside a test that survives it."""

from __future__ import annotations


class Crash(BaseException):
    """Power is gone here. No handler of ordinary errors may catch it."""
