"""Where the process may die while an answer is on its way."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.fakes.crash import Crash

if TYPE_CHECKING:
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.unit import MemoryUnits

CRASHES = [
    "submit.intent.before_commit",
    "submit.intent.committed",
    "before the call",
    "after the call",
    "response.outcome.before_commit",
    "response.outcome.committed",
]


def die(desk: DisputeDesk, units: MemoryUnits, point: str) -> None:
    """Die once at a point: before or after the call of the gateway, or at a commit by its name."""

    def crash() -> None:
        desk.gateway.before_call = desk.gateway.after_call = lambda: None
        raise Crash

    if point == "before the call":
        desk.gateway.before_call = crash
    elif point == "after the call":
        desk.gateway.after_call = crash
    else:
        units.die_at(point)
