"""What the gateway does by itself."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import pytest

from app.simulator.book import Book
from app.simulator.disputes.agenda import Agenda
from app.simulator.disputes.case import CaseState
from app.simulator.disputes.docket import Docket
from app.simulator.disputes.due import Due, Pace, complaint, decision
from app.simulator.journal import Journal
from app.simulator.memory import Memory
from domain.disputes.stage import DisputeStage
from domain.kernel.clock import SystemClock
from tests.app.simulator.disputes.steps import notices_of, wait_for_notices
from tests.app.simulator.operations import authorize, perform

if TYPE_CHECKING:
    from pathlib import Path

    import httpx2

NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("token", "told"),
    [
        ("tok_disputed", {"kind": "dispute", "stage": "chargeback", "network": "visa", "reason_code": "10.4"}),
        ("tok_inquiry", {"kind": "dispute", "stage": "inquiry", "network": "amex", "reason_code": "127"}),
        (
            "tok_early_fraud_warning",
            {"kind": "early_fraud_warning", "network": "visa", "fraud_type": "card_not_present"},
        ),
    ],
)
async def test_some_cards_complain_once_soon_after_the_money_is_taken(
    http: httpx2.AsyncClient, token: str, told: dict[str, Any]
) -> None:
    reference = await authorize(http, token=token)
    await asyncio.sleep(0.5)
    assert await notices_of(http, reference) == []
    await perform(http, "CAPTURE", 300, gateway_reference=reference)
    await perform(http, "CAPTURE", 400, gateway_reference=reference)
    [notice] = await wait_for_notices(http, reference, 1)
    assert notice.items() >= told.items()
    assert notice["amount_minor"] == 700
    await perform(http, "CAPTURE", 300, gateway_reference=reference)
    await asyncio.sleep(0.5)
    assert len(await notices_of(http, reference)) == 1


async def test_what_cannot_be_done_any_more_is_dropped(tmp_path: Path) -> None:
    memory = Memory(Journal(tmp_path / "journal.jsonl"))
    docket = Docket(memory, SystemClock(), Pace())
    agenda = Agenda(docket, Book(memory, SystemClock(), "http://x", docket), SystemClock())
    memory.open()
    try:
        dues = [complaint("sim_nobody", NOW), decision("simd_nobody", DisputeStage.CHARGEBACK, CaseState.WON, NOW)]
        memory.keep({"due": [due.as_json() for due in dues]})
        for _ in dues:
            due = docket.next_due()
            assert due is not None
            await agenda.do(due)
        assert docket.next_due() is None
    finally:
        await memory.close()


def test_what_is_due_survives_the_journal() -> None:
    for due in (complaint("sim_1", NOW), decision("simd_1", DisputeStage.CHARGEBACK, CaseState.WON, NOW)):
        assert Due.from_json(due.as_json()) == due
