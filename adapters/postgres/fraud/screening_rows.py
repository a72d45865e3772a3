"""Rows to screenings and back.

A screening keeps what was seen whole, and of the rules only those that stand out, by their places in the set: sets
never change, so every rule's result can be told from them.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from uuid import UUID

from domain.fraud.expression import Facts
from domain.fraud.screening import Judgement, ListHit, RuleOutcome, RuleResult, Screening
from domain.fraud.velocity import Dimension, VelocityFigures, VelocityQuery
from domain.payments.screening import ScreeningDecision

if TYPE_CHECKING:
    from collections.abc import Mapping

    from asyncpg import Record

    from domain.fraud.rule_set import RuleSet
    from domain.fraud.trace import Trace
    from domain.fraud.variables import FactValue

_DIMENSIONS = {dimension.value: dimension for dimension in Dimension}
_DECISIONS = {decision.value: decision for decision in ScreeningDecision}
_MOMENT = "at"
_AUTHORS = ("platform", "merchant")
_SECOND = timedelta(seconds=1)


def screening_values(screening: Screening) -> dict[str, Any]:
    """The columns of a screening."""
    return {
        "merchant_id": screening.merchant_id,
        "payment_id": screening.payment_id,
        "decision": screening.decision.value,
        "request_3ds": screening.request_3ds,
        "awaits_score": screening.awaits_score,
        "score": screening.score,
        "platform_revision": screening.platform.rule_set.revision,
        "merchant_revision": screening.merchant.rule_set.revision,
        "facts": _facts_json(screening.platform.facts, screening.merchant.facts),
        "platform": _judgement_json(screening.platform),
        "merchant": _judgement_json(screening.merchant),
        "duration_microseconds": screening.duration_microseconds,
        "screened_at": screening.screened_at,
        "judged_again_at": screening.judged_again_at,
    }


def screening_of(row: Record, platform: RuleSet, merchant: RuleSet) -> Screening:
    """A screening from its row and the rule sets of its two revisions."""
    platform_facts, merchant_facts = facts_of(row)
    return Screening(
        payment_id=row["payment_id"],
        merchant_id=row["merchant_id"],
        decision=_DECISIONS[row["decision"]],
        request_3ds=row["request_3ds"],
        awaits_score=row["awaits_score"],
        score=row["score"],
        platform=_judgement_of(row["platform"], platform, platform_facts),
        merchant=_judgement_of(row["merchant"], merchant, merchant_facts),
        duration_microseconds=row["duration_microseconds"],
        screened_at=row["screened_at"],
        judged_again_at=row["judged_again_at"],
    )


def facts_of(row: Mapping[str, Any] | Record) -> tuple[Facts, Facts]:
    """What the platform's rules saw of a payment, and what the merchant's own did; of a row with `facts`."""
    kept = row["facts"]
    values = {name: _value_of(value) for name, value in kept["values"].items()}
    platform, merchant = (
        Facts(
            values={**values, **{name: _value_of(value) for name, value in kept[author].get("values", {}).items()}},
            velocities=dict(map(_velocity_of, kept[author]["velocities"])),
            listed=frozenset((name, value) for name, value in kept[author]["listed"]),
        )
        for author in _AUTHORS
    )
    return platform, merchant


def trace_values(trace: Trace) -> dict[str, Any]:
    """The columns of a trace."""
    return {
        "merchant_id": trace.merchant_id,
        "payment_id": trace.payment_id,
        "at": trace.at,
        "currency": trace.amount.currency.code,
        "amount_minor": trace.amount.minor,
        **{
            dimension.value: trace.hashes.get(dimension)
            for dimension in Dimension
            if dimension is not Dimension.MERCHANT
        },
    }


def _facts_json(platform: Facts, merchant: Facts) -> dict[str, Any]:
    own = {name: value for name, value in merchant.values.items() if platform.values.get(name) != value}
    return {
        "values": {name: _value_json(value) for name, value in platform.values.items()},
        "platform": _seen_json(platform),
        "merchant": {
            **_seen_json(merchant),
            # Both see the same values; what differs nevertheless must not get lost.
            **({"values": {name: _value_json(value) for name, value in own.items()}} if own else {}),
        },
    }


def _seen_json(facts: Facts) -> dict[str, Any]:
    return {
        "velocities": [_velocity_json(query, figures) for query, figures in facts.velocities.items()],
        "listed": sorted([name, value] for name, value in facts.listed),
    }


def _value_json(value: FactValue) -> object:
    return {_MOMENT: value.isoformat()} if isinstance(value, datetime) else value


def _value_of(kept: Any) -> FactValue:  # noqa: ANN401 - as JSON has it
    return datetime.fromisoformat(kept[_MOMENT]) if isinstance(kept, dict) else kept


def _velocity_json(query: VelocityQuery, figures: VelocityFigures) -> list[Any]:
    distinct = {dimension.value: figures.distinct.get(dimension, 0) for dimension in sorted(query.distinct)}
    return [query.dimension.value, query.window // _SECOND, figures.count, figures.sum_minor, distinct]


def _velocity_of(kept: list[Any]) -> tuple[VelocityQuery, VelocityFigures]:
    name, seconds, count, sum_minor, counted = kept
    distinct = {_DIMENSIONS[dimension]: many for dimension, many in counted.items()}
    query = VelocityQuery(dimension=_DIMENSIONS[name], window=timedelta(seconds=seconds), distinct=frozenset(distinct))
    return query, VelocityFigures(count=count, sum_minor=sum_minor, distinct=distinct)


def _judgement_json(judgement: Judgement) -> dict[str, Any]:
    places: dict[RuleOutcome, list[int]] = {outcome: [] for outcome in RuleOutcome}
    for place, result in enumerate(judgement.results):
        places[result.outcome].append(place)
    return {
        "matched": places[RuleOutcome.MATCHED],
        "failed": [[place, judgement.results[place].message] for place in places[RuleOutcome.FAILED]],
        "awaiting": places[RuleOutcome.AWAITING_SCORE],
        "hits": [[str(hit.merchant_id), hit.name, hit.value] for hit in judgement.hits],
        "score": judgement.score,
        "decision": judgement.decision.value,
        "request_3ds": judgement.request_3ds,
        "awaits_score": judgement.awaits_score,
        "decided_by": [str(rule_id) for rule_id in judgement.decided_by],
    }


def _judgement_of(kept: Mapping[str, Any], rule_set: RuleSet, facts: Facts) -> Judgement:
    outcomes = dict.fromkeys(kept["matched"], RuleOutcome.MATCHED)
    outcomes |= dict.fromkeys(kept["awaiting"], RuleOutcome.AWAITING_SCORE)
    messages: dict[int, str | None] = dict(kept["failed"])
    outcomes |= dict.fromkeys(messages, RuleOutcome.FAILED)
    return Judgement(
        rule_set=rule_set,
        facts=facts,
        results=tuple(
            RuleResult(rule=rule, outcome=outcomes.get(place, RuleOutcome.NOT_MATCHED), message=messages.get(place))
            for place, rule in enumerate(rule_set.rules)
        ),
        hits=tuple(ListHit(merchant_id=UUID(author), name=name, value=value) for author, name, value in kept["hits"]),
        score=kept["score"],
        decision=_DECISIONS[kept["decision"]],
        request_3ds=kept["request_3ds"],
        awaits_score=kept["awaits_score"],
        decided_by=tuple(UUID(rule_id) for rule_id in kept["decided_by"]),
    )
