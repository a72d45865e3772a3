"""The tables repeat the invariants: a wrong program cannot commit what the domain would refuse."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from domain.disputes.evidence_file import FileStatus
from domain.disputes.gateway import ResponseKind
from domain.payments.gateway import OutcomeKind
from domain.payments.operation import OperationStatus
from tests.builders.disputes import a_note, a_response, a_warning, a_warning_notice, some_evidence
from tests.builders.files import a_dispute
from tests.builders.money import eur
from tests.fakes.desk import JOBS

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from domain.disputes.dispute import Dispute
    from tests.fakes.dispute_desk import DisputeDesk

    Owner = asyncpg.Connection


@pytest.fixture
async def dispute(desk: DisputeDesk) -> Dispute:
    """One that is due, with staged evidence, an answer on its way, a warning, a note and a policy."""
    dispute = await desk.staged()
    desk.gateway.fail_next(OutcomeKind.UNKNOWN)
    await desk.submit(dispute)
    await desk.accept_up_to(eur(1))
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.notes.add(a_note(dispute))
        payment = await unit.payments.get(dispute.payment_id)
        await unit.warnings.add(a_warning(merchant_id=dispute.merchant_id, payment_id=dispute.payment_id))
        await unit.warnings.park(a_warning_notice(payment_reference="nobody's"), dispute.created_at)
        await unit.commit()
    assert payment.disputed_minor == 4000
    return dispute


_PLAIN_COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = $1::text::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = ''
"""
# The table, a change of all its rows, and what refuses it.
BROKEN = [
    ("payments", "double_loss_minor = -1", "ck_payments_double_loss"),
    ("payments", "disputed_minor = captured_minor + 1", "ck_payments_refunded"),
    ("disputes", "stage = 'APPEAL'", "ck_disputes_stage"),
    ("disputes", "status = 'OPEN'", "ck_disputes_status"),
    ("disputes", "network = 'JCB'", "ck_disputes_network"),
    ("disputes", "amount_minor = 0", "ck_disputes_amount"),
    ("disputes", "fee_minor = -1", "ck_disputes_fee"),
    ("disputes", "currency = 'eur'", "ck_disputes_currency"),
    ("disputes", "currency_exponent = 5", "ck_disputes_exponent"),
    ("disputes", "double_loss_minor = withdrawn_minor + 1", "ck_disputes_held"),
    ("disputes", "withdrawn_minor = -1", "ck_disputes_held"),
    ("disputes", "dispute_amount_minor = 1, dispute_currency = NULL", "ck_disputes_claimed"),
    ("disputes", "closed_at = now()", "ck_disputes_closed"),
    ("disputes", "status = 'WON', closed_at = NULL", "ck_disputes_closed"),
    ("dispute_notices", "source = 'FAX'", "ck_dispute_notices_source"),
    ("dispute_notices", "type = 'PAID'", "ck_dispute_notices_type"),
    ("dispute_notices", "stage = 'APPEAL'", "ck_dispute_notices_stage"),
    ("dispute_notices", "network = 'JCB'", "ck_dispute_notices_network"),
    ("dispute_notices", "amount_minor = 0", "ck_dispute_notices_amount"),
    ("dispute_notices", "state = 'LOST'", "ck_dispute_notices"),
    ("dispute_notices", "dispute_id = NULL", "ck_dispute_notices_applied"),
    ("dispute_notices", "payment_id = NULL", "ck_dispute_notices_unmatched"),
    ("dispute_notices", "refusal = 'x'", "ck_dispute_notices_refused"),
    ("dispute_evidence", "stage = 'APPEAL'", "ck_dispute_evidence_stage"),
    ("dispute_evidence", "status = 'SENT'", "ck_dispute_evidence_status"),
    ("dispute_evidence", "status = 'SUBMITTED'", "ck_dispute_evidence_submitted"),
    ("dispute_evidence", "sha256 = repeat('0', 64)", "ck_dispute_evidence_submitted"),
    ("dispute_evidence", "submitted_at = now()", "ck_dispute_evidence_submitted"),
    (
        "dispute_evidence",
        "sha256 = 'x', status = 'SUBMITTED', submitted_at = now()",
        "ck_dispute_evidence_sha256",
    ),
    ("dispute_responses", "stage = 'APPEAL'", "ck_dispute_responses_stage"),
    ("dispute_responses", "kind = 'IGNORE', sha256 = NULL", "ck_dispute_responses_kind"),
    ("dispute_responses", "status = 'LOST'", "ck_dispute_responses"),
    ("dispute_responses", "next_check_at = NULL", "ck_dispute_responses_open"),
    ("dispute_responses", "status = 'FAILED', completed_at = now()", "ck_dispute_responses_open"),
    ("dispute_responses", "status = 'FAILED', next_check_at = NULL", "ck_dispute_responses_completed"),
    ("dispute_responses", "sha256 = NULL", "ck_dispute_responses_evidence"),
    ("dispute_responses", "kind = 'ACCEPT'", "ck_dispute_responses_evidence"),
    ("early_fraud_warnings", "network = 'JCB'", "ck_early_fraud_warnings_network"),
    ("early_fraud_warnings", "amount_minor = 0", "ck_early_fraud_warnings_amount"),
    ("early_fraud_warnings", "status = 'CLOSED'", "ck_early_fraud_warnings_status"),
    ("early_fraud_warnings", "status = 'REFUNDED', refund_id = NULL", "ck_early_fraud_warnings_refunded"),
    ("dispute_policies", "accept_up_to_minor = 0", "ck_dispute_policies_limit"),
]


