"""A job: work that is done again and again, and safe in any number of workers at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """`work` says how many things it did; as many as `batch` means that more may wait, so it goes on without a pause.

    `every` is the pause otherwise. Workers do not agree on turns: PostgreSQL decides who gets what, by row locks and
    advisory locks inside `work`.
    """

    name: str
    every: timedelta
    work: Callable[[], Awaitable[int]]
    batch: int | None = None
