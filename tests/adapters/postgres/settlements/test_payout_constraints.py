"""The tables repeat the invariants: neither a wrong program nor somebody with its rights pays what nobody approved."""

from __future__ import annotations

from typing import TYPE_CHECKING

import asyncpg
import pytest

from domain.identity.actor import Scope
from domain.settlements.payout import Payout, PayoutStatus
from tests.builders.moments import MORNING
from tests.builders.money import eur
from tests.builders.payouts import a_new_payout, a_policy
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS
from tests.fakes.payout_desk import PayoutDesk

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.merchants.merchant import Merchant

    Owner = asyncpg.Connection

S = PayoutStatus
# What somebody with the application's rights would write to have it go: a person's approval.
_APPROVED = (
    "status = 'APPROVED', decided_at = now(), approved_by_kind = '{}', approved_by_id = {}, approved_by_name = 'x'"
)
# The status that the payout is in, a change, and what refuses it.
BROKEN = [
    (S.AWAITING_APPROVAL, "currency = 'eur'", "ck_payouts_currency"),
    (S.AWAITING_APPROVAL, "currency_exponent = 5", "ck_payouts_exponent"),
    (S.AWAITING_APPROVAL, "amount_minor = 0", "ck_payouts_amount"),
    (S.AWAITING_APPROVAL, "amount_minor = 100000000000001", "ck_payouts_amount"),
    (S.AWAITING_APPROVAL, "status = 'LOST'", "ck_payouts_"),
    (S.AWAITING_APPROVAL, "end_to_end_id = 'a b'", "ck_payouts_end_to_end_id"),
    (S.AWAITING_APPROVAL, "reason = ''", "ck_payouts_reason"),
    (S.AWAITING_APPROVAL, "requested_by_kind = 'ROBOT'", "ck_payouts_requested_by_kind"),
    (S.AWAITING_APPROVAL, "requested_by_id = NULL", "ck_payouts_requester"),
    (S.AWAITING_APPROVAL, _APPROVED.format("USER", "requested_by_id"), "ck_payouts_approver"),
    (S.AWAITING_APPROVAL, _APPROVED.format("SYSTEM", "gen_random_uuid()"), "ck_payouts_approver"),
    (S.AWAITING_APPROVAL, _APPROVED.format("CLIENT", "gen_random_uuid()"), "ck_payouts_approver"),
    (S.AWAITING_APPROVAL, _APPROVED.format("USER", "NULL"), "ck_payouts_approve"),
    (S.AWAITING_APPROVAL, "status = 'APPROVED', decided_at = now()", "ck_payouts_approved"),
    (S.AWAITING_APPROVAL, "status = 'APPROVED', decided_at = now(), approved_by_policy = true", "ck_payouts_policy"),
    (S.APPROVED, "approved_by_id = requested_by_id", "ck_payouts_approver"),
    (S.APPROVED, "requested_by_id = approved_by_id", "ck_payouts_approver"),
    (S.APPROVED, "approved_by_policy = true", "ck_payouts_approved"),
    (S.APPROVED, "status = 'AWAITING_APPROVAL', decided_at = NULL", "ck_payouts_approved"),
    (S.APPROVED, "status = 'HELD', decided_at = NULL, hold_reason = 'x'", "ck_payouts_approved"),
    (S.APPROVED, "status = 'REJECTED', decision_reason = 'x'", "ck_payouts_approved"),
    (S.APPROVED, "status = 'CANCELED', decision_reason = 'x', approved_by_policy = true", "ck_payouts_"),
    (S.APPROVED, "decided_at = NULL", "ck_payouts_decided"),
    (S.APPROVED, "decision_reason = 'x'", "ck_payouts_told"),
    (S.APPROVED, "hold_reason = 'x'", "ck_payouts_held"),
    (S.APPROVED, "status = 'IN_TRANSIT'", "ck_payouts_sent"),
    (S.APPROVED, "status = 'FAILED', failed_at = now()", "ck_payouts_why"),
    (S.APPROVED, "status = 'FAILED', failure_code = 'AC04'", "ck_payouts_failed"),
    (S.APPROVED, "failure_code = 'closed'", "ck_payouts_failure_code"),
    (S.REJECTED, "decision_reason = NULL", "ck_payouts_told"),
    (S.HELD, "hold_reason = NULL", "ck_payouts_held"),
    (S.PAID, "bank_entry_id = NULL", "ck_payouts_paid"),
    (S.PAID, "paid_at = NULL", "ck_payouts_paid"),
    (S.PAID, "status = 'RETURNED', failure_code = 'AC04'", "ck_payouts_returned"),
    (S.PAID, "return_entry_id = gen_random_uuid()", "ck_payouts_returned"),
    (S.PAID, "failure_code = 'AC04'", "ck_payouts_why"),
    (S.PAID, "attempt_count = -1", "ck_payouts_attempt_count"),
    (S.PAID, "version = 0", "ck_payouts_version"),
]
_ATTEMPTS = [
    ("number = 0", "ck_payout_attempts_number"),
    ("outcome = 'LOST'", "ck_payout_attempts_outcome"),
    ("code = 'x'", "ck_payout_attempts_code"),
    ("detail = repeat('x', 501)", "ck_payout_attempts_detail"),
    ("payout_id = gen_random_uuid()", "fk_payout_attempts_payout_id"),
]
_POLICIES = [
    ("currency = 'eur'", "ck_payout_policies_currency"),
    ("automatic_up_to_minor = -1", "ck_payout_policies_automatic_up_to"),
    ("approved_by_kind = 'SYSTEM'", "ck_payout_policies_approved_by_kind"),
    ("requested_by_kind = 'ROBOT'", "ck_payout_policies_requested_by_kind"),
    ("approved_by_id = requested_by_id", "ck_payout_policies_approver"),
    ("version = 0", "ck_payout_policies_version"),
]