async def test_a_broken_invariant_is_refused(owner: Owner, dispute: Dispute) -> None:
    """In one scene, which takes longer to set than all of them to try."""
    for table, change, constraint in BROKEN:
        before = await owner.fetch(f"SELECT * FROM {table}")
        assert before, (table, dispute)
        with pytest.raises(asyncpg.CheckViolationError) as refusal:
            await owner.execute(f"UPDATE {table} SET {change}")
        assert constraint in str(refusal.value), change
        assert await owner.fetch(f"SELECT * FROM {table}") == before


@pytest.mark.parametrize(
    "change",
    [
        "UPDATE dispute_evidence SET texts = '{}'",
        "UPDATE dispute_evidence SET status = 'STAGED', sha256 = NULL, submitted_at = NULL, submitted_by = NULL",
        "UPDATE dispute_evidence SET updated_at = now()",
        "DELETE FROM dispute_evidence",
    ],
)
async def test_submitted_evidence_never_changes_whoever_asks(owner: Owner, desk: DisputeDesk, change: str) -> None:
    await desk.submit(await desk.staged())
    before = await owner.fetch("SELECT * FROM dispute_evidence")
    with pytest.raises(asyncpg.CheckViolationError, match="submitted evidence never changes"):
        await owner.execute(change)
    assert await owner.fetch("SELECT * FROM dispute_evidence") == before


async def test_what_is_only_staged_may_change(owner: Owner, dispute: Dispute) -> None:
    assert await owner.execute("UPDATE dispute_evidence SET updated_at = now()") == "UPDATE 1"
    assert dispute.status.value == "EVIDENCE_STAGED"


async def test_a_file_of_submitted_evidence_stays(owner: Owner, desk: DisputeDesk) -> None:
    dispute = await desk.staged()
    await desk.upload(dispute)
    await desk.submit(dispute)
    assert await owner.fetchval("SELECT status FROM evidence_files") == FileStatus.STORED
    with pytest.raises(asyncpg.CheckViolationError, match="submitted evidence never changes"):
        await owner.execute("UPDATE evidence_files SET status = 'REMOVED'")


@pytest.mark.parametrize(
    "change", ["UPDATE dispute_notes SET text = 'x'", "DELETE FROM dispute_notes", "TRUNCATE dispute_notes"]
)
async def test_notes_are_only_ever_added(owner: Owner, dispute: Dispute, change: str) -> None:
    with pytest.raises(asyncpg.PostgresError, match="dispute_notes"):
        await owner.execute(change)
    assert await owner.fetchval("SELECT text FROM dispute_notes") == a_note(dispute).text


async def test_only_staff_write_for_staff(owner: Owner, dispute: Dispute) -> None:
    copied = "merchant_id, gen_random_uuid(), dispute_id, 'STAFF', author_kind, author_id, author_name"
    with pytest.raises(asyncpg.CheckViolationError, match="ck_dispute_notes_internal"):
        await owner.execute(
            f"INSERT INTO dispute_notes SELECT {copied}, 'MERCHANT', text, created_at FROM dispute_notes"
        )
    await owner.execute(f"INSERT INTO dispute_notes SELECT {copied}, 'STAFF', text, created_at FROM dispute_notes")
    assert await owner.fetchval("SELECT count(*) FROM dispute_notes WHERE dispute_id = $1", dispute.id) == 2


@pytest.mark.parametrize("kind", ResponseKind)
async def test_one_answer_is_open_at_a_time(
    desk: DisputeDesk, owner: Owner, dispute: Dispute, kind: ResponseKind
) -> None:
    async with desk.ports.units.begin(JOBS, "test") as unit:
        with pytest.raises(asyncpg.UniqueViolationError, match="uq_dispute_responses_open"):
            await unit.responses.add(a_response(dispute, kind))
    async with desk.ports.units.begin(JOBS, "test") as unit:
        await unit.responses.add(a_response(dispute, kind, status=OperationStatus.FAILED))
        await unit.commit()
    assert await owner.fetchval("SELECT count(*) FROM dispute_responses") == 2


async def test_children_belong_to_a_dispute_or_payment_of_the_same_merchant(
    desk: DisputeDesk, dispute: Dispute
) -> None:
    stranger = a_dispute(merchant_id=dispute.merchant_id)
    writes: list[Callable[[Any], Awaitable[object]]] = [
        lambda unit: unit.evidence.save(some_evidence(stranger)),
        lambda unit: unit.responses.add(a_response(stranger)),
        lambda unit: unit.notes.add(a_note(stranger)),
        lambda unit: unit.warnings.add(a_warning(merchant_id=dispute.merchant_id)),
        lambda unit: unit.disputes.add(stranger),
    ]
    for write in writes:
        async with desk.ports.units.begin(JOBS, "test") as unit:
            with pytest.raises(asyncpg.ForeignKeyViolationError):
                await write(unit)


async def test_a_case_and_a_notice_are_there_once(owner: Owner, dispute: Dispute) -> None:
    for table, constraint in (("disputes", "uq_disputes_case"), ("dispute_notices", "uq_dispute_notices_notice")):
        rows = await owner.fetch(_PLAIN_COLUMNS, table)
        names = [row["attname"] for row in rows]
        copied = ["gen_random_uuid()" if name == "id" else name for name in names]
        with pytest.raises(asyncpg.UniqueViolationError, match=constraint):
            await owner.execute(f"INSERT INTO {table} ({', '.join(names)}) SELECT {', '.join(copied)} FROM {table}")
    assert await owner.fetchval("SELECT count(*) FROM disputes WHERE id <> $1", dispute.id) == 0


async def test_amounts_of_all_currencies_stand_on_one_scale(owner: Owner, dispute: Dispute) -> None:
    assert await owner.fetchval("SELECT amount_scaled FROM disputes WHERE id = $1", dispute.id) == 400_000
