"""What is lost twice is shared out to the last disputes first, whoever is asked first."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, Any

from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.double_loss import shares, tell_loss
from domain.disputes.events import DisputeEventType
from tests.builders.files import a_dispute
from tests.builders.moments import after
from tests.builders.money import eur
from tests.builders.payments import a_payment

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.payments.payment import Payment


def holding(covered: int, beyond: int) -> Payment:
    return a_payment(
        captured=eur(100), refunded_minor=10000 - covered, disputed_minor=covered, double_loss_minor=beyond
    )


def held(minor: int, opened: int, **values: Any) -> Dispute:
    return a_dispute(withdrawn_minor=minor, opened_at=after(opened), **values)


def test_the_last_to_be_opened_lose_twice() -> None:
    first, second, third = held(30, 1), held(30, 2), held(30, 3)
    for covered, expected in ((90, [0, 0, 0]), (50, [0, 10, 30]), (30, [0, 30, 30]), (0, [30, 30, 30])):
        lost = shares(holding(covered, 90 - covered), [third, first, second])
        assert [lost[one.id] for one in (first, second, third)] == expected


def test_of_those_opened_at_once_the_case_s_name_decides() -> None:
    first, second = held(30, 1, case_reference="a"), held(30, 1, case_reference="b")
    assert shares(holding(30, 30), [second, first]) == {first.id: 0, second.id: 30}


amounts = st.lists(st.integers(0, 500), max_size=6)


@given(amounts, st.integers(0, 3000), st.randoms(use_true_random=False))
def test_they_sum_to_what_the_payment_says_in_any_order(minors: list[int], left: int, chance: Any) -> None:
    disputes = [held(minor, number % 3) for number, minor in enumerate(minors)]
    covered = min(left, sum(minors))
    payment = holding(covered, sum(minors) - covered)
    lost = shares(payment, disputes)
    assert sum(lost.values()) == payment.double_loss_minor
    assert all(0 <= lost[one.id] <= one.withdrawn_minor for one in disputes)
    chance.shuffle(disputes)
    assert shares(payment, disputes) == lost
    ordered = sorted(disputes, key=lambda one: (one.opened_at, one.case_reference))
    assert all(lost[first.id] == 0 or lost[later.id] == later.withdrawn_minor for first, later in pairwise(ordered))


def test_what_is_told_is_an_event_once() -> None:
    dispute = held(4000, 1)
    told = tell_loss(dispute, 1500, after(5))
    assert (told.double_loss_minor, told.updated_at, told.version) == (1500, after(5), dispute.version + 1)
    (event,) = told.events
    assert (event.type, event.data) == (
        DisputeEventType.UPDATED, {"change": "double_loss", "double_loss_minor": 1500},
    )  # fmt: skip
    assert tell_loss(told, 1500, after(6)) is told
