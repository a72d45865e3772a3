"""What never came by itself is asked for, page by page, and nothing is passed over after a crash."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from domain.disputes.gateway import Notices
from domain.disputes.poll_gateways import MOST_PAGES, PollGateways, poll_gateways
from domain.kernel.errors import Unavailable
from tests.builders.disputes import a_notice, a_warning_notice
from tests.fakes.crash import Crash
from tests.fakes.desk import JOBS
from tests.fakes.dispute_agreement import assert_disputes_agree

if TYPE_CHECKING:
    from datetime import datetime

    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables
    from tests.fakes.unit import MemoryUnits

FIRST = "ref_1"


class Book:
    """A gateway that tells two notices a page; `asked` are the cursors that it was given."""

    def __init__(self, gateway: StandInDisputeGateway, pages: int) -> None:
        self.pages = [
            (a_notice(minutes=n, payment_reference=FIRST), a_warning_notice(payment_reference=FIRST))
            for n in range(pages)
        ]
        self.asked: list[str | None] = []
        self.broken = False
        gateway.notices = self.notices

    async def notices(self, cursor: str | None, received_at: datetime) -> Notices:
        del received_at
        self.asked.append(cursor)
        if self.broken:
            raise Unavailable("The gateway does not answer now.")
        place = int(cursor or 0)
        if place >= len(self.pages):
            return Notices(disputes=(), warnings=(), cursor=str(place), more=False)
        notice, warning = self.pages[place]
        more = place + 1 < len(self.pages)
        return Notices(disputes=(notice,), warnings=(warning,), cursor=str(place + 1), more=more)


async def poll(desk: DisputeDesk) -> int:
    return await poll_gateways(desk.ports, JOBS, PollGateways())


async def test_page_by_page_and_from_there_on(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    await desk.desk.captured()
    book = Book(gateway, 3)
    assert await poll(desk) == 6
    assert (len(tables.disputes), len(tables.notices), len(tables.warnings)) == (1, 3, 3)
    assert (book.asked, tables.gateway_cursors) == ([None, "1", "2"], {"simulator": "3"})
    assert await poll(desk) == 0
    assert book.asked == [None, "1", "2", "3"]
    book.pages.append((a_notice(minutes=9, payment_reference=FIRST), a_warning_notice(payment_reference=FIRST)))
    assert await poll(desk) == 2
    assert_disputes_agree(tables, gateway)


async def test_what_came_by_itself_before_counts_once(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    await desk.desk.captured()
    book = Book(gateway, 2)
    await desk.hear(book.pages[1][0])
    await desk.be_warned(book.pages[0][1])
    assert await poll(desk) == 4
    assert (len(tables.notices), len(tables.warnings)) == (2, 2)
    assert_disputes_agree(tables, gateway)


@pytest.mark.parametrize(
    "point",
    [
        "dispute.notice.before_commit",
        "dispute.notice.committed",
        "dispute.warning.committed",
        "dispute.cursor.before_commit",
        "dispute.cursor.committed",
    ],
)
async def test_a_crash_passes_nothing_over(desk: DisputeDesk, units: MemoryUnits, point: str) -> None:
    await desk.desk.captured()
    Book(desk.gateway, 3)
    units.die_at(point)
    with pytest.raises(Crash):
        await poll(desk)
    await poll(desk)
    assert (len(units.tables.notices), len(units.tables.warnings)) == (3, 3)
    assert units.tables.gateway_cursors == {"simulator": "3"}
    assert_disputes_agree(units.tables, desk.gateway)


async def test_a_long_book_is_read_in_several_runs(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    await desk.desk.captured()
    Book(gateway, MOST_PAGES + 3)
    assert [await poll(desk) for _ in range(3)] == [2 * MOST_PAGES, 6, 0]
    assert len(tables.notices) == MOST_PAGES + 3


async def test_a_gateway_that_is_away_is_said_and_asked_again(
    desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway
) -> None:
    await desk.desk.captured()
    book = Book(gateway, 1)
    book.broken = True
    with pytest.raises(ExceptionGroup, match="could not be polled") as group:
        await poll(desk)
    assert group.group_contains(Unavailable)
    assert tables.gateway_cursors == {}
    book.broken = False
    assert await poll(desk) == 2


async def test_the_other_gateways_go_on(desk: DisputeDesk, tables: Tables, gateway: StandInDisputeGateway) -> None:
    await desk.desk.captured()
    Book(gateway, 1)
    gateway.names = lambda: ("away", "simulator")
    with pytest.raises(ExceptionGroup):
        await poll(desk)
    assert len(tables.notices) == 1
