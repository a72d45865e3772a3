"""Visa Compelling Evidence 3.0, to the day and to the element."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.compelling_evidence import (
    CompellingEvidence,
    EarlierPayment,
    Lack,
    MatchingElement,
    PaymentFacts,
    compelling_evidence,
)
from domain.disputes.network import Network
from domain.disputes.reason_codes.catalogue import find_reason_code
from tests.builders.evidence import an_earlier_payment, payment_facts

E = MatchingElement
DISPUTED_ON = date(2026, 3, 2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
VISA_10_4 = find_reason_code(Network.VISA, "10.4")
DISPUTED = payment_facts(NOON - timedelta(days=10))
NOTHING: dict[str, Any] = dict.fromkeys(("ip_address", "device_id", "customer_account", "shipping_address"))


def earlier(days: int, **values: Any) -> EarlierPayment:
    return an_earlier_payment(NOON - timedelta(days=days), **values)


def judged(*payments: EarlierPayment, disputed: PaymentFacts = DISPUTED, on: date = DISPUTED_ON) -> CompellingEvidence:
    return compelling_evidence(VISA_10_4, disputed, payments, on)


def lacks(evidence: CompellingEvidence) -> list[Lack]:
    assert not evidence.eligible
    assert evidence.payments == evidence.elements == ()
    assert all(missing.message.endswith(".") for missing in evidence.missing)
    return [missing.lack for missing in evidence.missing]


def test_a_pair_that_matches_in_everything() -> None:
    older, newer = earlier(300), earlier(150)
    evidence = judged(older, newer)
    assert evidence == CompellingEvidence(
        eligible=True, payments=(newer.facts, older.facts), elements=tuple(MatchingElement)
    )


@pytest.mark.parametrize(
    ("network", "code"),
    [(Network.VISA, "10.3"), (Network.VISA, "13.1"), (Network.MASTERCARD, "4837"), (Network.VISA, "unheard of")],
)
def test_it_is_for_visa_10_4_only(network: Network, code: str) -> None:
    evidence = compelling_evidence(find_reason_code(network, code), DISPUTED, [earlier(150), earlier(200)], DISPUTED_ON)
    assert lacks(evidence) == [Lack.NOT_VISA_10_4]


@pytest.mark.parametrize("fingerprint", [None, ""])
def test_a_payment_without_a_card(fingerprint: str | None) -> None:
    bare = payment_facts(fingerprint=fingerprint)
    payments = (earlier(150, fingerprint=fingerprint), earlier(200, fingerprint=fingerprint))
    assert lacks(judged(*payments, disputed=bare)) == [Lack.NO_CARD_FINGERPRINT]


@pytest.mark.parametrize("fingerprint", ["fp_2", None, "FP_1"])
def test_other_cards_are_passed_over(fingerprint: str | None) -> None:
    assert lacks(judged(earlier(150), earlier(200, fingerprint=fingerprint))) == [Lack.TOO_FEW_OLD_PAYMENTS]


def test_the_disputed_payment_is_no_evidence_of_itself() -> None:
    itself = EarlierPayment(facts=DISPUTED, disputed=False, fraud_reported=False)
    evidence = judged(itself, earlier(150), on=DISPUTED.created_at.date() + timedelta(days=200))
    assert Lack.TOO_FEW_OLD_PAYMENTS in lacks(evidence)


def test_nothing_to_go_by() -> None:
    assert lacks(judged()) == [Lack.TOO_FEW_OLD_PAYMENTS]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (119, [Lack.TOO_FEW_OLD_PAYMENTS, Lack.OLD_PAYMENTS_TOO_RECENT]),
        (120, []),
        (121, []),
        (364, []),
        (365, []),
        (366, [Lack.TOO_FEW_OLD_PAYMENTS, Lack.OLD_PAYMENTS_TOO_OLD]),
        (-1, [Lack.TOO_FEW_OLD_PAYMENTS, Lack.OLD_PAYMENTS_TOO_RECENT]),
    ],
)
def test_the_age_to_the_day(days: int, expected: list[Lack]) -> None:
    evidence = judged(earlier(200), earlier(days))
    assert evidence.eligible is not bool(expected)
    assert [missing.lack for missing in evidence.missing] == expected


def test_the_age_is_by_date_in_utc_and_not_by_hours() -> None:
    just_old_enough = datetime(2025, 11, 2, 23, 59, 59, tzinfo=UTC)
    just_too_recent = datetime(2025, 11, 3, 0, 0, 0, tzinfo=UTC)
    just_young_enough = datetime(2025, 3, 2, 0, 0, 0, tzinfo=UTC)
    just_too_old = datetime(2025, 3, 1, 23, 59, 59, tzinfo=UTC)
    assert judged(an_earlier_payment(just_old_enough), an_earlier_payment(just_young_enough)).eligible
    assert not judged(an_earlier_payment(just_too_recent), an_earlier_payment(just_young_enough)).eligible
    assert not judged(an_earlier_payment(just_old_enough), an_earlier_payment(just_too_old)).eligible
    # The same second is 3 November in Tokyo.
    in_tokyo = just_old_enough.astimezone(timezone(timedelta(hours=9)))
    assert judged(an_earlier_payment(in_tokyo), an_earlier_payment(just_young_enough)).eligible


def test_across_a_leap_day() -> None:
    on = date(2024, 6, 1)
    year_before = an_earlier_payment(datetime(2023, 6, 2, 12, tzinfo=UTC))
    day_more = an_earlier_payment(datetime(2023, 6, 1, 12, tzinfo=UTC))
    other = an_earlier_payment(datetime(2024, 1, 1, 12, tzinfo=UTC))
    assert judged(year_before, other, on=on).eligible
    assert lacks(judged(day_more, other, on=on)) == [Lack.TOO_FEW_OLD_PAYMENTS, Lack.OLD_PAYMENTS_TOO_OLD]


def test_everything_that_stands_in_the_way_is_named_and_counted() -> None:
    evidence = judged(
        earlier(10),
        earlier(20),
        earlier(400),
        earlier(150, disputed=True),
        earlier(160, fraud_reported=True),
        earlier(170),
    )
    assert lacks(evidence) == [
        Lack.TOO_FEW_OLD_PAYMENTS,
        Lack.OLD_PAYMENTS_TOO_RECENT,
        Lack.OLD_PAYMENTS_TOO_OLD,
        Lack.OLD_PAYMENT_DISPUTED,
        Lack.OLD_PAYMENT_FRAUD_REPORTED,
    ]
    assert "1 found" in evidence.missing[0].message
    assert evidence.missing[1].message.endswith("2.")


@pytest.mark.parametrize("flag", ["disputed", "fraud_reported"])
def test_a_tainted_payment_is_never_proposed(flag: str) -> None:
    clean = [earlier(300), earlier(310)]
    evidence = judged(earlier(150, **{flag: True}), *clean)
    assert [facts.payment_id for facts in evidence.payments] == [payment.facts.payment_id for payment in clean]


@pytest.mark.parametrize(
    ("shared", "expected"),
    [
        ((), [Lack.TOO_FEW_MATCHING_ELEMENTS, Lack.NO_IP_OR_DEVICE]),
        (("ip_address",), [Lack.TOO_FEW_MATCHING_ELEMENTS]),
        (("device_id",), [Lack.TOO_FEW_MATCHING_ELEMENTS]),
        (("customer_account",), [Lack.TOO_FEW_MATCHING_ELEMENTS, Lack.NO_IP_OR_DEVICE]),
        (("customer_account", "shipping_address"), [Lack.NO_IP_OR_DEVICE]),
        (("ip_address", "device_id"), []),
        (("ip_address", "customer_account"), []),
        (("device_id", "shipping_address"), []),
        (("device_id", "customer_account", "shipping_address"), []),
    ],
)
def test_two_elements_of_which_one_is_the_address_or_the_device(shared: tuple[str, ...], expected: list[Lack]) -> None:
    different: dict[str, Any] = {
        "ip_address": "198.51.100.1", "device_id": "another", "customer_account": "bob", "shipping_address": "Elsewhere",
    }  # fmt: skip
    values = {name: value for name, value in different.items() if name not in shared}
    evidence = judged(earlier(150, **values), earlier(200, **values))
    assert evidence.eligible is not bool(expected)
    assert [missing.lack for missing in evidence.missing] == expected
    if evidence.eligible:
        assert [element.value.lower() for element in evidence.elements] == [
            name for name in different if name in shared
        ]


def test_elements_have_to_match_in_all_three() -> None:
    first = earlier(150, device_id="another", customer_account="bob")
    second = earlier(200, ip_address="198.51.100.1", shipping_address="Elsewhere")
    assert lacks(judged(first, second)) == [Lack.TOO_FEW_MATCHING_ELEMENTS, Lack.NO_IP_OR_DEVICE]


def test_what_the_earlier_ones_share_without_the_disputed_one_is_nothing() -> None:
    disputed = payment_facts(ip_address="198.51.100.1", device_id="another")
    assert lacks(judged(earlier(150), earlier(200), disputed=disputed)) == [Lack.NO_IP_OR_DEVICE]


def test_unknown_does_not_match_unknown() -> None:
    bare = payment_facts(**NOTHING)
    evidence = judged(earlier(150, **NOTHING), earlier(200, **NOTHING), disputed=bare)
    assert lacks(evidence) == [Lack.TOO_FEW_MATCHING_ELEMENTS, Lack.NO_IP_OR_DEVICE]


@pytest.mark.parametrize(
    ("name", "one", "other", "same"),
    [
        ("ip_address", "2001:db8::1", " 2001:0DB8:0:0:0:0:0:1 ", True),
        ("ip_address", "203.0.113.7", "::ffff:203.0.113.7", True),
        ("ip_address", "203.0.113.7", "203.0.113.70", False),
        ("ip_address", "127.0.0.1", "127.0.0.1", False),
        ("ip_address", "::", "::", False),
        ("ip_address", "unknown", "unknown", False),
        ("device_id", "abc", " abc ", True),
        ("device_id", "abc", "ABC", False),
        ("device_id", " ", " ", False),
        ("customer_account", "Ada@Example.com", "ada@example.com ", True),
        ("customer_account", "ada", "ada1", False),
        ("customer_account", "Straße", "STRASSE", True),
        ("shipping_address", "1 Main St., Springfield", "1  main st\nSPRINGFIELD", True),
        ("shipping_address", "1 Main St.", "11 Main St.", False),
        ("shipping_address", "\uff2dain 1", "Main 1", True),
        ("shipping_address", ".,-", ".,-", False),
    ],
)
def test_how_elements_are_compared(name: str, one: str, other: str, same: bool) -> None:  # noqa: FBT001
    left = payment_facts(NOON, **{**NOTHING, name: one}).elements()
    right = payment_facts(NOON, **{**NOTHING, name: other}).elements()
    assert bool(left & right) is same


def test_of_several_pairs_the_one_with_most_elements() -> None:
    newest = [earlier(130, shipping_address=None), earlier(140, shipping_address=None)]
    fullest = [earlier(300), earlier(310)]
    evidence = judged(*newest, *fullest)
    assert evidence.payments == tuple(payment.facts for payment in fullest)


def test_a_pair_that_counts_comes_before_one_with_as_many_elements() -> None:
    without: dict[str, Any] = {"ip_address": None, "device_id": None}
    newest = [earlier(130, **without), earlier(140, **without)]
    telling = [earlier(300, customer_account=None, device_id=None), earlier(310, customer_account=None, device_id=None)]
    assert judged(*newest, *telling).elements == (E.IP_ADDRESS, E.SHIPPING_ADDRESS)


def test_then_the_newest() -> None:
    payments = [earlier(days) for days in (350, 130, 200, 125, 300)]
    assert judged(*payments).payments == (payments[3].facts, payments[1].facts)


def test_at_the_same_moment_the_order_of_the_history_does_not_matter() -> None:
    payments = [earlier(150, payment_id=UUID(int=number)) for number in (3, 1, 2)]
    expected = (payments[0].facts, payments[2].facts)
    assert judged(*payments).payments == judged(*reversed(payments)).payments == expected


histories = st.lists(
    st.builds(
        earlier,
        st.integers(100, 380),
        disputed=st.booleans(),
        fraud_reported=st.booleans(),
        fingerprint=st.sampled_from(["fp_1", "fp_1", "fp_2"]),
        ip_address=st.sampled_from([None, "203.0.113.7", "198.51.100.1"]),
        device_id=st.sampled_from([None, "device-1234567890", "another"]),
        customer_account=st.sampled_from([None, "ada@example.com", "bob"]),
        shipping_address=st.sampled_from([None, "1 Main Street, 12345 Springfield, US", "Elsewhere"]),
    ),
    max_size=8,
)


@given(history=histories, order=st.randoms(use_true_random=False))
def test_the_answer_is_the_best_of_all_pairs_in_whatever_order_they_come(
    history: list[EarlierPayment], order: Any
) -> None:
    evidence = judged(*history)
    shuffled = list(history)
    order.shuffle(shuffled)
    assert judged(*shuffled) == evidence
    fitting = [
        payment.facts
        for payment in history
        if payment.facts.fingerprint == "fp_1"
        and not payment.disputed
        and not payment.fraud_reported
        and timedelta(days=120) <= NOON - payment.facts.created_at <= timedelta(days=365)
    ]
    pairs = [(a, b) for a in fitting for b in fitting if (a.created_at, a.payment_id) > (b.created_at, b.payment_id)]
    worths = [
        (len(names), a.created_at, b.created_at)
        for a, b in pairs
        for names in [{name for name, _ in a.elements() & b.elements() & DISPUTED.elements()}]
        if len(names) >= 2 and names & {E.IP_ADDRESS, E.DEVICE_ID}
    ]
    assert evidence.eligible is bool(worths)
    if evidence.eligible:
        first, second = evidence.payments
        assert (len(evidence.elements), first.created_at, second.created_at) == max(worths)
    else:
        assert evidence.missing