@pytest.fixture
async def desk(units: PostgresUnits, merchant: Merchant) -> PayoutDesk:
    desk = PayoutDesk(units, merchant, SettableClock())
    await desk.bank_account()
    await desk.settled(eur(100))
    return desk


async def in_status(desk: PayoutDesk, status: PayoutStatus) -> Payout:
    payout = await desk.create()
    if status is S.HELD:
        return await desk.hold(payout)
    if status is S.REJECTED:
        return await desk.reject(payout)
    if status is S.APPROVED:
        return await desk.approve(payout)
    return await desk.confirm(await desk.send(await desk.approve(payout))) if status is S.PAID else payout


async def test_no_row_breaks_a_rule_of_the_noun(desk: PayoutDesk, owner: Owner) -> None:
    for status in (S.AWAITING_APPROVAL, S.HELD, S.REJECTED, S.APPROVED, S.PAID):
        payout = await in_status(desk, status)
        for _, change, constraint in (one for one in BROKEN if one[0] is status):
            with pytest.raises(asyncpg.CheckViolationError) as caught:
                await owner.execute(f"UPDATE payouts SET {change} WHERE id = $1", payout.id)
            assert refused_by(caught.value).startswith(constraint), (change, caught.value)
        if status in {S.AWAITING_APPROVAL, S.HELD, S.APPROVED}:
            await desk.cancel(payout)
    with pytest.raises(asyncpg.ForeignKeyViolationError):
        await owner.execute("UPDATE payouts SET bank_account_id = gen_random_uuid()")


async def test_nor_does_an_attempt_or_a_policy(desk: PayoutDesk, owner: Owner) -> None:
    await in_status(desk, S.PAID)
    await desk.want_no_person(eur(1))
    await owner.execute("ALTER TABLE payout_attempts DISABLE TRIGGER append_only")
    for table, broken in (("payout_attempts", _ATTEMPTS), ("payout_policies", _POLICIES)):
        for change, constraint in broken:
            with pytest.raises(asyncpg.IntegrityConstraintViolationError) as caught:
                await owner.execute(f"UPDATE {table} SET {change}")
            assert refused_by(caught.value) == constraint, change


