"""What is read: the demo's payments, a client of one merchant, a signed-in person of the staff, one busy payment."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import asyncpg

from adapters.postgres.identity.rows import row_of_session, row_of_user
from adapters.postgres.identity.tables import sessions, users
from adapters.postgres.statement import Statement
from app.demo.seed.credentials import DerivedSecrets
from app.demo.seed.fill import Place, seed
from app.demo.seed.people import MACHINES
from app.settings import DEMO_SECRET_KEY
from bench.cluster import scratch_directory
from domain.identity.actor import Realm
from domain.identity.permission import CLIENT_SCOPES, StaffRole
from domain.identity.secret import digest, new_secret
from domain.identity.session import ABSOLUTE_LIMIT, Session
from domain.identity.user import User, UserStatus
from domain.kernel.ids import Prefix, format_id, new_uuid

if TYPE_CHECKING:
    from uuid import UUID

_MERCHANT = "kaffeewerk"
_REFUND_EVERY = 3

# The newest payments have had no time to be refunded, so the first page would hold no refund at all. Every third gets
# one here, with the operation that it needs; nothing but lists looks at it.
_REFUND_THE_NEWEST = """
WITH chosen AS (
    SELECT merchant_id, id, currency, captured_minor, gateway, captured_at, uuidv7() AS operation_id
    FROM (SELECT *, row_number() OVER (ORDER BY created_at DESC) AS place FROM payments
          WHERE merchant_id = $1 AND captured_minor > 0 AND refunded_minor + refund_pending_minor + disputed_minor = 0
          ORDER BY created_at DESC LIMIT 100) AS newest
    WHERE place % $2 = 0
), paid_back AS (
    INSERT INTO operations (merchant_id, id, payment_id, type, status, gateway, amount_minor, currency, capture, final,
        confirms, request_3ds, requested_at, completed_at, checks)
    SELECT merchant_id, operation_id, id, 'REFUND', 'SUCCEEDED', gateway, captured_minor, currency, false, false,
        false, false, captured_at, captured_at, 0 FROM chosen
), refunded AS (
    INSERT INTO refunds (merchant_id, id, payment_id, operation_id, status, amount_minor, currency, reason,
        returned_fee_minor, fee_minor, created_at)
    SELECT merchant_id, uuidv7(), id, operation_id, 'SUCCEEDED', captured_minor, currency, 'CUSTOMER_REQUEST',
        0, 0, captured_at FROM chosen
)
UPDATE payments AS p SET refunded_minor = p.captured_minor FROM chosen AS c
WHERE p.merchant_id = c.merchant_id AND p.id = c.id
"""
_BUSIEST = """
SELECT p.id FROM payments AS p WHERE p.merchant_id = $1
    AND EXISTS (SELECT FROM refunds WHERE merchant_id = p.merchant_id AND payment_id = p.id)
ORDER BY p.version DESC, p.id LIMIT 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Data:
    """What the requests name and show."""

    merchant_id: UUID
    client_id: str
    client_secret: str
    payment_id: str
    session_cookie: str
    csrf_token: str


async def fill(dsn: str, payments: int) -> Data:
    """Put so many payments into a migrated database, as its owner."""
    with scratch_directory() as directory:
        place = Place(
            data=directory,
            journal=directory / "journal.jsonl",
            simulator_url="http://localhost:8002",
            secret_key=DEMO_SECRET_KEY,
        )
        await asyncio.to_thread(seed, dsn, place, empty=False, payments_count=payments)
        secrets = DerivedSecrets.of(directory)
    machine = next(one for one in MACHINES if one.merchant.slug == _MERCHANT and one.scopes == CLIENT_SCOPES)
    secret = secrets.client_secret(machine)
    merchant_id = machine.merchant.merchant.id
    connection = await asyncpg.connect(dsn)
    try:
        await connection.execute(_REFUND_THE_NEWEST, merchant_id, _REFUND_EVERY)
        await connection.execute("VACUUM ANALYZE")
        busiest = await connection.fetchval(_BUSIEST, merchant_id)
        cookie, csrf_token = await _sign_in(connection)
    finally:
        await connection.close()
    return Data(
        merchant_id=merchant_id,
        client_id=machine.client(secret).client_id,
        client_secret=secret,
        payment_id=format_id(Prefix.PAYMENT, busiest),
        session_cookie=cookie,
        csrf_token=csrf_token,
    )


async def _sign_in(connection: asyncpg.Connection) -> tuple[str, str]:
    """The cookie and CSRF token of a session that a member of the staff has begun just now."""
    now, issuer, cookie, csrf_token = datetime.now(UTC), "https://login.example.com", new_secret(), new_secret()
    user = User(
        id=new_uuid(now),
        realm=Realm.STAFF,
        email="reader@paydesk.example.com",
        name="Reader",
        status=UserStatus.ACTIVE,
        created_at=now,
        issuer=issuer,
        subject="reader",
        staff_roles=frozenset({StaffRole.SUPPORT}),
    )
    session = Session(
        id=new_uuid(now),
        token_hash=digest(cookie),
        user_id=user.id,
        realm=Realm.STAFF,
        csrf_token=csrf_token,
        issuer=issuer,
        created_at=now,
        last_seen_at=now,
        expires_at=now + ABSOLUTE_LIMIT,
    )
    for table, row in ((users, row_of_user(user)), (sessions, row_of_session(session))):
        statement = Statement(table.insert())
        await connection.execute(statement.sql, *statement.args(**row))
    return cookie, csrf_token
