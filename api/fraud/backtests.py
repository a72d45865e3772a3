"""Backtests in the graph: what rules would have done to the payments of the past."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Optional, TypeAlias

import strawberry

from api.context import Reading
from api.derivation import derived
from api.describing import attribute
from api.fields import batched
from api.found import in_order
from api.fraud.enums import BacktestStatus, RuleAction, ScreeningDecision
from api.fraud.screenings import ScoreThresholds, score_thresholds
from api.money import Money, money
from api.node import Node, identifier
from api.scalars import DecimalText
from domain.fraud import backtest as backtests
from domain.fraud import backtest_tally as tallies
from domain.fraud.rule_set import ActiveRule
from domain.identity.permission import Permission
from domain.kernel.errors import NotFound
from domain.kernel.ids import PLATFORM, Prefix, format_id
from domain.kernel.money import Currency

if TYPE_CHECKING:
    from api.merchants.types import Merchant
    from api.payments.types import Payment

CurrencyOf: TypeAlias = Callable[[str], Currency]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
_WHOLE = 10_000


def _rule_id(rule: ActiveRule | tallies.RuleTally) -> strawberry.ID:
    return strawberry.ID(format_id(Prefix.RULE, rule.rule_id))


@strawberry.type(description="A rule that a backtest tries.")
class BacktestRule:
    """In one of its versions."""

    entity: strawberry.Private[ActiveRule]
    rule_id: strawberry.ID = derived("The rule's id.", _rule_id, "entity")
    name: str = derived("What it was called then.", "entity.name")
    version: int = derived("Which of its versions.", "entity.version")
    action: RuleAction = derived("What it does when it matches.", "entity.action")
    points: int | None = derived("The points that it adds, if that is what it does.", "entity.points")
    expression: str = derived("What it looks for.", "entity.expression")


@strawberry.type(description="Some payments, and what they amount to.")
class PaymentVolume:
    """Of whatever currencies."""

    count: int = attribute("How many payments.")
    amounts: list[Money] = attribute("What they amount to, one sum for each currency.")


@strawberry.type(description="The payments about which the rules would have decided so.")
class BacktestDecision:
    """One kind of decision."""

    decision: ScreeningDecision = attribute("What the rules would have decided.")
    volume: PaymentVolume = attribute("The payments.")


@strawberry.type(description="How many of the flagged payments were decided so at the time.")
class BacktestPast:
    """Of those that were screened."""

    decision: ScreeningDecision = attribute("What was decided then.")
    count: int = attribute("How many payments.")


@strawberry.type(description="What a backtest found of one rule.")
class BacktestRuleResult:
    """By itself, whatever the other rules say."""

    rule_id: strawberry.ID = attribute("The rule's id.")
    version: int = attribute("Which of its versions.")
    matched: PaymentVolume = attribute("What it matched.")
    charged_back: int = attribute("How many of those were charged back later.")
    failed: int = attribute("On how many payments it could not be evaluated.")


async def _payments(rows: list["BacktestMatch"], reading: Reading) -> list[Optional[PaymentOf]]:  # noqa: UP045 - an element type
    from api.payments.types import payment  # noqa: PLC0415 - so that payments can show what concerns them

    found = await reading.reads.payments.payments(reading.scope, {row.entity.payment_id for row in rows})
    return in_order(found, (row.entity.payment_id for row in rows), payment, "The payment")


def _match_rules(match: tallies.TopMatch) -> list[strawberry.ID]:
    return [strawberry.ID(format_id(Prefix.RULE, rule_id)) for rule_id in match.rule_ids]


@strawberry.type(description="One of the largest payments that the rules would have stopped or held.")
class BacktestMatch:
    """As an example."""

    entity: strawberry.Private[tallies.TopMatch]
    of: strawberry.Private[Currency]
    amount: Money = derived("Its amount.", Money, minor="entity.amount_minor", of="of")
    created_at: datetime = derived("When it was created.", "entity.created_at")
    decision: ScreeningDecision = derived("What the rules would have decided.", "entity.decision")
    rule_ids: list[strawberry.ID] = derived("The rules that matched.", _match_rules, "entity")
    charged_back: bool = derived("Whether it was charged back later.", "entity.charged_back")
    payment: PaymentOf | None = batched(Permission.PAYMENTS_READ, "The payment.")(_payments)


@strawberry.type(description="What a backtest has found so far.")
class BacktestResult:
    """Flagged: would have been blocked or reviewed. Fraud: charged back later, or found to be fraud in review."""

    tested: PaymentVolume = attribute("All payments that were judged.")
    would: list[BacktestDecision] = attribute("What the rules would have decided.")
    was: list[BacktestPast] = attribute("What was decided then about the payments that they flag.")
    rules: list[BacktestRuleResult] = attribute("What each rule matched.")
    flagged: int = attribute("How many payments the rules would have blocked or had reviewed.")
    caught: int = attribute("How many of those were fraud.")
    missed: int = attribute("How many fraudulent payments they would have let go.")
    wrong: int = attribute("How many flagged payments a review had cleared.")
    chargebacks: int = attribute("How many payments were charged back later.")
    precision: DecimalText | None = attribute(
        "The share of flagged payments that is fraud, to four digits; null while none is flagged."
    )
    recall: DecimalText | None = attribute(
        "The share of fraudulent payments that is flagged, to four digits; null while there is none."
    )
    top: list[BacktestMatch] = attribute("The largest flagged payments, 20 at most.")


async def _merchants(rows: list["Backtest"], reading: Reading) -> list[Optional[MerchantOf]]:  # noqa: UP045
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what concerns them

    wanted = {row.entity.merchant_id for row in rows if row.entity.merchant_id != PLATFORM}
    found = await reading.reads.merchants.merchants(reading.scope, wanted) if wanted else {}
    what = "The merchant"
    return [  # pyright: ignore[reportReturnType] - an error concerns its own backtest
        None
        if (id_ := row.entity.merchant_id) == PLATFORM
        else merchant(found[id_])
        if id_ in found
        else NotFound(what)
        for row in rows
    ]


def _rules(entity: backtests.Backtest) -> list[BacktestRule]:
    return [BacktestRule(entity=rule) for rule in entity.rules]


def _of_platform(entity: backtests.Backtest) -> bool:
    return entity.merchant_id == PLATFORM


def _thresholds(entity: backtests.Backtest) -> ScoreThresholds:
    return score_thresholds(entity.policy)


def _result(entity: backtests.Backtest, currency_of: CurrencyOf) -> BacktestResult:
    tally = entity.tally
    return BacktestResult(
        tested=_volume(tally.all, currency_of),
        would=[
            BacktestDecision(decision=one, volume=_volume(tally.would[one], currency_of))
            for one in ScreeningDecision
            if one in tally.would
        ],
        was=[BacktestPast(decision=one, count=tally.was[one]) for one in ScreeningDecision if one in tally.was],
        rules=[
            BacktestRuleResult(
                rule_id=_rule_id(one),
                version=one.version,
                matched=_volume(one.matched, currency_of),
                charged_back=one.charged_back,
                failed=one.failed,
            )
            for one in tally.rules
        ],
        flagged=tally.flagged,
        caught=tally.caught,
        missed=tally.missed,
        wrong=tally.wrong,
        chargebacks=tally.chargebacks,
        precision=_share(tally.precision_basis_points),
        recall=_share(tally.recall_basis_points),
        top=[BacktestMatch(entity=match, of=currency_of(match.currency)) for match in tally.top],
    )


def _volume(volume: tallies.Volume, currency_of: CurrencyOf) -> PaymentVolume:
    sums: Mapping[str, int] = volume.minor
    return PaymentVolume(count=volume.count, amounts=[money(sums[code], currency_of(code)) for code in sorted(sums)])


def _share(basis_points: int | None) -> DecimalText | None:
    whole, part = divmod(basis_points or 0, _WHOLE)
    return None if basis_points is None else DecimalText(f"{whole}.{part:04d}")


@strawberry.type(description="Rules tried on payments of the past: what they would have done.")
class Backtest(Node):
    """A worker runs it; ask again to see how far it is."""

    entity: strawberry.Private[backtests.Backtest]
    currency_of: strawberry.Private[CurrencyOf]
    id: strawberry.ID = identifier(Prefix.BACKTEST)
    status: BacktestStatus = derived("Where it stands.", "entity.status")
    of_platform: bool = derived("Whether it looks at the payments of all merchants.", _of_platform, "entity")
    rules: list[BacktestRule] = derived("The rules, which are judged together.", _rules, "entity")
    thresholds: ScoreThresholds = derived("How many points are too many.", _thresholds, "entity")
    since: datetime = derived("Payments created from then on.", "entity.since")
    until: datetime = derived("Payments created before then.", "entity.until")
    requested_by: str = derived("The name of whoever asked for it.", "entity.requested_by_name")
    total: int | None = derived("How many payments there are, once that is known.", "entity.total")
    processed: int = derived("How many of them were judged.", "entity.processed")
    failure: str | None = derived("Why it could not be run, if it could not.", "entity.failure")
    created_at: datetime = derived("When it was asked for.", "entity.created_at")
    started_at: datetime | None = derived("When a worker took it.", "entity.started_at")
    finished_at: datetime | None = derived("When it ended.", "entity.finished_at")
    result: BacktestResult = derived("What it has found so far.", _result, "entity", "currency_of")
    merchant: MerchantOf | None = batched(
        Permission.MERCHANTS_READ, "The merchant whose payments it looks at; null: all merchants'."
    )(_merchants)


def backtest(entity: backtests.Backtest, currency_of: CurrencyOf) -> Backtest:
    """A backtest as the graph shows it."""
    return Backtest(entity=entity, currency_of=currency_of)
