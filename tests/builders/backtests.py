"""Backtests, and payments as they see them."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from domain.fraud.backtest import Backtest, TestedPayment
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.fraud import an_active_rule
from tests.builders.moments import MORNING


def a_backtest(**values: Any) -> Backtest:
    """One rule of the platform over the day before, waiting."""
    defaults: dict[str, Any] = {
        "id": new_uuid(MORNING),
        "merchant_id": PLATFORM,
        "rules": (an_active_rule(),),
        "since": MORNING - timedelta(days=1),
        "until": MORNING,
        "requested_by_name": "Ada Lovelace",
        "created_at": MORNING,
    }
    return Backtest(**{**defaults, **values})


def a_tested_payment(**values: Any) -> TestedPayment:
    """Of 100 euros, which was allowed and came to nothing bad."""
    defaults: dict[str, Any] = {
        "payment_id": new_uuid(MORNING),
        "merchant_id": new_uuid(MORNING),
        "created_at": MORNING - timedelta(hours=1),
        "amount_minor": 10_000,
        "currency": "EUR",
        "values": {},
    }
    return TestedPayment(**{**defaults, **values})
