"""What statements need of storage and of the world, at most seven methods each."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from domain.kernel.unit import Unit

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.identity.ports import Audit
    from domain.kernel.clock import Clock
    from domain.kernel.unit import Units
    from domain.settlements.line import LineKind
    from domain.settlements.statement import Statement, StatementExcerpt, StatementFormat, StatementLine


class StatedSettlements(Protocol):
    """Closed settlements as statements show them; nothing about them changes any more."""

    async def statement(self, merchant_id: UUID, settlement_id: UUID) -> Statement | None:
        """Of a settlement that is closed or paid out; None for any other."""
        ...

    async def lines(
        self, statement: Statement, kind: LineKind, after: StatementLine | None, most: int
    ) -> list[StatementLine]:
        """At most so many lines of a kind behind the one given, by ledger entry and position."""
        ...


class StatementRendering(Protocol):
    """Writes statements; the same statement is written with the same bytes, wherever and whenever."""

    def csv(self, statement: Statement, lines: AsyncIterator[Sequence[StatementLine]]) -> AsyncIterator[bytes]:
        """All lines as RFC 4180 has it, in UTF-8, piece by piece as they come."""
        ...

    async def pdf(self, statement: Statement, excerpts: Sequence[StatementExcerpt]) -> bytes:
        """The sums, and the lines that are given."""
        ...


class StatementLinks(Protocol):
    """Addresses under which statements lie for a while, for whoever has one."""

    def link(self, merchant_id: UUID, settlement_id: UUID, kind: StatementFormat, expires_at: datetime) -> str:
        """The address of one statement."""
        ...


class StatementUnit(Unit, Protocol):
    """A unit that writes down who got a statement."""

    @property
    def audit(self) -> Audit:
        """The audit log."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class StatementPorts:
    """What the verbs of statements run on."""

    clock: Clock
    units: Units[Actor, StatementUnit]
    settlements: StatedSettlements
    rendering: StatementRendering
    links: StatementLinks
