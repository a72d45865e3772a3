"""The statement of a settlement in the graph: where it lies, for a few minutes."""

from datetime import datetime
from typing import TYPE_CHECKING, Optional

import strawberry

from api.context import Reading
from api.describing import attribute
from domain.settlements.give_statement_links import GiveStatementLinks, give_statement_links

if TYPE_CHECKING:
    from api.settlements.types import Settlement


@strawberry.type(description="Where the statement of a settlement lies: the same bytes each time, as CSV and as PDF.")
class SettlementStatement:
    """Whoever has an address may download from it."""

    csv_url: str = attribute("All of its lines and sums, as CSV.")
    pdf_url: str = attribute("Its sums and the first lines of each kind, as PDF.")
    expires_at: datetime = attribute("Until when the addresses hold, less than five minutes from now.")


async def statements(settlements: list["Settlement"], reading: Reading) -> list[Optional[SettlementStatement]]:  # noqa: UP045 - an element type
    """Links for all settlements of a level, written down as given out."""
    shown = tuple(one.entity for one in settlements if reading.scope.covers(one.entity.merchant_id))
    given = await give_statement_links(reading.context.statements, reading.actor, GiveStatementLinks(settlements=shown))
    return [
        SettlementStatement(csv_url=links.csv_url, pdf_url=links.pdf_url, expires_at=links.expires_at)
        if (links := given.get(one.entity.id))
        else None
        for one in settlements
    ]
