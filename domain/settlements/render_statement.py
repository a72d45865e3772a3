"""Write the statement of a closed settlement."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.settlements.statement import STATED_KINDS, StatementExcerpt, StatementFormat

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from uuid import UUID

    from domain.identity.actor import Actor
    from domain.settlements.line import LineKind
    from domain.settlements.statement import Statement, StatementLine
    from domain.settlements.statement_ports import StatedSettlements, StatementPorts

LINES_AT_ONCE = 1000
MOST_LINES_OF_A_KIND = 50
"""So many a PDF shows of each kind; the CSV has all."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderStatement:
    """Which statement, and as what."""

    merchant_id: UUID
    settlement_id: UUID
    kind: StatementFormat


@dataclass(frozen=True, slots=True, kw_only=True)
class RenderedStatement:
    """The name to save it under, and its content, piece by piece: what is read of a large one is never all of it."""

    name: str
    content: AsyncIterator[bytes]


async def render_statement(ports: StatementPorts, actor: Actor, command: RenderStatement) -> RenderedStatement:
    """The statement as it was at the closing: the same bytes each time.

    Raises `NotFound` for a settlement that is not closed or not there, `Forbidden` and `Unavailable`; the last also
    while the content is read.
    """
    actor.require(Permission.SETTLEMENTS_READ, command.merchant_id)
    settlements = ports.settlements
    statement = await settlements.statement(command.merchant_id, command.settlement_id)
    if statement is None:
        what = "The statement"
        raise NotFound(what)
    name = statement.file_name(command.kind)
    if command.kind is StatementFormat.CSV:
        return RenderedStatement(name=name, content=ports.rendering.csv(statement, _lines(settlements, statement)))
    excerpts = [await _excerpt(settlements, statement, kind) for kind in STATED_KINDS]
    return RenderedStatement(name=name, content=_whole(await ports.rendering.pdf(statement, excerpts)))


async def _lines(settlements: StatedSettlements, statement: Statement) -> AsyncIterator[list[StatementLine]]:
    """All lines in the order of their kinds; each read is one of its own, since whoever downloads may be slow."""
    for kind in STATED_KINDS:
        last: StatementLine | None = None
        while found := await settlements.lines(statement, kind, last, LINES_AT_ONCE):
            yield found
            last = found[-1]
            if len(found) < LINES_AT_ONCE:
                break


async def _excerpt(settlements: StatedSettlements, statement: Statement, kind: LineKind) -> StatementExcerpt:
    found = await settlements.lines(statement, kind, None, MOST_LINES_OF_A_KIND + 1)
    return StatementExcerpt(kind=kind, lines=found[:MOST_LINES_OF_A_KIND], more=len(found) > MOST_LINES_OF_A_KIND)


async def _whole(content: bytes) -> AsyncIterator[bytes]:
    yield content
