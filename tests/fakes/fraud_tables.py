"""What is committed of fraud: the contents of its in-memory stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.fraud.backtest import Backtest
    from domain.fraud.fraud_list import FraudList, ListEntry
    from domain.fraud.review import FraudReview
    from domain.fraud.review_note import ReviewNote
    from domain.fraud.rule import FraudRule, RuleVersion
    from domain.fraud.rule_set import RuleSet
    from domain.fraud.screening import Screening
    from domain.fraud.trace import Trace


@dataclass(slots=True, kw_only=True)
class FraudTables:
    """Rows by their keys. `reviewers` are people's merchants by their ids, None of staff."""

    screenings: dict[UUID, Screening] = field(default_factory=dict)
    traces: dict[UUID, Trace] = field(default_factory=dict)
    rule_sets: dict[tuple[UUID, int], RuleSet] = field(default_factory=dict)
    rules: dict[UUID, FraudRule] = field(default_factory=dict)
    versions: dict[tuple[UUID, int], RuleVersion] = field(default_factory=dict)
    lists: dict[tuple[UUID, str], FraudList] = field(default_factory=dict)
    entries: dict[tuple[UUID, str, str], ListEntry] = field(default_factory=dict)
    reviews: dict[UUID, FraudReview] = field(default_factory=dict)
    review_notes: dict[UUID, ReviewNote] = field(default_factory=dict)
    reviewers: dict[UUID, frozenset[UUID] | None] = field(default_factory=dict)
    backtests: dict[UUID, Backtest] = field(default_factory=dict)
