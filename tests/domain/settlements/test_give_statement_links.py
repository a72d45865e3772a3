"""Links are given for closed settlements, for less than five minutes, and it is written down who got them."""

from __future__ import annotations

from uuid import UUID

import pytest

from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.kernel.ids import Prefix, format_id
from domain.settlements.give_statement_links import GivenLinks, GiveStatementLinks, give_statement_links
from domain.settlements.settlement import SettlementStatus
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.statements import a_closed_settlement
from tests.fakes.clock import SettableClock
from tests.fakes.statements import StatementDesk

ONE, OTHER = UUID(int=1), UUID(int=2)


@pytest.fixture
def desk() -> StatementDesk:
    clock = SettableClock()
    clock.pass_by(30)
    return StatementDesk(clock)


async def test_both_links_until_the_minute_before_five_have_passed(desk: StatementDesk) -> None:
    settlement = a_closed_settlement(merchant_id=ONE)
    given = await give_statement_links(desk.ports, an_actor(ONE), GiveStatementLinks(settlements=(settlement,)))
    until = desk.ports.clock.now().replace(minute=5, second=0)
    assert given == {
        settlement.id: GivenLinks(
            csv_url=f"CSV/{ONE}/{settlement.id}/09:05:00",
            pdf_url=f"PDF/{ONE}/{settlement.id}/09:05:00",
            expires_at=until,
        )
    }


async def test_it_is_written_down_once_for_each_merchant(desk: StatementDesk) -> None:
    settlements = tuple(a_closed_settlement(merchant_id=merchant) for merchant in (ONE, ONE, OTHER))
    finance = a_staff_actor(StaffRole.FINANCE_OPERATIONS)
    await give_statement_links(desk.ports, finance, GiveStatementLinks(settlements=settlements))
    first, second = desk.units.tables.audit
    ids = [format_id(Prefix.SETTLEMENT, settlement.id) for settlement in settlements]
    assert (first.action, first.merchant_id, first.subject_type, first.subject_id) == (
        "settlements.download_statement",
        ONE,
        "settlement",
        None,
    )
    assert first.data == {"settlements": ids[:2]}
    assert (second.merchant_id, second.subject_id) == (OTHER, settlements[2].id)
    assert second.actor_id == finance.id


async def test_an_open_one_has_no_link_and_leaves_no_trace(desk: StatementDesk) -> None:
    settlement = a_closed_settlement(merchant_id=ONE, status=SettlementStatus.OPEN, closed_at=None)
    assert await give_statement_links(desk.ports, an_actor(ONE), GiveStatementLinks(settlements=(settlement,))) == {}
    assert desk.units.tables.audit == []


async def test_who_may_not_read_settlements_gets_none(desk: StatementDesk) -> None:
    command = GiveStatementLinks(settlements=(a_closed_settlement(merchant_id=ONE),))
    with pytest.raises(Forbidden):
        await give_statement_links(desk.ports, an_actor(ONE, role=MerchantRole.VIEWER), command)
    with pytest.raises(NotFound):
        await give_statement_links(desk.ports, an_actor(OTHER), command)
    assert desk.units.tables.audit == []
