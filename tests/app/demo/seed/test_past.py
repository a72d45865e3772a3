"""The story of ninety days."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from app.demo.seed.past import tell
from app.demo.seed.people import cast
from app.demo.seed.rule_story import InForce
from domain.kernel.text import holds_card_number

if TYPE_CHECKING:
    from app.demo.seed.history import History

NOW = datetime(2026, 5, 20, 15, 30, tzinfo=UTC)


def told(count: int, chapter: int = 500, now: datetime = NOW) -> list[History]:
    people = cast(lambda machine: machine.name, now)
    return list(tell(people, InForce(), count=count, now=now, simulator_url="http://localhost:8002", chapter=chapter))


def test_it_is_the_same_each_time() -> None:
    first, second = told(600), told(600)
    assert [history.payments for history in first] == [history.payments for history in second]
    assert [history.events for history in first] == [history.events for history in second]
    assert [history.journal for history in first] == [history.journal for history in second]


def test_it_comes_in_chapters_in_the_order_of_time() -> None:
    chapters = told(1100)
    assert [len(history.payments) for history in chapters] == [500, 500, 100]
    moments = [payment["created_at"] for history in chapters for payment in history.payments]
    assert moments == sorted(moments)


def test_nothing_happens_after_now() -> None:
    for history in told(1500):
        for rows, moment in (
            (history.events, "occurred_at"),
            (history.audit_records, "occurred_at"),
            (history.operations, "requested_at"),
            (history.ledger_entries, "posted_at"),
        ):
            assert all(row[moment] <= NOW for row in rows)


def test_what_can_run_out_has_not_run_out() -> None:
    for history in told(1500):
        for payment in history.payments:
            if payment["status"] in {"AUTHORIZED", "PARTIALLY_CAPTURED"}:
                assert payment["authorization_expires_at"] > NOW - timedelta(minutes=2)
            if payment["status"] == "REQUIRES_ACTION":
                assert payment["next_action_expires_at"] > NOW - timedelta(minutes=2)


def test_customers_live_at_example_addresses_and_come_back() -> None:
    histories = told(3000)
    emails = [customer.email for history in histories for customer in history.customers]
    assert all(re.fullmatch(r"[a-z0-9.\-]+@example\.(com|org)", email or "") for email in emails)
    visits = [payment["customer_id"] for history in histories for payment in history.payments]
    assert len(emails) < len(visits) / 3


def test_nothing_looks_like_a_card_number() -> None:
    for history in told(800):
        for payment in history.payments:
            for column in (
                "reference",
                "description",
                "method_token",
                "gateway_reference",
                "fingerprint",
                "return_url",
            ):
                assert not holds_card_number(payment[column] or "")
