"""What must hold of disputes whatever happened: the ledger, the payments and the gateway say what they say."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from domain.disputes.evidence import EvidenceStatus
from domain.disputes.gateway import ResponseKind
from domain.ledger.entry import EntryKind
from domain.payments.operation import OperationStatus

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from tests.fakes.dispute_gateway import StandInDisputeGateway
    from tests.fakes.tables import Tables


def assert_disputes_agree(tables: Tables, gateway: StandInDisputeGateway) -> None:
    """Nothing is open, nothing was answered twice, and every movement is posted once."""
    _assert_money(tables)
    _assert_answers(tables, gateway)
    for subject in [*tables.disputes.values(), *tables.warnings.values()]:
        numbers = [event.sequence for event in tables.events if event.subject_id == subject.id]
        assert numbers == list(range(1, subject.version + 1))


def _assert_money(tables: Tables) -> None:
    held: Counter[object] = Counter()
    for dispute in tables.disputes.values():
        posted = _posted(tables, dispute)
        assert posted == {
            "pending": dispute.withdrawn_minor + dispute.fee_minor,
            f"gateway_clearing:{dispute.gateway}": -dispute.withdrawn_minor,
            "fees_revenue": -dispute.fee_minor,
        }
        assert dispute.withdrawn_minor == sum(r.withdrawn_minor - r.reinstated_minor for r in dispute.stages)
        held[dispute.payment_id] += dispute.withdrawn_minor
    for payment in tables.payments.values():
        assert payment.disputed_minor + payment.double_loss_minor == held[payment.id]
        assert payment.double_loss_minor == 0 or payment.remaining_minor == 0
        # What the payment gets back is told to its disputes a little later.
        told = sum(
            dispute.double_loss_minor for dispute in tables.disputes.values() if dispute.payment_id == payment.id
        )
        assert told >= payment.double_loss_minor
    kinds = {EntryKind.DISPUTE, EntryKind.DISPUTE_REVERSAL}
    assert all((entry.kind in kinds) == (entry.dispute_id in tables.disputes) for entry in tables.entries)


def _posted(tables: Tables, dispute: Dispute) -> dict[str, int]:
    sums = {"pending": 0, f"gateway_clearing:{dispute.gateway}": 0, "fees_revenue": 0}
    for entry in tables.entries:
        if entry.dispute_id == dispute.id:
            for posting in entry.postings:
                assert posting.amount.currency == dispute.currency
                sums[posting.account.name] += posting.amount.minor
    return sums


def _assert_answers(tables: Tables, gateway: StandInDisputeGateway) -> None:
    responses = tables.responses.values()
    assert not any(response.open for response in responses)
    assert not any(dispute.response_pending for dispute in tables.disputes.values())
    taken = [response for response in responses if response.status is OperationStatus.SUCCEEDED]
    assert {response.id for response in taken} == set(gateway.answers)
    assert len({(response.dispute_id, response.stage) for response in taken}) == len(taken)
    countered = {(r.dispute_id, r.stage): r.sha256 for r in taken if r.kind is ResponseKind.COUNTER}
    sealed = {key: e.sha256 for key, e in tables.evidence.items() if e.status is EvidenceStatus.SUBMITTED}
    assert sealed == countered
    assert all(evidence.content_sha256 == sealed[key] for key, evidence in tables.evidence.items() if key in sealed)
