"""What of a payment is blocked, and at whom."""

from __future__ import annotations

import pytest

from domain.fraud.blocking import BLOCKABLE, author_of, ensure_blockable, entries_of, values_of
from domain.fraud.expression import Facts
from domain.fraud.list_kind import STANDARD_LISTS, ListEffect, ListKind
from domain.fraud.review import DeclineReason
from domain.fraud.rule_set import RuleSet
from domain.identity.permission import StaffRole
from domain.kernel.errors import Forbidden, Invalid
from domain.kernel.ids import PLATFORM, Prefix, format_id, new_uuid
from tests.builders.fraud import a_judgement, a_screening
from tests.builders.fraud_reviews import a_held_payment, a_review
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.moments import MORNING
from tests.builders.payments import a_method

PAYMENT = a_held_payment(method=a_method(fingerprint="fp_9"))
CUSTOMER = format_id(Prefix.CUSTOMER, new_uuid(MORNING))
FACTS = {"customer.email": "mary@example.com", "customer.id": CUSTOMER, "ip.address": "198.51.100.7"}
OWN = a_judgement(RuleSet(merchant_id=PAYMENT.merchant_id), facts=Facts(values=FACTS))
SCREENING = a_screening(PAYMENT, merchant=OWN)


def test_values_stand_in_the_order_of_lists_each_once() -> None:
    kinds = (ListKind.IP, ListKind.CUSTOMER, ListKind.EMAIL, ListKind.CARD, ListKind.IP)
    assert values_of(PAYMENT, SCREENING, kinds) == [
        ("blocked_cards", "fp_9"),
        ("blocked_customers", CUSTOMER),
        ("blocked_emails", "mary@example.com"),
        ("blocked_ips", "198.51.100.7"),
    ]
    assert all(STANDARD_LISTS[name][1] is ListEffect.BLOCK for name, _ in values_of(PAYMENT, SCREENING, kinds))


@pytest.mark.parametrize("kind", ListKind)
def test_only_what_belongs_to_one_person(kind: ListKind) -> None:
    if kind in BLOCKABLE:
        ensure_blockable([kind])
        return
    with pytest.raises(Invalid, match="A decline blocks CARD, CUSTOMER, EMAIL, IP") as error:
        ensure_blockable([ListKind.CARD, kind])
    assert error.value.path == ("block", "1")


@pytest.mark.parametrize("screening", [None, a_screening(PAYMENT, merchant=a_judgement())])
def test_what_nobody_knows_cannot_be_blocked(screening: object) -> None:
    with pytest.raises(Invalid, match="e-mail address is not known; leave EMAIL out") as error:
        values_of(PAYMENT, screening, [ListKind.CARD, ListKind.EMAIL])  # pyright: ignore[reportArgumentType]
    assert error.value.path == ("block", "1")


def test_values_are_as_lists_have_them() -> None:
    facts = Facts(values={"customer.email": "Mary@Example.com", "card.fingerprint": "4242 4242 4242 4242"})
    screening = a_screening(PAYMENT, merchant=a_judgement(OWN.rule_set, facts=facts))
    assert values_of(PAYMENT, screening, [ListKind.EMAIL]) == [("blocked_emails", "mary@example.com")]
    with pytest.raises(Invalid, match="card numbers are never accepted") as error:
        values_of(PAYMENT, screening, [ListKind.EMAIL, ListKind.CARD])
    assert error.value.path == ("block", "1")


def test_at_the_merchant_or_at_all_of_them() -> None:
    review = a_review(payment=PAYMENT)
    owner, analyst = an_actor(PAYMENT.merchant_id), a_staff_actor(StaffRole.RISK_ANALYST)
    assert author_of(review, owner, everywhere=False) == author_of(review, analyst, everywhere=False)
    assert author_of(review, owner, everywhere=False) == PAYMENT.merchant_id
    assert author_of(review, analyst, everywhere=True) == PLATFORM
    for actor in (owner, a_staff_actor(StaffRole.SUPPORT)):
        with pytest.raises(Forbidden, match="block at this merchant alone"):
            author_of(review, actor, everywhere=True)


def test_entries_say_why_they_are_there() -> None:
    review, actor = a_review(payment=PAYMENT), an_actor(PAYMENT.merchant_id)
    values = [("blocked_cards", "fp_9"), ("blocked_ips", "198.51.100.7")]
    entries = entries_of(review, values, DeclineReason.CARD_TESTING, actor, PLATFORM, MORNING)
    assert [(entry.list_name, entry.value) for entry in entries] == values
    assert len({entry.id for entry in entries}) == 2
    assert {(entry.merchant_id, entry.review_id, entry.author_id) for entry in entries} == {
        (PLATFORM, review.id, actor.id)
    }
    assert {entry.reason for entry in entries} == {"Declined in review: CARD_TESTING"}
