"""A unit of work: everything in it commits together, and nothing does unless it is told to."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from domain.kernel.errors import Unavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from contextlib import AbstractAsyncContextManager

MOST_ATTEMPTS = 3

ActorT_contra = TypeVar("ActorT_contra", contravariant=True)
UnitT = TypeVar("UnitT", bound="Unit")
UnitT_co = TypeVar("UnitT_co", covariant=True)
Result = TypeVar("Result")
SomeActor = TypeVar("SomeActor")


class Contention(Unavailable):
    """The database chose this transaction to give way (serialization failure or deadlock); nothing was written."""

    code = "UNAVAILABLE"


class Unit(Protocol):
    """One transaction. Left without `commit()`, it rolls back."""

    async def commit(self) -> None:
        """Make it all durable."""
        ...


class Units(Protocol[ActorT_contra, UnitT_co]):
    """Opens units. The actor's visible merchants fence every statement of one."""

    def begin(self, actor: ActorT_contra, name: str) -> AbstractAsyncContextManager[UnitT_co]:
        """A unit, named for failpoints and traces: `capture.intent`."""
        ...


async def in_unit(
    units: Units[SomeActor, UnitT],
    actor: SomeActor,
    name: str,
    work: Callable[[UnitT], Awaitable[Result]],
) -> Result:
    """Run `work` in a unit, again from the start when the database made it give way, three times at most.

    `work` commits by itself, so that it can also decide not to.
    """
    for attempt in range(1, MOST_ATTEMPTS + 1):
        try:
            async with units.begin(actor, name) as unit:
                return await work(unit)
        except Contention:
            if attempt == MOST_ATTEMPTS:
                raise
    raise AssertionError  # the loop above returns or raises
