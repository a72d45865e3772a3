"""What the graph's mutations of the team run on: one unit over people and machines."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from domain.identity.ports import ClientsUnit, PeopleUnit

if TYPE_CHECKING:
    from domain.identity.actor import Actor
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units


class TeamUnit(PeopleUnit, ClientsUnit, Protocol):
    """One transaction about people and machines."""


class IdentityPorts(Protocol):
    """What the verbs are given."""

    @property
    def units(self) -> Units[Actor, TeamUnit]:
        """Opens transactions."""
        ...

    @property
    def clock(self) -> Clock:
        """Tells the time."""
        ...
