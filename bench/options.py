"""How thorough a benchmark is."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`quick` ends within a minute: fewer rounds, less data, the same measurements."""

    quick: bool = False
