"""Contenders measured in turns, so that what slows the machine for a while slows all of them alike."""

from __future__ import annotations

from statistics import median
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping


async def interleaved(rounds: int, contenders: Mapping[str, Callable[[], Awaitable[float]]]) -> dict[str, float]:
    """The median of each contender's figures over so many rounds; the order turns around with every round."""
    figures: dict[str, list[float]] = {name: [] for name in contenders}
    for turn in range(rounds):
        names = list(contenders)[:: 1 if turn % 2 == 0 else -1]
        for name in names:
            figures[name].append(await contenders[name]())
    return {name: median(values) for name, values in figures.items()}


def percentile(values: list[float], share: float) -> float:
    """The smallest value that this share (0 to 1) of all values does not exceed; raise `ValueError` for none."""
    if not values:
        raise ValueError("there is no percentile of nothing")
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, int(share * len(ordered)))]
