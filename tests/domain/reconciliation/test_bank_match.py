"""A match repeats of its entry what the payout's merchant may know."""

from __future__ import annotations

from domain.kernel.ids import new_uuid
from domain.reconciliation.bank_entry import BankEntry
from domain.reconciliation.bank_match import MatchKind, match_of
from tests.builders.moments import MORNING
from tests.builders.money import EUR
from tests.fakes.desk import JOBS


def test_it_holds_what_the_entry_says_of_the_money() -> None:
    entry = BankEntry(
        id=new_uuid(MORNING),
        statement_id=new_uuid(MORNING),
        position=1,
        line=3,
        amount_minor=-5000,
        currency=EUR,
        booked_on=MORNING.date(),
        bank_reference="BANK-1",
        counterparty="Shop GmbH",
    )
    merchant, payout = new_uuid(MORNING), new_uuid(MORNING)
    match = match_of(entry, "eur-main", MatchKind.PAYOUT, (merchant, payout), JOBS, MORNING)
    assert (match.merchant_id, match.subject_id, match.entry_id) == (merchant, payout, entry.id)
    assert (match.amount.plain, match.booked_on, match.bank_reference) == ("-50.00", MORNING.date(), "BANK-1")
    assert (match.by_hand, match.matched_by_name, match.account) == (False, JOBS.name, "eur-main")
