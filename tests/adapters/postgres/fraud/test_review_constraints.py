"""The tables of reviews repeat the invariants, keep what was opened as it was, and are fenced by merchant."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import pytest

from domain.fraud.add_review_note import AddReviewNote, add_review_note
from domain.fraud.assign_review import AssignReview, assign_review
from domain.fraud.review import ReviewStatus
from domain.fraud.review_note import Audience
from domain.identity.actor import Scope
from domain.kernel.errors import Invalid, NotFound
from tests.builders.merchants import a_merchant
from tests.fakes.clock import SettableClock
from tests.fakes.desk import JOBS, Desk
from tests.fakes.gateway import StandInGateway
from tests.fakes.review_desk import ReviewDesk

if TYPE_CHECKING:
    from adapters.postgres.database import Database
    from adapters.postgres.unit import PostgresUnits
    from domain.fraud.review import FraudReview
    from domain.merchants.merchant import Merchant

    Owner = asyncpg.Connection

# A change of an open review, and what refuses it.
BROKEN = [
    ("status = 'NEW'", "ck_fraud_reviews_status"),
    ("currency = 'eur'", "ck_fraud_reviews_currency"),
    ("currency_exponent = 5", "ck_fraud_reviews_exponent"),
    ("amount_minor = 0", "ck_fraud_reviews_amount"),
    ("status = 'ASSIGNED'", "ck_fraud_reviews_assigned"),
    ("assignee_id = gen_random_uuid()", "ck_fraud_reviews_open"),
    ("status = 'ESCALATED'", "ck_fraud_reviews_escalated"),
    ("status = 'APPROVED'", "ck_fraud_reviews_decided"),
    ("decided_at = now(), decided_by_name = 'x'", "ck_fraud_reviews_decided"),
    ("status = 'APPROVED', decided_at = now()", "ck_fraud_reviews_decided"),
    ("decided_by_id = gen_random_uuid()", "ck_fraud_reviews_decided"),
    ("status = 'DECLINED', decided_at = now(), decided_by_name = 'x'", "ck_fraud_reviews_declined"),
    ("decline_reason = 'OTHER'", "ck_fraud_reviews_declined"),
    ("decline_reason = 'WHIM'", "ck_fraud_reviews_decline"),
    ("outcome = 'GUILTY'", "ck_fraud_reviews_outcome"),
    ("warn_at = escalate_at + interval '1 second'", "ck_fraud_reviews_clock"),
    ("due_at = escalate_at - interval '1 second'", "ck_fraud_reviews_clock"),
    ("snoozed_until = escalate_at + interval '1 second'", "ck_fraud_reviews_snoozed"),
    ("payment_id = gen_random_uuid()", "fk_fraud_reviews_payment_id"),
    ("merchant_id = gen_random_uuid()", "fk_fraud_reviews"),
]


@pytest.fixture
def desk(units: PostgresUnits, merchant: Merchant) -> ReviewDesk:
    clock = SettableClock()
    return ReviewDesk(Desk(units, merchant, StandInGateway(clock), clock))


@pytest.fixture
async def review(desk: ReviewDesk) -> FraudReview:
    return await desk.held()


@pytest.mark.parametrize(("change", "constraint"), BROKEN)
async def test_what_the_domain_would_refuse_cannot_be_committed(
    review: FraudReview, owner: Owner, change: str, constraint: str
) -> None:
    assert review.status is ReviewStatus.OPEN
    with pytest.raises(asyncpg.IntegrityConstraintViolationError) as error:
        await owner.execute(f"UPDATE fraud_reviews SET {change}")
    assert str(vars(error.value)["constraint_name"]).startswith(constraint)


async def test_a_payment_has_one_review(review: FraudReview, owner: Owner) -> None:
    columns = ", ".join(
        row["attname"]
        for row in await owner.fetch(
            "SELECT attname FROM pg_attribute WHERE attrelid = 'fraud_reviews'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'"
        )
    )
    with pytest.raises(asyncpg.UniqueViolationError, match="uq_fraud_reviews_payment"):
        await owner.execute(
            f"INSERT INTO fraud_reviews (id, {columns}) SELECT gen_random_uuid(), {columns} FROM fraud_reviews"
        )
    assert await owner.fetchval("SELECT count(*) FROM fraud_reviews WHERE id = $1", review.id) == 1


@pytest.mark.parametrize(
    "column", ["amount_minor", "currency", "payment_id", "merchant_id", "rule_ids", "due_at", "opened_at", "score"]
)
async def test_what_was_opened_stays_for_the_application(review: FraudReview, database: Database, column: str) -> None:
    async with database.connection(Scope(None)) as connection:
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute(f"UPDATE fraud_reviews SET {column} = {column} WHERE id = $1", review.id)
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.execute("DELETE FROM fraud_reviews")


@pytest.mark.parametrize(
    ("audience", "realm", "broken"), [("STAFF", "MERCHANT", "internal"), ("EVERYBODY", "STAFF", "audience")]
)
async def test_only_staff_write_for_staff_alone(
    review: FraudReview, owner: Owner, audience: str, realm: str, broken: str
) -> None:
    with pytest.raises(asyncpg.CheckViolationError, match=f"ck_fraud_review_notes_{broken}"):
        await owner.execute(
            "INSERT INTO fraud_review_notes (merchant_id, id, review_id, audience, text, mentions, author_name,"
            " author_realm, created_at) VALUES ($1, $2, $2, $3, 'x', '{}', 'Ada', $4, now())",
            review.merchant_id,
            review.id,
            audience,
            realm,
        )


async def test_notes_never_change(desk: ReviewDesk, review: FraudReview, database: Database, owner: Owner) -> None:
    note = await add_review_note(desk.ports, desk.actor, AddReviewNote(review_id=review.id, text="I called."))
    for statement in ("UPDATE fraud_review_notes SET text = 'x'", "DELETE FROM fraud_review_notes"):
        with pytest.raises(asyncpg.PostgresError, match="append-only"):
            await owner.execute(statement)
        async with database.connection(Scope(None)) as connection:
            with pytest.raises(asyncpg.InsufficientPrivilegeError):
                await connection.execute(statement)
    assert await owner.fetchval("SELECT text FROM fraud_review_notes WHERE id = $1", note.id) == "I called."


async def test_neighbours_neither_see_nor_write(
    desk: ReviewDesk, review: FraudReview, database: Database, units: PostgresUnits
) -> None:
    await add_review_note(desk.ports, desk.actor, AddReviewNote(review_id=review.id, text="I called."))
    other = a_merchant()
    async with units.begin(JOBS, "test") as unit:
        await unit.merchants.add(other)
        await unit.commit()
    for scope, seen in ((Scope(frozenset({other.id})), 0), (Scope(frozenset({review.merchant_id})), 1)):
        async with database.connection(scope) as connection:
            for table in ("fraud_reviews", "fraud_review_notes"):
                assert await connection.fetchval(f"SELECT count(*) FROM {table}") == seen
            changed = await connection.execute("UPDATE fraud_reviews SET warned = true")
            assert changed == f"UPDATE {seen}"


async def test_people_who_can_see_the_merchant_can_be_given_its_reviews(
    desk: ReviewDesk, review: FraudReview, owner: Owner
) -> None:
    staff, member, stranger, gone = (uuid4() for _ in range(4))
    for person, realm, status in (
        (staff, "STAFF", "ACTIVE"),
        (member, "MERCHANT", "ACTIVE"),
        (stranger, "MERCHANT", "ACTIVE"),
        (gone, "STAFF", "DISABLED"),
    ):
        await owner.execute(
            "INSERT INTO users (id, realm, name, status, created_at) VALUES ($1, $2, 'Ada', $3, now())",
            person,
            realm,
            status,
        )
    await owner.execute(
        "INSERT INTO memberships (merchant_id, id, user_id, role, created_at) VALUES ($1, $2, $2, 'OWNER', now())",
        review.merchant_id,
        member,
    )
    for person in (staff, member):
        given = await assign_review(desk.ports, desk.actor, AssignReview(review_id=review.id, assignee_id=person))
        assert given.assignee_id == person
    for person in (stranger, gone, uuid4()):
        with pytest.raises(NotFound, match="The person"):
            await assign_review(desk.ports, desk.actor, AssignReview(review_id=review.id, assignee_id=person))
        command = AddReviewNote(review_id=review.id, text="Look.", mentions=(staff, person))
        with pytest.raises(NotFound) as error:
            await add_review_note(desk.ports, desk.actor, command)
        assert error.value.path == ("mentions", "1")
    inner = AddReviewNote(review_id=review.id, text="Look.", mentions=(staff, member))
    with pytest.raises(Invalid, match="do not read notes for staff alone") as refused:
        await add_review_note(desk.ports, JOBS, inner)
    assert refused.value.path == ("mentions", "1")
    shown = await add_review_note(desk.ports, JOBS, replace(inner, audience=Audience.MERCHANT))
    assert shown.mentions == (staff, member)
