"""Somebody who does not want to wait for the next attempt."""

from __future__ import annotations

import pytest

from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, NotFound
from domain.settlements.file_errors import NotDelivered, PaymentFileStateForbids
from domain.settlements.payment_file import PaymentFileStatus
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.payment_files import a_payment_file
from tests.fakes.clock import SettableClock
from tests.fakes.payment_file_desk import PaymentFileDesk
from tests.fakes.unit import MemoryUnits


@pytest.fixture
def desk() -> PaymentFileDesk:
    clock = SettableClock()
    return PaymentFileDesk(MemoryUnits(clock), clock)


async def test_it_is_tried_at_once(desk: PaymentFileDesk) -> None:
    merchant, account = await desk.merchant()
    payout = await desk.approved(account)
    await desk.prepare()
    desk.folder.refusals = [NotDelivered("No")]
    with pytest.raises(ExceptionGroup):
        await desk.deliver()
    file = await desk.file_of(payout)
    for actor in (a_staff_actor(StaffRole.AUDITOR), a_staff_actor(StaffRole.APPROVER)):
        with pytest.raises(Forbidden):
            await desk.retry(file, actor)
    with pytest.raises(NotFound):
        await desk.retry(file, an_actor(merchant))
    assert (await desk.retry(file)).next_try_at == desk.clock.now()
    await desk.deliver()
    assert (await desk.file_of(payout)).status is PaymentFileStatus.DELIVERED
    (line,) = [one for one in desk.units.tables.audit if one.action == "payment_files.retry"]
    assert (line.subject_id, line.data["last_error"]) == (file.id, "No")
    with pytest.raises(PaymentFileStateForbids):
        await desk.retry(file)


async def test_what_there_is_not_is_not_found(desk: PaymentFileDesk) -> None:
    with pytest.raises(NotFound):
        await desk.retry(a_payment_file())
