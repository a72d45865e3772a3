"""`Ledger`: postings are kept as they were given, in their order."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.ledger.account import FEES_REVENUE, PENDING
from domain.ledger.entry import transfer
from tests.builders.ledger import an_entry
from tests.builders.moments import after
from tests.builders.money import eur, jpy
from tests.contracts.house import SYSTEM, House

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant


async def test_entries_are_posted_together(house: House, merchant: Merchant) -> None:
    first = an_entry(merchant.id, eur(40))
    mixed = transfer(PENDING, FEES_REVENUE, eur(1)) + transfer(PENDING, FEES_REVENUE, jpy(7))
    second = an_entry(merchant.id, eur(1), postings=mixed, posted_at=after(1))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.ledger.post((first, second))
        await unit.commit()
    assert await house.postings() == [
        (first.id, "gateway_clearing:simulator", "EUR", 4000),
        (first.id, "pending", "EUR", -4000),
        (second.id, "pending", "EUR", 100),
        (second.id, "fees_revenue", "EUR", -100),
        (second.id, "pending", "JPY", 7),
        (second.id, "fees_revenue", "JPY", -7),
    ]


async def test_nothing_to_post_posts_nothing(house: House) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.ledger.post(())
        await unit.commit()
    assert await house.postings() == []
