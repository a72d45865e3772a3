"""Writes statements as CSV and PDF."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from adapters.statements.csv_statement import csv_statement
from adapters.statements.pdf_statement import pdf_statement

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Sequence

    from domain.settlements.statement import Statement, StatementExcerpt, StatementLine

_PDFS_AT_ONCE = 2


class Rendering:
    """Satisfies `domain.settlements.statement_ports.StatementRendering`."""

    def __init__(self) -> None:
        self._turns = asyncio.Semaphore(_PDFS_AT_ONCE)

    def csv(self, statement: Statement, lines: AsyncIterator[Sequence[StatementLine]]) -> AsyncIterator[bytes]:
        """Piece by piece, as the lines come."""
        return csv_statement(statement, lines)

    async def pdf(self, statement: Statement, excerpts: Sequence[StatementExcerpt]) -> bytes:
        """In a thread: setting pages takes a processor for a tenth of a second, and few at once leave one to others."""
        async with self._turns:
            return await asyncio.to_thread(pdf_statement, statement, excerpts)
