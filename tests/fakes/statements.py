"""Statements of settlements that a test has closed, with links that name what they are for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from adapters.statements.rendering import Rendering
from domain.kernel.errors import Unavailable
from domain.settlements.statement import statement_of
from domain.settlements.statement_ports import StatementPorts
from tests.fakes.unit import MemoryUnits

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from uuid import UUID

    from domain.settlements.line import LineKind
    from domain.settlements.settlement import Settlement
    from domain.settlements.statement import Statement, StatementFormat, StatementLine
    from domain.settlements.statement_ports import StatementLinks
    from tests.fakes.clock import SettableClock


class MemoryStatements:
    """Settlements with their lines; `reads` says how many lines were read at a time."""

    def __init__(self) -> None:
        self.closed: dict[UUID, tuple[Settlement, Sequence[StatementLine]]] = {}
        self.reads: list[int] = []
        self.away = False

    def put(self, settlement: Settlement, lines: Sequence[StatementLine] = ()) -> Settlement:
        """One more, or another state of one."""
        self.closed[settlement.id] = (settlement, lines)
        return settlement

    async def statement(self, merchant_id: UUID, settlement_id: UUID) -> Statement | None:
        """As the port has it."""
        if self.away:
            message = "The database does not answer now."
            raise Unavailable(message)
        settlement, _ = self.closed.get(settlement_id, (None, ()))
        return statement_of(settlement) if settlement and settlement.merchant_id == merchant_id else None

    async def lines(
        self, statement: Statement, kind: LineKind, after: StatementLine | None, most: int
    ) -> list[StatementLine]:
        """As the port has it."""
        of_kind = [line for line in self.closed[statement.settlement_id][1] if line.kind is kind]
        found = sorted(of_kind, key=_place)
        found = [line for line in found if after is None or _place(line) > _place(after)][:most]
        self.reads.append(len(found))
        return found


class PlainLinks:
    """Links without a secret."""

    def link(self, merchant_id: UUID, settlement_id: UUID, kind: StatementFormat, expires_at: datetime) -> str:
        """All of it in words."""
        return f"{kind}/{merchant_id}/{settlement_id}/{expires_at:%H:%M:%S}"


class StatementDesk:
    """The ports of statements in memory."""

    def __init__(self, clock: SettableClock, links: StatementLinks | None = None) -> None:
        self.units = MemoryUnits(clock)
        self.settlements = MemoryStatements()
        self.ports = StatementPorts(
            clock=clock,
            units=self.units,
            settlements=self.settlements,
            rendering=Rendering(),
            links=links or PlainLinks(),
        )


def _place(line: StatementLine) -> tuple[UUID, int]:
    return line.entry_id, line.position
