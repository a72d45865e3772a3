"""What merchants write: something for every reason code, and nothing that a network would not take."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from app.demo.seed.evidence_texts import evidence_texts, insistence, letter, wanted_kinds
from app.demo.seed.grievances import GRIEVANCES
from app.demo.seed.merchants import MERCHANTS, Trade
from app.demo.seed.sales import Sale
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.disputes.stage import DisputeStage
from domain.disputes.template import template_for
from domain.kernel.text import clean_text

PAID = datetime(2026, 3, 2, 9, 14, tzinfo=UTC)
SALE = Sale(
    payment_id=UUID(int=7),
    merchant_id=MERCHANTS[0].merchant.id,
    reference="sim_abc",
    network=Network.VISA,
    currency="EUR",
    captured_minor=24_90,
    refunded=False,
    token="tok_abc",
    last4="4242",
    order="KW-10042",
    items="House espresso, 1 kg",
    paid_at=PAID,
    settled_at=PAID,
)


def test_every_case_of_the_demo_is_answered_by_what_its_reason_code_asks_for() -> None:
    for merchant in MERCHANTS:
        for grievance in GRIEVANCES[merchant.slug]:
            template = template_for(find_reason_code(grievance.network, grievance.code))
            some = wanted_kinds(template, merchant, complete=False)
            kinds = wanted_kinds(template, merchant, complete=True)
            assert len(some) == 1
            assert kinds[0] == some[0]
            texts = evidence_texts(kinds, SALE)
            assert [*texts] == kinds
            # A rebuttal letter goes with it.
            assert template.completeness({*kinds, EvidenceKind.REBUTTAL_LETTER}).score >= 80


def test_travel_is_not_sent_by_parcel() -> None:
    template = template_for(find_reason_code(Network.VISA, "13.1"))
    for merchant in MERCHANTS:
        proof = wanted_kinds(template, merchant, complete=False)
        travels = merchant.trade is Trade.BOOKS
        assert proof == [EvidenceKind.SERVICE_PROOF if travels else EvidenceKind.SHIPPING_PROOF]


def test_the_texts_are_of_the_sale_and_can_be_taken() -> None:
    template = template_for(find_reason_code(Network.VISA, "13.1"))
    kinds = wanted_kinds(template, MERCHANTS[0], complete=True)
    texts = evidence_texts(kinds, SALE)
    assert "KW-10042 left our warehouse on 2026-03-03" in texts[EvidenceKind.SHIPPING_PROOF]
    amount = MERCHANTS[0].merchant.fee_plan.dispute_fees[0]
    drafted = letter(template, MERCHANTS[0], SALE, amount, "simd_1", kinds)
    assert drafted.startswith("Rebuttal of Kaffeewerk Berlin GmbH")
    for text in [*texts.values(), drafted, insistence(DisputeStage.PRE_ARBITRATION)]:
        assert clean_text(text, ("text",), longest=20_000, multiline=True) == text
    assert "pre-arbitration" in insistence(DisputeStage.PRE_ARBITRATION)