async def test_what_two_people_agreed_on_is_not_the_application_s_to_change(
    desk: PayoutDesk, database: Database
) -> None:
    await desk.create()
    for change in (
        "requested_by_id = gen_random_uuid()",
        "requested_by_kind = 'SYSTEM'",
        "amount_minor = amount_minor + 1",
        "currency = 'JPY'",
        "bank_account_id = gen_random_uuid()",
        "policy_limit_minor = 1000000, policy_sum_minor = amount_minor",
        "end_to_end_id = 'X'",
        "created_at = now()",
    ):
        async with database.connection(Scope(None)) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(f"UPDATE payouts SET {change}")
    async with database.connection(Scope(None)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM payouts")
    async with database.connection(Scope(None)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("UPDATE payout_attempts SET outcome = 'PAID'")


async def test_the_requester_does_not_approve_by_sql_either(desk: PayoutDesk, database: Database) -> None:
    payout = await desk.create()
    approve = f"UPDATE payouts SET {_APPROVED.format('USER', 'requested_by_id')} WHERE id = $1"
    async with database.connection(Scope(None)) as connection:
        with pytest.raises(asyncpg.CheckViolationError) as caught:
            await connection.execute(approve, payout.id)
    assert refused_by(caught.value) == "ck_payouts_approver"
    assert await desk.get(payout) == payout


async def test_no_payout_begins_as_approved(desk: PayoutDesk) -> None:
    """But by the policy that is in force; a row that says otherwise is not taken, whoever writes it."""
    account = await desk.bank_account(currency="USD")
    waiting = a_new_payout(merchant_id=desk.merchant.id, bank_account_id=account.id)
    limit, amount = 500_00, waiting.amount.minor
    begun = [
        waiting.approve(desk.approver, MORNING),
        waiting.approve_by_policy(limit, amount, MORNING),
        waiting.reject(desk.approver, "No", MORNING),
        waiting.hold(desk.actor, "Wait", MORNING),
    ]
    for payout in begun:
        with pytest.raises(asyncpg.CheckViolationError) as caught:
            await add(desk, payout)
        assert refused_by(caught.value) == "ck_payouts_beginning", payout.status
    async with desk.units.begin(JOBS, "test") as unit:
        await unit.payout_policies.put(a_policy(eur(500)))
        await unit.commit()
    with pytest.raises(asyncpg.CheckViolationError):
        await add(desk, waiting.approve_by_policy(limit + 1, amount, MORNING))
    await add(desk, waiting.approve_by_policy(limit, amount, MORNING))


async def test_a_merchant_s_connection_sees_no_policy_and_makes_none(desk: PayoutDesk, database: Database) -> None:
    await desk.want_no_person(eur(500))
    async with database.connection(Scope(frozenset({desk.merchant.id}))) as connection:
        assert await connection.fetchval("SELECT count(*) FROM payout_policies") == 0
        assert await connection.execute("UPDATE payout_policies SET automatic_up_to_minor = 1") == "UPDATE 0"
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="row-level security"):
            await connection.execute(
                "INSERT INTO payout_policies SELECT 'JPY', 1, gen_random_uuid(), 'USER', gen_random_uuid(), 'x', 'USER',"
                " gen_random_uuid(), 'y', now(), 1"
            )


def refused_by(error: asyncpg.PostgresError) -> str:
    """The constraint's name."""
    return str(error.as_dict()["constraint_name"])


async def add(desk: PayoutDesk, payout: Payout) -> None:
    async with desk.units.begin(JOBS, "test") as unit:
        await unit.payouts.add(payout)
        await unit.commit()
