"""What the store of evidence files promises, in memory and on PostgreSQL."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from domain.disputes.evidence_file import SETTLES_AFTER, UPLOAD_LINK_LASTS, EvidenceFile, FileStatus
from domain.disputes.file_errors import FileRefusal, FileRefused
from domain.disputes.stage import DisputeStage
from domain.disputes.storage import FileUsage
from domain.kernel.errors import NotFound
from domain.kernel.ids import new_uuid
from domain.kernel.unit import Contention
from tests.builders.files import a_dispute, an_evidence_file
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING, after
from tests.builders.payments import a_payment
from tests.contracts.house import SYSTEM, House, settle

if TYPE_CHECKING:
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.merchants.merchant import Merchant

S = FileStatus


async def disputed(house: House, merchant: Merchant) -> Dispute:
    """One more dispute of the merchant, committed."""
    payment = a_payment(merchant_id=merchant.id)
    dispute = a_dispute(merchant_id=merchant.id, payment_id=payment.id)
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.payments.add(payment)
        await unit.disputes.add(dispute)
        await unit.commit()
    return dispute


async def keep(house: House, *files: EvidenceFile) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        for file in files:
            await unit.evidence_files.add(file)
        await unit.commit()


async def due(house: House, at_seconds: int, limit: int = 10) -> list[UUID]:
    async with house.units.begin(SYSTEM, "contract") as unit:
        return await unit.evidence_files.due(after(at_seconds), limit)


@pytest.mark.parametrize("status", FileStatus)
async def test_a_file_comes_back_as_it_was(house: House, merchant: Merchant, status: FileStatus) -> None:
    dispute = await disputed(house, merchant)
    settled = None if status is S.AWAITING_UPLOAD else after(9000)
    file = an_evidence_file(dispute, status=status, created_by=new_uuid(MORNING), settled_at=settled, name="réçu.pdf")
    await keep(house, file)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.evidence_files.get(file.id) == file
        assert await unit.evidence_files.for_update(file.id) == file


async def test_a_changed_file(house: House, merchant: Merchant) -> None:
    file = an_evidence_file(await disputed(house, merchant))
    await keep(house, file)
    refused = file.refuse(FileRefused(FileRefusal.INFECTED))
    async with house.units.begin(SYSTEM, "contract") as unit:
        await unit.evidence_files.save(refused)
        await unit.commit()
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.evidence_files.get(file.id) == refused


async def test_a_version_that_does_not_follow(house: House, merchant: Merchant) -> None:
    file = an_evidence_file(await disputed(house, merchant))
    await keep(house, file)
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(Contention):
            await unit.evidence_files.save(replace(file.expire(), version=5))


async def test_files_of_a_stage(house: House, merchant: Merchant) -> None:
    dispute, other = await disputed(house, merchant), await disputed(house, merchant)
    first = an_evidence_file(dispute, id=new_uuid(after(1)))
    second = an_evidence_file(dispute, id=new_uuid(after(2)), status=S.STORED)
    gone = [an_evidence_file(dispute, status=status) for status in (S.REFUSED, S.EXPIRED, S.REMOVED)]
    later = an_evidence_file(dispute, stage=DisputeStage.PRE_ARBITRATION)
    await keep(house, second, first, later, an_evidence_file(other), *gone)
    async with house.units.begin(SYSTEM, "contract") as unit:
        assert await unit.evidence_files.of_stage(dispute, DisputeStage.CHARGEBACK) == [first, second]
        assert await unit.evidence_files.of_stage(dispute, DisputeStage.PRE_ARBITRATION) == [later]
        assert await unit.evidence_files.of_stage(dispute, DisputeStage.ARBITRATION) == []


async def test_what_takes_up_room(house: House, merchant: Merchant) -> None:
    dispute, other = await disputed(house, merchant), await disputed(house, merchant)
    stranger = a_merchant()
    await settle(house, stranger)
    foreign = await disputed(house, stranger)
    await keep(
        house,
        an_evidence_file(dispute, size_bytes=1),
        an_evidence_file(dispute, size_bytes=10, status=S.STORED),
        an_evidence_file(dispute, size_bytes=100, status=S.REMOVED),
        an_evidence_file(dispute, size_bytes=1000, stage=DisputeStage.INQUIRY),
        an_evidence_file(other, size_bytes=10_000),
        an_evidence_file(other, size_bytes=100_000, status=S.EXPIRED),
        an_evidence_file(foreign, size_bytes=1_000_000),
        an_evidence_file(other, size_bytes=10**7, id=new_uuid(after(-5000)), created_at=after(-5000)),
    )
    async with house.units.begin(an_actor(merchant), "contract") as unit:
        usage = await unit.evidence_files.usage(dispute, after(-60))
        assert usage == FileUsage(stage_files=2, stage_bytes=11, merchant_bytes=11_011)
        longer = await unit.evidence_files.usage(dispute, after(-6000))
        assert longer.merchant_bytes == 10_011_011


async def test_a_merchant_without_files(house: House, merchant: Merchant) -> None:
    dispute = await disputed(house, merchant)
    async with house.units.begin(SYSTEM, "contract") as unit:
        usage = await unit.evidence_files.usage(dispute, MORNING)
    assert usage == FileUsage(stage_files=0, stage_bytes=0, merchant_bytes=0)


async def test_what_is_due(house: House, merchant: Merchant) -> None:
    dispute = await disputed(house, merchant)
    lasts, settles = int(UPLOAD_LINK_LASTS.total_seconds()), int(SETTLES_AFTER.total_seconds())
    awaited = an_evidence_file(dispute, expires_at=after(lasts))
    stored = an_evidence_file(dispute, expires_at=after(lasts - 1), status=S.STORED)
    settled = an_evidence_file(dispute, expires_at=after(lasts - 2), status=S.REFUSED, settled_at=after(lasts))
    await keep(house, stored, awaited, settled)
    assert await due(house, lasts - 1) == []
    assert await due(house, lasts) == [awaited.id]
    assert await due(house, lasts + settles - 2) == [awaited.id]
    assert await due(house, lasts + settles) == [stored.id, awaited.id]
    assert await due(house, lasts + settles, limit=1) == [stored.id]


async def test_another_merchants_file(house: House, merchant: Merchant) -> None:
    file = an_evidence_file(await disputed(house, merchant))
    await keep(house, file)
    other = a_merchant()
    await settle(house, other)
    async with house.units.begin(an_actor(other), "contract") as unit:
        for found in (unit.evidence_files.get(file.id), unit.evidence_files.for_update(file.id)):
            with pytest.raises(NotFound):
                await found
        assert await unit.evidence_files.due(after(10**6), 10) == []
        with pytest.raises(house.fenced):
            await unit.evidence_files.add(an_evidence_file(a_dispute(merchant_id=merchant.id)))


async def test_a_file_that_does_not_exist(house: House) -> None:
    async with house.units.begin(SYSTEM, "contract") as unit:
        with pytest.raises(NotFound):
            await unit.evidence_files.get(new_uuid(MORNING))
