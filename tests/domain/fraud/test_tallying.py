"""What a tally of payments says, beside the same said plainly."""

from __future__ import annotations

from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from domain.fraud.backtest_tally import MOST_TOP_MATCHES, BacktestTally
from domain.fraud.rule import RuleAction
from domain.fraud.rule_set import RuleMode, RuleSet, ScorePolicy
from domain.fraud.rule_shelf import compiled
from domain.fraud.tallying import Tallying
from domain.payments.screening import ScreeningDecision
from tests.builders.backtests import a_tested_payment
from tests.builders.fraud import a_rule_set, an_active_rule
from tests.fakes.rule_language import StandInLanguage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.fraud.backtest import TestedPayment

_D = ScreeningDecision
RULES = a_rule_set(
    an_active_rule(RuleAction.ALLOW, expression='customer.country == "AT"'),
    an_active_rule(RuleAction.BLOCK, expression="payment.amount_minor >= 90000"),
    an_active_rule(RuleAction.REVIEW, expression='card.country == "FR"'),
    an_active_rule(RuleAction.SCORE, expression="gateway.score >= 80", points=50),
    an_active_rule(RuleAction.REQUEST_3DS, expression="payment.amount_minor >= 50000"),
    policy=ScorePolicy(review_at=50),
)


def _tally(payments: Sequence[TestedPayment], rule_set: RuleSet = RULES, *, batch: int = 1000) -> BacktestTally:
    tested = compiled(StandInLanguage(), rule_set)
    tally = BacktestTally()
    for first in range(0, len(payments), batch):
        # As another worker would go on.
        tallying = Tallying(tested, tally)
        tallying.add(payments[first : first + batch])
        tally = tallying.tally
    return tally


def _payment(amount: int, card: str, customer: str = "", score: int | None = None, **more: object) -> TestedPayment:
    values: dict[str, object] = {"payment.amount_minor": amount, "card.country": card, "customer.country": customer}
    if score is not None:
        values["gateway.score"] = score
    return a_tested_payment(amount_minor=amount, values=values, **more)


def test_each_rule_and_each_decision() -> None:
    tally = _tally(
        [
            _payment(1000, "DE"),
            _payment(2000, "FR", charged_back=True),
            _payment(95000, "FR", "AT"),
            _payment(95000, "FR", decided=_D.ALLOW, cleared=True),
            _payment(60000, "DE", charged_back=True),
            _payment(3000, "DE", score=90, held_as_fraud=True, decided=_D.REVIEW),
            _payment(3000, "DE", score=20, currency="JPY"),
        ]
    )
    assert (tally.all.count, tally.all.minor) == (7, {"EUR": 256000, "JPY": 3000})
    assert {decision: volume.count for decision, volume in tally.would.items()} == {
        _D.ALLOW: 2,
        _D.REVIEW: 2,
        # What an ALLOW rule lets pass is asked for 3-D Secure all the same.
        _D.REQUEST_3DS: 2,
        _D.BLOCK: 1,
    }
    assert tally.would[_D.BLOCK].minor == {"EUR": 95000}
    assert [rule.matched.count for rule in tally.rules] == [1, 2, 3, 1, 3]
    assert [rule.charged_back for rule in tally.rules] == [0, 0, 1, 0, 1]
    assert (tally.flagged, tally.caught, tally.missed, tally.wrong, tally.chargebacks) == (3, 2, 1, 1, 2)
    assert tally.was == {_D.ALLOW: 1, _D.REVIEW: 1}
    assert [(match.amount_minor, match.decision) for match in tally.top] == [
        (95000, _D.BLOCK),
        (3000, _D.REVIEW),
        (2000, _D.REVIEW),
    ]
    assert tally.top[0].rule_ids == tuple(RULES.rules[place].rule_id for place in (1, 2, 4))


def test_points_that_come_with_the_authorization_hold_and_do_not_block() -> None:
    rules = a_rule_set(
        an_active_rule(RuleAction.SCORE, expression="gateway.score >= 80", points=90),
        policy=ScorePolicy(review_at=50, block_at=80),
    )
    assert _tally([_payment(1, "DE", score=90)], rules).would.keys() == {_D.REVIEW}
    # Without the gateway's score the rule says nothing, and fails at nothing.
    unknown = _tally([_payment(1, "DE")], rules)
    assert (unknown.would.keys(), unknown.rules[0].failed) == ({_D.ALLOW}, 0)


def test_a_rule_that_fails_does_nothing_and_is_counted() -> None:
    tally = _tally([_payment(1, "DE"), _payment(2, "DE")], a_rule_set(an_active_rule(expression="fails")))
    assert (tally.rules[0].failed, tally.rules[0].matched.count, tally.flagged) == (2, 0, 0)


def test_a_rule_in_shadow_is_counted_and_decides_nothing() -> None:
    rules = a_rule_set(an_active_rule(RuleAction.BLOCK, mode=RuleMode.SHADOW))
    tally = _tally([_payment(1, "DE")], rules)
    assert (tally.rules[0].matched.count, tally.would.keys()) == (1, {_D.ALLOW})


def test_the_largest_few_are_kept() -> None:
    amounts = [7 * number % 101 + 1 for number in range(100)]
    tally = _tally([_payment(amount, "FR") for amount in amounts], batch=9)
    assert [match.amount_minor for match in tally.top] == sorted(amounts, reverse=True)[:MOST_TOP_MATCHES]


@given(
    st.lists(
        st.builds(
            _payment,
            st.sampled_from([100, 60_000, 95_000]),
            st.sampled_from(["DE", "FR"]),
            st.sampled_from(["", "AT"]),
            st.sampled_from([None, 20, 90]),
            charged_back=st.booleans(),
            held_as_fraud=st.booleans(),
            cleared=st.booleans(),
            decided=st.sampled_from([None, *ScreeningDecision]),
            currency=st.sampled_from(["EUR", "JPY"]),
        ),
        max_size=30,
    ),
    st.integers(1, 31),
)
def test_batches_change_nothing(payments: list[TestedPayment], batch: int) -> None:
    whole, parted = _tally(payments), _tally(payments, batch=batch)
    assert whole.all.count == len(payments)
    assert sum(volume.count for volume in whole.would.values()) == len(payments)
    assert whole.caught + whole.missed == sum(one.charged_back or one.held_as_fraud for one in payments)
    amounts = [match.amount_minor for match in whole.top]
    assert [match.amount_minor for match in parted.top] == amounts
    for name in ("all", "would", "was", "rules", "flagged", "caught", "missed", "wrong", "chargebacks"):
        assert getattr(whole, name) == getattr(parted, name), name


def test_what_compiles_no_more_fails_on_every_payment() -> None:
    rules = a_rule_set(an_active_rule(expression="no expression"), an_active_rule(expression="true"))
    tally = _tally([_payment(1, "DE"), _payment(2, "DE")], rules)
    assert [(rule.failed, rule.matched.count) for rule in tally.rules] == [(2, 0), (0, 2)]
