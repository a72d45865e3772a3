"""Texts are staged as often as wanted, by whoever may, and two at once both have theirs in it."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from domain.disputes.errors import DisputeStateForbids
from domain.disputes.evidence import EvidenceStatus
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.notice import NoticeType
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.identity.permission import MerchantRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from tests.builders.identity import an_actor
from tests.builders.merchants import a_merchant

if TYPE_CHECKING:
    from domain.merchants.merchant import Merchant
    from tests.fakes.dispute_desk import DisputeDesk
    from tests.fakes.tables import Tables

D, K = DisputeStatus, EvidenceKind


async def test_as_often_as_wanted(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.opened()
    staged = await desk.stage(dispute, {K.RECEIPT: "One bicycle.", K.OTHER: "A word."})
    assert staged.status is D.EVIDENCE_STAGED
    # Texts alone change no status, and are no event.
    assert (await desk.stage(dispute, {K.RECEIPT: "Two bicycles."})) == staged
    (evidence,) = tables.evidence.values()
    assert (evidence.stage, evidence.status) == (DisputeStage.CHARGEBACK, EvidenceStatus.STAGED)
    assert evidence.texts == {K.RECEIPT: "Two bicycles.", K.OTHER: "A word."}
    empty = await desk.stage(dispute, {K.RECEIPT: None, K.OTHER: None})
    assert (empty.status, [e.texts for e in tables.evidence.values()]) == (D.NEEDS_RESPONSE, [{}])
    assert [record.data for record in tables.audit if record.action == "disputes.stage_evidence"] == [
        {"kinds": ["RECEIPT", "OTHER"]}, {"kinds": ["RECEIPT"]}, {"kinds": ["RECEIPT", "OTHER"]},
    ]  # fmt: skip


async def test_nothing_at_all_stages_nothing(desk: DisputeDesk) -> None:
    assert (await desk.stage(await desk.opened(), {})).status is D.NEEDS_RESPONSE


async def test_a_stored_file_keeps_it_staged(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.staged()
    await desk.upload(dispute)
    # Not looked at, it is nothing yet.
    assert (await desk.stage(dispute, {K.RECEIPT: None})).status is D.NEEDS_RESPONSE
    (file,) = tables.evidence_files.values()
    tables.evidence_files[file.id] = file.store(desk.desk.clock.now())
    assert (await desk.stage(dispute, {K.RECEIPT: None})).status is D.EVIDENCE_STAGED


async def test_two_at_once_both_have_their_texts_in_it(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.opened()
    kinds = [*K]
    await asyncio.gather(*(desk.stage(dispute, {kind: f"About {kind}."}) for kind in kinds))
    (evidence,) = tables.evidence.values()
    assert evidence.texts == {kind: f"About {kind}." for kind in kinds}


async def test_a_new_stage_has_evidence_of_its_own(desk: DisputeDesk, tables: Tables) -> None:
    dispute = await desk.staged()
    await desk.hear_of(dispute, NoticeType.OPENED, DisputeStage.PRE_ARBITRATION)
    assert tables.disputes[dispute.id].status is D.NEEDS_RESPONSE
    await desk.stage(dispute, {K.OTHER: "Anew."})
    assert {stage: evidence.texts for (_, stage), evidence in tables.evidence.items()} == {
        DisputeStage.CHARGEBACK: {K.RECEIPT: "Order 1, one bicycle."},
        DisputeStage.PRE_ARBITRATION: {K.OTHER: "Anew."},
    }


@pytest.mark.parametrize("verdict", [NoticeType.WON, NoticeType.LOST, NoticeType.WITHDRAWN])
async def test_what_is_decided_is_not_argued_about(desk: DisputeDesk, tables: Tables, verdict: NoticeType) -> None:
    dispute = await desk.hear_of(await desk.opened(), verdict)
    with pytest.raises(DisputeStateForbids):
        await desk.staged(dispute)
    assert tables.evidence == {}


async def test_who_and_what_is_refused_leaves_nothing(desk: DisputeDesk, tables: Tables, merchant: Merchant) -> None:
    dispute = await desk.opened()
    with pytest.raises(Invalid):
        await desk.stage(dispute, {K.RECEIPT: "x", K.OTHER: "4242424242424242"})
    desk.actor = an_actor(merchant, role=MerchantRole.VIEWER)
    with pytest.raises(Forbidden, match="disputes:write"):
        await desk.staged(dispute)
    desk.actor = an_actor(a_merchant())
    with pytest.raises(NotFound, match="The dispute"):
        await desk.staged(dispute)
    assert (tables.evidence, tables.disputes[dispute.id]) == ({}, dispute)
