"""A preview nets as a closing does, and counts the lines that a closing would add."""

from __future__ import annotations

from domain.kernel.ids import new_uuid
from domain.settlements.preview import preview_of
from domain.settlements.totals import Gathered, Totals
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.settlements import a_reserve, a_schedule, a_settlement, a_settlement_account


def test_what_would_be_carried_in_and_held() -> None:
    account = a_settlement_account(new_uuid(MORNING), schedule=a_schedule(reserve=a_reserve("10")), carried_minor=-300)
    gathered = Gathered(totals=Totals(captures_minor=5000, fees_minor=-100), count=2)
    preview = preview_of(account, a_settlement(), MORNING, gathered)
    assert (preview.net, preview.line_count) == (eur(41), 4)
    assert (preview.totals.carried_in_minor, preview.totals.reserve_held_minor) == (-300, -500)


def test_nothing_at_all() -> None:
    account = a_settlement_account(new_uuid(MORNING))
    preview = preview_of(account, a_settlement(), MORNING, Gathered(totals=Totals(), count=0))
    assert (preview.net, preview.line_count) == (eur(0), 0)
