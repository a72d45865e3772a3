"""Disputes, warnings and approvals of the seed, by SQL over what they left."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import asyncpg
import pytest

from adapters.postgres.disputes import rows
from adapters.postgres.payments.rows import payment_of
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.regulars import FAITHFUL, TRAVELLING, Regular
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
from domain.disputes.stage import DisputeStage, DisputeStatus
from domain.disputes.template import template_for
from domain.kernel.ids import PLATFORM
from domain.payments.payment import PaymentStatus
from tests.app.demo.seed.conftest import fill

if TYPE_CHECKING:
    from pathlib import Path

    from asyncpg import Record

    from tests.app.demo.seed.conftest import Seeded

# An inquiry takes no money that could be conceded, and is the only stage that can be settled before it does.
REACHABLE = {
    (stage.value, status.value)
    for stage in DisputeStage
    for status in DisputeStatus
    if (status is not DisputeStatus.ACCEPTED or stage is not DisputeStage.INQUIRY)
    and (status is not DisputeStatus.PREVENTED or stage is DisputeStage.INQUIRY)
}
DUE_TODAY = (
    "SELECT count(*) FROM disputes WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED') AND respond_by > $1"
    " AND (respond_by AT TIME ZONE time_zone)::date = ($1::timestamptz AT TIME ZONE time_zone)::date"
)


async def test_a_dispute_stands_in_every_stage_and_status(books: asyncpg.Connection) -> None:
    found = await books.fetch("SELECT stage, status, count(*) AS disputes FROM disputes GROUP BY 1, 2")
    assert len(REACHABLE) == 32
    assert {(row["stage"], row["status"]) for row in found} == REACHABLE
    assert sum(row["disputes"] for row in found) == 66


async def test_all_merchants_have_some_and_one_has_most(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT merchant_id, count(*) FROM disputes GROUP BY 1"))
    assert counts.keys() == {merchant.merchant.id for merchant in MERCHANTS}
    assert max(counts.values()) > sum(counts.values()) / 2
    zones = dict(await books.fetch("SELECT DISTINCT merchant_id, time_zone FROM disputes"))
    assert zones == {merchant.merchant.id: merchant.merchant.time_zone for merchant in MERCHANTS}
    assert len(set(zones.values())) == 6


async def test_they_are_about_all_networks_and_every_category(books: asyncpg.Connection) -> None:
    kinds = await books.fetch("SELECT DISTINCT network, reason_code, category FROM disputes")
    assert {row["network"] for row in kinds} == set(Network)
    assert len({row["category"] for row in kinds}) == 10
    for row in kinds:
        reason = find_reason_code(Network(row["network"]), row["reason_code"])
        assert reason.in_force
        assert reason.known
        assert reason.category == row["category"]
    foreign = "SELECT d.id FROM disputes AS d JOIN payments AS p ON p.id = d.payment_id WHERE p.brand <> d.network"
    assert await books.fetch(foreign) == []


async def test_some_are_due_today_where_the_merchant_is_and_some_in_the_coming_days(
    books: asyncpg.Connection, seeded: Seeded
) -> None:
    assert await books.fetchval(DUE_TODAY, seeded.now) == 9
    rest = await books.fetchrow(
        "SELECT count(*) FILTER (WHERE respond_by BETWEEN $1 AND $1 + interval '72 hours') AS soon,"
        " count(*) FILTER (WHERE respond_by > $1 + interval '72 hours') AS later,"
        " count(*) FILTER (WHERE respond_by <= $1) AS missed FROM disputes"
        " WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED')",
        seeded.now,
    )
    assert rest is not None
    assert rest["soon"] > 9
    assert rest["later"] > 5
    assert rest["missed"] == 0
    # The watch has warned of exactly those that it has to warn of, give or take the moment of its round.
    wrong = await books.fetch(
        "SELECT id FROM disputes, (VALUES (72), (24)) AS warning (hours)"
        " WHERE status IN ('NEEDS_RESPONSE', 'EVIDENCE_STAGED')"
        " AND abs(extract(epoch FROM respond_by - $1::timestamptz) - hours * 3600) > 90"
        " AND (respond_by - $1::timestamptz < hours * interval '1 hour')"
        "     <> (warned_hours IS NOT NULL AND warned_hours <= hours)",
        seeded.now,
    )
    assert wrong == []
    assert await books.fetchval("SELECT count(DISTINCT warned_hours) FROM disputes") == 2


async def test_what_expired_was_not_answered_and_closed_by_the_clock(books: asyncpg.Connection) -> None:
    expired = await books.fetch(
        "SELECT e.actor_name, e.occurred_at - d.respond_by AS late FROM disputes AS d JOIN events AS e"
        " ON e.subject_id = d.id AND e.name = 'dispute.closed' AND e.sequence = d.version WHERE d.status = 'EXPIRED'"
    )
    assert len(expired) == 4
    assert {row["actor_name"] for row in expired} == {"jobs.watch_deadlines"}
    assert all(0 < row["late"].total_seconds() < 60 for row in expired)


async def test_the_domain_takes_every_dispute_and_what_was_said_of_it_for_sound(books: asyncpg.Connection) -> None:
    disputes = [rows.dispute_of(row) for row in await books.fetch("SELECT * FROM disputes")]
    notices = [rows.notice_of(row) for row in await books.fetch("SELECT * FROM dispute_notices")]
    assert {notice.case_reference for notice in notices} == {dispute.case_reference for dispute in disputes}
    assert await books.fetchval("SELECT count(*) FROM dispute_notices WHERE state <> 'APPLIED'") == 0
    for dispute in disputes:
        assert dispute.created_at >= dispute.opened_at
        assert [record.stage for record in dispute.stages] == sorted({one.stage for one in dispute.stages}, key=_rank)
        assert all(one.opened_at < two.opened_at for one, two in zip(dispute.stages, dispute.stages[1:], strict=False))
    assert any(len(dispute.stages) == 3 for dispute in disputes)
    assert any(dispute.stages[0].stage is DisputeStage.INQUIRY and len(dispute.stages) == 2 for dispute in disputes)


def _rank(stage: DisputeStage) -> int:
    return stage.rank


async def test_money_that_networks_hold_is_the_ledgers_and_the_payments(books: asyncpg.Connection) -> None:
    sums = await books.fetch(
        """
        SELECT currency, sum(withdrawn_minor) AS held, sum(fee_minor) AS fees,
               (SELECT -sum(l.amount_minor) FILTER (WHERE l.account LIKE 'gateway%') FROM ledger_postings AS l
                JOIN ledger_entries AS e ON e.id = l.entry_id
                WHERE e.dispute_id IS NOT NULL AND l.currency = d.currency) AS posted,
               (SELECT -sum(l.amount_minor) FILTER (WHERE l.account = 'fees_revenue') FROM ledger_postings AS l
                JOIN ledger_entries AS e ON e.id = l.entry_id
                WHERE e.dispute_id IS NOT NULL AND l.currency = d.currency) AS charged,
               (SELECT sum(p.disputed_minor + p.double_loss_minor) FROM payments AS p
                WHERE p.currency = d.currency) AS disputed
        FROM disputes AS d GROUP BY currency
        """
    )
    assert {row["currency"] for row in sums} == {"EUR", "USD", "GBP", "JPY", "KWD"}
    for row in sums:
        assert row["held"] == row["posted"] == row["disputed"] > 0
        assert row["fees"] == row["charged"] > 0
    plans = {merchant.merchant.id: merchant.merchant.fee_plan for merchant in MERCHANTS}
    for row in await books.fetch("SELECT merchant_id, currency, fee_minor, stage FROM disputes"):
        taken = row["stage"] != DisputeStage.INQUIRY
        assert row["fee_minor"] == (plans[row["merchant_id"]].dispute_fee_minor(row["currency"]) if taken else 0)


async def test_what_was_won_can_be_refunded_again_and_what_is_held_cannot(books: asyncpg.Connection) -> None:
    query = "SELECT p.* FROM payments AS p JOIN disputes AS d ON d.payment_id = p.id WHERE d.status = $1 AND d.stage <> 'INQUIRY'"
    won = [payment_of(row) for row in await books.fetch(query, "WON")]
    assert len(won) > 5
    assert all(payment.refundable_minor == payment.captured_minor for payment in won)
    lost = [payment_of(row) for row in await books.fetch(query, "LOST")]
    assert lost
    assert all(payment.refundable_minor == 0 and payment.disputed_minor == payment.captured_minor for payment in lost)
    assert all(payment.status is PaymentStatus.CAPTURED for payment in [*won, *lost])


async def test_some_are_partial_one_is_a_double_loss_and_some_are_claimed_in_another_currency(
    books: asyncpg.Connection,
) -> None:
    joined = "FROM disputes AS d JOIN payments AS p ON p.id = d.payment_id"
    assert await books.fetchval(f"SELECT count(*) {joined} WHERE d.amount_minor < p.captured_minor") == 3
    double = await books.fetch(
        f"SELECT p.refunded_minor, p.captured_minor, p.disputed_minor, d.double_loss_minor {joined}"
        " WHERE d.double_loss_minor > 0"
    )
    assert len(double) == 1
    assert double[0]["refunded_minor"] == double[0]["captured_minor"] == double[0]["double_loss_minor"]
    assert double[0]["disputed_minor"] == 0
    claimed = await books.fetch(
        "SELECT DISTINCT currency, dispute_currency FROM disputes WHERE currency <> dispute_currency"
    )
    assert {tuple(row) for row in claimed} == {("EUR", "USD"), ("JPY", "USD")}


async def test_people_work_on_them_and_write_to_each_other(books: asyncpg.Connection) -> None:
    assigned = await books.fetch(
        "SELECT u.realm, u.name, count(*) AS disputes FROM disputes AS d JOIN users AS u ON u.id = d.assignee_id GROUP BY 1, 2"
    )
    assert {(row["realm"], row["name"]) for row in assigned} == {
        ("STAFF", "Dario Conti"),
        ("MERCHANT", "Jonas Falk"),
        ("MERCHANT", "Owen Clarke"),
    }
    notes = {tuple(row) for row in await books.fetch("SELECT DISTINCT audience, author_realm FROM dispute_notes")}
    assert notes == {("MERCHANT", "STAFF"), ("MERCHANT", "MERCHANT"), ("STAFF", "STAFF")}


async def test_evidence_is_staged_in_part_and_submitted_whole_with_its_hash(books: asyncpg.Connection) -> None:
    found = await books.fetch(
        "SELECT e.*, d.network, d.reason_code FROM dispute_evidence AS e JOIN disputes AS d ON d.id = e.dispute_id"
    )
    scores: dict[str, set[int]] = {"STAGED": set(), "SUBMITTED": set()}
    for row in found:
        evidence = rows.evidence_of(row)
        template = template_for(find_reason_code(Network(row["network"]), row["reason_code"]))
        scores[evidence.status].add(template.completeness(evidence.texts.keys()).score)
        assert evidence.sha256 in {None, evidence.content_sha256}
    assert 0 < min(scores["STAGED"]) < 100
    assert min(scores["SUBMITTED"]) >= 80
    hashes = {row["sha256"] for row in found if row["sha256"]}
    sent = await books.fetch("SELECT sha256 FROM dispute_responses WHERE kind = 'COUNTER' AND status = 'SUCCEEDED'")
    assert hashes == {row["sha256"] for row in sent}
    assert len(hashes) == len(sent) > 40


async def test_a_policy_accepts_what_is_small_and_nothing_that_is_open_now(books: asyncpg.Connection) -> None:
    (policy,) = map(rows.policy_of, await books.fetch("SELECT * FROM dispute_policies"))
    responses = await books.fetch("SELECT requested_by, dispute_id FROM dispute_responses WHERE kind = 'ACCEPT'")
    by_policy = [row["dispute_id"] for row in responses if row["requested_by"] == "jobs.accept_by_policy"]
    assert len(responses) == 6
    assert len(by_policy) == 1
    disputes = [rows.dispute_of(row) for row in await books.fetch("SELECT * FROM disputes")]
    small = next(dispute for dispute in disputes if dispute.id == by_policy[0])
    assert small.category in policy.categories
    assert small.amount_minor <= policy.accept_up_to.minor
    open_ones = [one for one in disputes if one.merchant_id == policy.merchant_id and not one.closed]
    assert not any(policy.accepts(dispute) for dispute in open_ones)


async def test_warnings_are_open_heeded_and_come_true(books: asyncpg.Connection) -> None:
    counts = dict(await books.fetch("SELECT status, count(*) FROM early_fraud_warnings GROUP BY 1"))
    assert counts == {"OPEN": 2, "REFUNDED": 2, "DISPUTED": 1}
    refunds = await books.fetch(
        "SELECT r.status, r.reason, p.refunded_minor = p.captured_minor AS whole FROM early_fraud_warnings AS w"
        " JOIN refunds AS r ON r.id = w.refund_id JOIN payments AS p ON p.id = w.payment_id WHERE w.status = 'REFUNDED'"
    )
    assert [tuple(row) for row in refunds] == [("SUCCEEDED", "DISPUTE_PREVENTION", True)] * 2
    disputed = await books.fetchrow(
        "SELECT d.reason_code, w.reported_at < d.opened_at AS warned_first FROM early_fraud_warnings AS w"
        " JOIN disputes AS d ON d.payment_id = w.payment_id WHERE w.status = 'DISPUTED'"
    )
    assert tuple(disputed or ()) == ("10.4", True)


async def test_two_merchants_ask_for_a_second_person(books: asyncpg.Connection) -> None:
    policies = await books.fetch("SELECT merchant_id, action FROM approval_policies")
    assert len(policies) == 5
    assert {row["action"] for row in policies if row["merchant_id"] == PLATFORM} == {"PUBLISH_FRAUD_RULE"}
    assert len({row["merchant_id"] for row in policies}) == 3
    requests = {
        (row["action"], row["status"]): row
        for row in await books.fetch("SELECT *, expires_at > now() AS open FROM approval_requests")
        # What our own people and the merchants' money need a second person for is tested with the settlements.
        if row["action"] not in {"CHANGE_BANK_ACCOUNT", "ADJUST_SETTLEMENT", "SET_PAYOUT_POLICY"}
    }
    assert requests.keys() == {
        ("REFUND_PAYMENT", "REQUIRES_REVIEW"),
        ("ACCEPT_DISPUTE", "REQUIRES_REVIEW"),
        ("REFUND_PAYMENT", "SUCCEEDED"),
        ("ACCEPT_DISPUTE", "REJECTED"),
        ("PUBLISH_FRAUD_RULE", "REQUIRES_REVIEW"),
    }
    assert requests["REFUND_PAYMENT", "REQUIRES_REVIEW"]["requested_by_name"] == "Jonas Falk"
    assert all(row["open"] for (_, status), row in requests.items() if status == "REQUIRES_REVIEW")
    assert all(row["requested_by_id"] != row["decided_by_id"] for row in requests.values())
    done = requests["REFUND_PAYMENT", "SUCCEEDED"]
    refund = await books.fetchrow(
        "SELECT status, amount_minor FROM refunds WHERE operation_id = $1", done["operation_id"]
    )
    assert tuple(refund or ()) == ("SUCCEEDED", done["amount_minor"])
    for status in ("REQUIRES_REVIEW", "REJECTED"):
        subject = requests["ACCEPT_DISPUTE", status]["subject_id"]
        answerable = await books.fetchrow("SELECT status, response_pending FROM disputes WHERE id = $1", subject)
        assert tuple(answerable or ()) == ("NEEDS_RESPONSE", False)


async def test_a_regulars_history_is_compelling_and_a_travellers_is_not(books: asyncpg.Connection) -> None:
    faithful = await _judge(books, FAITHFUL)
    assert faithful.eligible
    assert set(faithful.elements) == set(MatchingElement)
    travelling = await _judge(books, TRAVELLING)
    assert not travelling.eligible
    assert {missing.lack for missing in travelling.missing} == {Lack.TOO_FEW_MATCHING_ELEMENTS, Lack.NO_IP_OR_DEVICE}


async def _judge(books: asyncpg.Connection, regular: Regular) -> CompellingEvidence:
    found = await books.fetch(
        "SELECT p.*, o.ip_address, o.device_id, o.customer_account, o.shipping_address FROM payments AS p"
        " JOIN payment_origins AS o ON o.payment_id = p.id WHERE p.fingerprint = $1",
        regular.card.fingerprint,
    )
    row = await books.fetchrow("SELECT * FROM disputes WHERE payment_id = ANY ($1)", [one["id"] for one in found])
    assert row is not None
    dispute = rows.dispute_of(row)
    disputed = next(_facts(one) for one in found if one["id"] == dispute.payment_id)
    earlier = [
        EarlierPayment(facts=_facts(one), disputed=False, fraud_reported=False)
        for one in found
        if one["id"] != dispute.payment_id
    ]
    assert len(earlier) == len(regular.visits) - 1
    reason = find_reason_code(dispute.network, dispute.reason_code)
    return compelling_evidence(reason, disputed, earlier, dispute.opened_at.astimezone(UTC).date())


def _facts(row: Record) -> PaymentFacts:
    payment = payment_of(row)
    origin: dict[str, Any] = {
        name: row[name] for name in ("ip_address", "device_id", "customer_account", "shipping_address")
    }
    return PaymentFacts(
        payment_id=payment.id,
        created_at=payment.created_at,
        amount=payment.money(payment.amount_minor),
        fingerprint=payment.method.fingerprint,
        **origin,
    )


@pytest.mark.parametrize(
    "now",
    [
        # A second before midnight in Berlin and Madrid; minutes into a day in Tokyo.
        datetime(2026, 7, 15, 21, 59, 10, tzinfo=UTC),
        # In the hour that Europe's clocks go through twice.
        datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    ],
)
async def test_they_stand_so_whenever_the_demo_begins(database_url: str, tmp_path: Path, now: datetime) -> None:
    await fill(database_url, tmp_path, payments_count=6_000, now=now)
    connection = await asyncpg.connect(database_url)
    try:
        found = {tuple(row) for row in await connection.fetch("SELECT DISTINCT stage, status FROM disputes")}
        assert found == REACHABLE
        assert await connection.fetchval(DUE_TODAY, now) == 9
        assert await connection.fetchval("SELECT max(occurred_at) <= $1 FROM events", now)
        assert await connection.fetchval("SELECT max(occurred_at) <= $1 FROM audit_records", now)
    finally:
        await connection.close()


async def test_a_demo_with_hardly_any_sales_has_what_they_give(database_url: str, tmp_path: Path) -> None:
    await fill(database_url, tmp_path, payments_count=150)
    connection = await asyncpg.connect(database_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM payments") == 150
        assert await connection.fetchval("SELECT count(*) FROM disputes") < 20
        assert await connection.fetchval("SELECT count(*) FROM dispute_policies") == 1
    finally:
        await connection.close()
