"""A letter says what is known, and nothing else."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.category import DisputeCategory
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.rebuttal import RebuttalFacts, draft_rebuttal
from domain.disputes.template import template_for
from domain.kernel.text import clean_text, holds_card_number
from tests.builders.evidence import a_reason_code
from tests.builders.money import eur, jpy

K = EvidenceKind
TEMPLATE = template_for(a_reason_code())
CARD = "4111 1111 1111 1111"
FACTS = RebuttalFacts(
    merchant_name="Blue Bicycles GmbH",
    case_reference="case-77",
    payment_reference="order-1042",
    amount=eur("119.90"),
    paid_on=date(2026, 3, 2),
    last4="4242",
    staged=(K.OTHER, K.REBUTTAL_LETTER, K.CUSTOMER_SIGNATURE, K.SHIPPING_PROOF, K.RECEIPT),
)
LETTER = """\
Rebuttal of Blue Bicycles GmbH

Network: Visa
Case: case-77
Reason code: 13.1 Merchandise Not Received
Payment: order-1042
Date of payment: 2026-03-02
Disputed amount: 119.90 EUR
Card: ending in 4242

We contest this dispute and ask you to decide it in our favour.

The claim is that what was paid for did not arrive. We ask you to weigh the claim against what is enclosed.

Enclosed:
1. Receipt (required by the reason code)
2. Proof of shipment (asked for by the reason code)
3. Customer's signature
4. Other evidence

Blue Bicycles GmbH
"""


def test_the_letter() -> None:
    assert draft_rebuttal(TEMPLATE, FACTS) == LETTER


@given(staged=st.permutations(list(FACTS.staged)))
def test_the_same_facts_make_the_same_letter(staged: list[EvidenceKind]) -> None:
    assert draft_rebuttal(TEMPLATE, replace(FACTS, staged=staged)) == LETTER


def test_every_category_has_a_paragraph_of_its_own() -> None:
    claims = [
        draft_rebuttal(template_for(a_reason_code(category=category)), FACTS).split("\n\n")[3].partition(". ")[0]
        for category in DisputeCategory
    ]
    assert len(set(claims)) == len(DisputeCategory)


def test_what_is_not_staged_is_not_spoken_of() -> None:
    letter = draft_rebuttal(TEMPLATE, replace(FACTS, staged={K.REBUTTAL_LETTER}))
    assert "what is enclosed" not in letter
    assert "Enclosed: nothing yet." in letter
    assert not [kind for kind in EvidenceKind if kind.label in letter]


@pytest.mark.parametrize("last4", [None, "", "42", "42424", "4111111111111111", "\uff14\uff12\uff14\uff12"])
def test_last_digits_that_are_none_are_left_out(last4: str | None) -> None:
    letter = draft_rebuttal(TEMPLATE, replace(FACTS, last4=last4))
    assert "Card:" not in letter


def test_an_amount_without_fractions() -> None:
    assert "Disputed amount: 1500 JPY" in draft_rebuttal(TEMPLATE, replace(FACTS, amount=jpy(1500)))


@pytest.mark.parametrize("name", ["merchant_name", "case_reference", "payment_reference"])
@pytest.mark.parametrize("value", [CARD, "4111111111111111", "see 4111-1111-1111-1111.", "4111\n1111 1111\t1111"])
def test_card_numbers_are_withheld(name: str, value: str) -> None:
    letter = draft_rebuttal(TEMPLATE, replace(FACTS, **{name: value}))
    assert "1111" not in letter
    assert "(withheld: it looks like a card number)" in letter


def test_an_unknown_reason_code_may_be_anything() -> None:
    letter = draft_rebuttal(template_for(a_reason_code(code=CARD)), FACTS)
    assert "Reason code: (withheld" in letter


texts = st.one_of(
    st.text(max_size=60),
    st.from_regex(re.compile(r"[0-9 .\-/]{10,40}", re.ASCII), fullmatch=True),
    st.sampled_from([CARD, f"x\n{CARD}", "3782 822463 10005", "4111 1111", "1111 1111"]),
)
facts = st.fixed_dictionaries(
    {
        "merchant_name": texts,
        "case_reference": texts,
        "payment_reference": texts,
        "last4": st.none() | texts | st.sampled_from(["1111", "0005"]),
        "paid_on": st.dates(),
        "staged": st.frozensets(st.sampled_from(EvidenceKind)),
    }
)


@given(values=facts, category=st.sampled_from(DisputeCategory))
def test_no_letter_holds_a_card_number_or_breaks_its_form(values: dict[str, Any], category: DisputeCategory) -> None:
    letter = draft_rebuttal(template_for(a_reason_code(category=category)), replace(FACTS, **values))
    assert not holds_card_number(letter)
    assert clean_text(letter, ("text",), longest=20_000, multiline=True) == letter
    # A fact that holds a line break makes no line of its own.
    plain = draft_rebuttal(template_for(a_reason_code(category=category)), replace(FACTS, staged=values["staged"]))
    assert len(letter.splitlines()) - ("Card: " in letter) == len(plain.splitlines()) - ("Card: " in plain)
