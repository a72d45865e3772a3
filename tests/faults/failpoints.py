"""The failpoints that payments pass, by the moments of their three beats."""

from __future__ import annotations

INTENTS = tuple(
    f"{verb}.intent.{moment}"
    for verb in ("authorize", "capture", "refund", "void", "confirm")
    for moment in ("before_commit", "committed")
)
CALLS = tuple(
    f"{verb}.call.{moment}" for verb in ("authorize", "capture", "refund", "void") for moment in ("before", "answered")
)
APPROVALS = tuple(
    f"approval.{change}.{moment}" for change in ("approve", "succeed") for moment in ("before_commit", "committed")
)
OUTCOMES = ("outcome.before_commit", "outcome.committed")
