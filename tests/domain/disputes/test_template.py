"""What answers a reason code, and how complete it is."""

from __future__ import annotations

from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.reason_codes.catalogue import catalogue
from domain.disputes.template import Completeness, Need, template_for
from tests.builders.evidence import a_reason_code

if TYPE_CHECKING:
    from domain.disputes.reason_codes.reason_code import ReasonCode

K = EvidenceKind
CODES = list(chain.from_iterable(codes.values() for codes in catalogue().values()))
kinds = st.frozensets(st.sampled_from(EvidenceKind))


def test_fields_come_by_how_much_they_are_needed() -> None:
    fields = [(item.kind, item.need) for item in template_for(a_reason_code()).fields]
    assert fields == [
        (K.RECEIPT, Need.REQUIRED),
        (K.CUSTOMER_COMMUNICATION, Need.REQUIRED),
        (K.SHIPPING_PROOF, Need.ONE_OF),
        (K.SERVICE_PROOF, Need.ONE_OF),
        (K.CUSTOMER_SIGNATURE, Need.HELPFUL),
        (K.REBUTTAL_LETTER, Need.HELPFUL),
    ]


def test_a_letter_helps_with_every_code() -> None:
    fields = template_for(a_reason_code(helpful=())).fields
    assert (fields[-1].kind, fields[-1].need) == (K.REBUTTAL_LETTER, Need.HELPFUL)


def test_fields_explain_themselves() -> None:
    field = template_for(a_reason_code()).fields[0]
    assert (field.label, field.hint) == (K.RECEIPT.label, K.RECEIPT.shows)


@pytest.mark.parametrize(
    ("staged", "score", "missing"),
    [
        ((), 0, [K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF, K.SERVICE_PROOF, K.CUSTOMER_SIGNATURE,
                 K.REBUTTAL_LETTER]),
        ((K.RECEIPT,), 26, [K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF, K.SERVICE_PROOF, K.CUSTOMER_SIGNATURE,
                            K.REBUTTAL_LETTER]),
        ((K.RECEIPT, K.SERVICE_PROOF), 53, [K.CUSTOMER_COMMUNICATION, K.CUSTOMER_SIGNATURE, K.REBUTTAL_LETTER]),
        ((K.SHIPPING_PROOF, K.SERVICE_PROOF), 26, [K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.CUSTOMER_SIGNATURE,
                                                   K.REBUTTAL_LETTER]),
        ((K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF), 80, [K.CUSTOMER_SIGNATURE, K.REBUTTAL_LETTER]),
        ((K.CUSTOMER_SIGNATURE, K.REBUTTAL_LETTER), 20, [K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF,
                                                         K.SERVICE_PROOF]),
        ((K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF, K.CUSTOMER_SIGNATURE, K.REBUTTAL_LETTER), 100, []),
        # What nobody asked for neither helps nor harms.
        ((K.OTHER, K.DAMAGE_PROOF, K.RECEIPT), 26, [K.CUSTOMER_COMMUNICATION, K.SHIPPING_PROOF, K.SERVICE_PROOF,
                                                    K.CUSTOMER_SIGNATURE, K.REBUTTAL_LETTER]),
    ],
)  # fmt: skip
def test_how_complete(staged: tuple[EvidenceKind, ...], score: int, missing: list[EvidenceKind]) -> None:
    completeness = template_for(a_reason_code()).completeness(staged)
    assert (completeness.score, [item.kind for item in completeness.missing]) == (score, missing)


def test_without_required_evidence_the_helpful_counts_for_all() -> None:
    template = template_for(a_reason_code(required=(), any_of=(), helpful=(K.RECEIPT, K.OTHER, K.ACCESS_LOG)))
    assert template.completeness({K.RECEIPT}).score == 25
    assert template.completeness({K.RECEIPT, K.OTHER, K.ACCESS_LOG, K.REBUTTAL_LETTER}).score == 100


def test_without_helpful_evidence_the_required_counts_for_all() -> None:
    wanted = template_for(a_reason_code())
    template = replace(wanted, fields=tuple(item for item in wanted.fields if item.need is not Need.HELPFUL))
    assert template.completeness({K.RECEIPT}).score == 33
    assert template.completeness({K.RECEIPT, K.CUSTOMER_COMMUNICATION, K.SERVICE_PROOF}).score == 100


def test_a_template_that_wants_nothing() -> None:
    nothing = replace(template_for(a_reason_code()), fields=())
    assert nothing.completeness(()) == Completeness(score=100, missing=())


@given(code=st.sampled_from(CODES), staged=kinds, more=st.sampled_from(EvidenceKind))
def test_more_evidence_never_lowers_the_score(
    code: ReasonCode, staged: frozenset[EvidenceKind], more: EvidenceKind
) -> None:
    template = template_for(code)
    before, after = template.completeness(staged), template.completeness(staged | {more})
    assert 0 <= before.score <= after.score <= 100
    assert set(after.missing) <= set(before.missing)
    assert (before.score == 100) is (before.missing == ())


@given(code=st.sampled_from(CODES))
def test_required_weighs_most(code: ReasonCode) -> None:
    template = template_for(code)
    wanted = {item.kind for item in template.fields if item.need is not Need.HELPFUL}
    if wanted:
        assert template.completeness(wanted).score == 80
        assert template.completeness({item.kind for item in template.fields} - wanted).score == 20
