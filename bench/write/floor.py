"""The floor: a payment written by hand on asyncpg and Starlette, with Paydesk's statements in its three beats.

It does what any implementation has to do that keeps the same rows, and nothing else: no domain objects, no GraphQL,
no checks of what it is sent. `granian --factory bench.write.floor:create_app`.
"""

from __future__ import annotations

import hashlib
import os
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any

import orjson
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from app.assembly import assembled
from app.garbage import spare_what_stays
from app.settings import load_settings
from bench.setup import authentication_of
from bench.write import statements as sql
from bench.write.gateway import AUTHORIZED_FOR, CARD, RESPONSE_CODE, RISK_SCORE
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, format_id, new_uuid

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from uuid import UUID

    from asyncpg import Record
    from starlette.requests import Request

    from adapters.postgres.database import Database, FencedConnection
    from domain.identity.actor import Actor
    from web.authentication import Authenticate

_FIRST_CHECK = timedelta(seconds=30)
_EXPONENT = 2
_CARD = (CARD.brand, CARD.last4, CARD.bin, CARD.country, CARD.expiry_month, CARD.expiry_year, CARD.funding)


def create_app() -> Starlette:
    """The application of the environment's settings; tokens are those of the Paydesk at PAYDESK_PUBLIC_URL."""
    settings = load_settings(os.environ)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncGenerator[None]:
        async with assembled(settings, gateways={}) as assembly:
            till = _Till(assembly.database, authentication_of(assembly))
            app.router.routes.append(Route("/graphql", till.answer, methods=["POST"]))
            app.router.routes.append(Route("/readyz", _ready, methods=["GET"]))
            # Part of how a process is set up, so both have it.
            spare_what_stays()
            yield

    return Starlette(lifespan=lifespan)


async def _ready(_: Request) -> Response:
    return Response()


class _Till:
    """Takes payments."""

    def __init__(self, database: Database, authenticate: Authenticate) -> None:
        self._database = database
        self._authenticate = authenticate

    async def answer(self, request: Request) -> Response:
        """Three beats and a look at the result."""
        actor = await self._authenticate(request)
        given = orjson.loads(await request.body())["variables"]["input"]
        merchant_id = actor.only_merchant
        actor.require(Permission.PAYMENTS_WRITE, merchant_id)
        payment_id, operation_id = await self._intend(actor, merchant_id, given)
        answer = _charge(operation_id)
        await self._record(actor, operation_id, answer)
        async with self._database.connection(actor.visible) as connection:
            transaction = connection.transaction()
            await transaction.start()
            row = await connection.fetchrow(sql.FIND_PAYMENT, payment_id)
            await transaction.rollback()
        assert row is not None
        return Response(orjson.dumps({"data": {"createPayment": _shown(row)}}), media_type="application/json")

    async def _intend(self, actor: Actor, merchant_id: UUID, given: dict[str, Any]) -> tuple[UUID, UUID]:
        at = datetime.now(UTC)
        async with self._database.transaction(actor.visible) as connection:
            merchant = await connection.fetchrow(sql.MERCHANT, merchant_id)
            assert merchant is not None
            payment_id, operation_id = new_uuid(at), new_uuid(at)
            digest = hashlib.sha256(orjson.dumps(given)).digest()
            claimed = (merchant_id, "createPayment", given["idempotencyKey"], digest, payment_id, operation_id, at)
            await connection.execute(sql.KEY, *claimed)
            who, customer_id = given["customer"], new_uuid(at)
            email = who["email"]
            columns = (merchant_id, customer_id, email, email.lower(), who["name"], who["country"], at)
            await connection.execute(sql.CUSTOMER, *columns)
            minor, currency = _minor(given["amount"]["amount"]), given["amount"]["currency"]
            await self._insert_payment(connection, merchant, payment_id, customer_id, minor, given, at)
            data = {"amount_minor": minor, "currency": currency, "method": "CARD", "capture_mode": "AUTOMATIC"}
            created = _event(actor, merchant_id, payment_id, 1, "payment.created", at, data)
            await connection.executemany(sql.EVENT, [created])
            await connection.execute(
                sql.OPERATION,
                *(merchant_id, operation_id, payment_id, "AUTHORIZE", "PENDING", merchant["gateway"], minor, currency),
                *(True, False, False, False, None, None, at, None, None, 0, at + _FIRST_CHECK),
            )
            audited = {"amount_minor": minor, "currency": currency}
            record = _audit(actor, merchant_id, "payments.create", "payment", payment_id, audited)
            await connection.execute(sql.AUDIT, *record)
        return payment_id, operation_id

    @staticmethod
    async def _insert_payment(
        connection: FencedConnection,
        merchant: Record,
        payment_id: UUID,
        customer_id: UUID,
        minor: int,
        given: dict[str, Any],
        at: datetime,
    ) -> None:
        await connection.execute(
            sql.PAYMENT,
            *(merchant["id"], payment_id, "PROCESSING", "AUTOMATIC", given["amount"]["currency"], _EXPONENT, minor),
            *(0, 0, 0, 0, 0, 0, 0, False, False, 0, 0, 0, 0, "CARD", given["paymentMethod"]["token"]),
            *(None, None, None, None, None, None, None, None, None, customer_id, given["reference"], None),
            {pair["key"]: pair["value"] for pair in given["metadata"]},
            *(merchant["gateway"], None, None, None, None, None, None, at, at, None, None, None, None, 1),
        )

    async def _record(self, actor: Actor, operation_id: UUID, answer: dict[str, Any]) -> None:
        at = datetime.now(UTC)
        async with self._database.transaction(actor.visible) as connection:
            found = await connection.fetchrow(sql.FIND_OPERATION, operation_id)
            assert found is not None
            payment = await connection.fetchrow(sql.LOCK_PAYMENT, found["payment_id"])
            operation = await connection.fetchrow(sql.FIND_OPERATION, operation_id)
            assert operation is not None
            assert payment is not None
            merchant_id, payment_id = payment["merchant_id"], payment["id"]
            minor, currency = operation["amount_minor"], operation["currency"]
            merchant = await connection.fetchrow(sql.MERCHANT, merchant_id)
            assert merchant is not None
            fee, capture_id, entry_id = _fee(merchant["fee_rates"], minor, currency), new_uuid(at), new_uuid(at)
            await connection.execute(
                sql.CAPTURE,
                *(merchant_id, capture_id, payment_id, operation_id, "SUCCEEDED", minor, currency, True, fee, at),
            )
            await connection.execute(
                sql.ENTRY, merchant_id, entry_id, "CAPTURE", payment_id, operation_id, None, None, None, at
            )
            await connection.execute(sql.POSTINGS, *_postings(merchant, entry_id, minor, fee, currency, at))
            await connection.execute(
                sql.CONCLUDE_OPERATION,
                *("SUCCEEDED", answer["reference"], RESPONSE_CODE, None, at, 0, None, merchant_id, operation_id),
            )
            await self._capture_payment(connection, payment, answer, fee, at)
            amount = {"amount_minor": minor, "currency": currency}
            captured = {"capture_id": str(capture_id), "fee_minor": fee, "final": True, "released_minor": 0}
            told = (
                ("payment.authorized", amount),
                ("payment.capture_requested", {**amount, "final": True}),
                ("payment.captured", {**amount, **captured}),
            )
            events = [
                _event(actor, merchant_id, payment_id, number, name, at, data)
                for number, (name, data) in enumerate(told, 2)
            ]
            await connection.executemany(sql.EVENT, events)
            outcome = {"type": "AUTHORIZE", "outcome": "SUCCEEDED"}
            record = _audit(actor, merchant_id, "payments.record_outcome", "operation", operation_id, outcome)
            await connection.execute(sql.AUDIT, *record)

    @staticmethod
    async def _capture_payment(
        connection: FencedConnection, payment: Record, answer: dict[str, Any], fee: int, at: datetime
    ) -> None:
        minor = payment["amount_minor"]
        await connection.execute(
            sql.CHANGE_PAYMENT,
            *("CAPTURED", minor, minor, 0, 0, 0, 0, 0, False, False, 0, fee, 0, 0, "CARD", payment["method_token"]),
            *_CARD,
            *(None, CARD.fingerprint, answer["reference"], None, None, None, RISK_SCORE, at, at, at),
            *(answer["expires_at"], None, 4, payment["merchant_id"], payment["id"], payment["version"]),
        )


def _charge(operation_id: UUID) -> dict[str, Any]:
    """The gateway's answer."""
    return {"reference": f"gw_{operation_id.hex}", "expires_at": datetime.now(UTC) + AUTHORIZED_FOR}


def _minor(text: str) -> int:
    whole, _, fraction = text.partition(".")
    return int(whole + fraction.ljust(_EXPONENT, "0"))


def _fee(rates: list[dict[str, Any]], minor: int, currency: str) -> int:
    rate = next(rate for rate in rates if rate["currency"] == currency)
    share = Decimal(minor) * Decimal(rate["percentage"]) / 100
    return int(share.quantize(Decimal(1), rounding=ROUND_HALF_EVEN)) + rate["fixed_minor"]


def _postings(merchant: Record, entry_id: UUID, minor: int, fee: int, currency: str, at: datetime) -> tuple[Any, ...]:
    accounts = [f"gateway_clearing:{merchant['gateway']}", "pending", "pending", "fees_revenue"]
    amounts = [minor, -minor, fee, -fee]
    return [merchant["id"]] * 4, [entry_id] * 4, [0, 1, 2, 3], accounts, [currency] * 4, amounts, [at] * 4


def _event(
    actor: Actor, merchant_id: UUID, payment_id: UUID, number: int, name: str, at: datetime, data: dict[str, Any]
) -> tuple[Any, ...]:
    who = (actor.kind.value, actor.id, actor.name)
    return (merchant_id, new_uuid(at, number), "payment", payment_id, number, name, at, *who, data)


def _audit(
    actor: Actor, merchant_id: UUID, action: str, subject: str, subject_id: UUID, data: dict[str, Any]
) -> tuple[Any, ...]:
    now = datetime.now(UTC)
    who = (actor.kind.value, actor.id, actor.name)
    return (new_uuid(now, 1), merchant_id, *who, action, subject, subject_id, now, actor.address, data)


def _shown(row: Record) -> dict[str, Any]:
    """What the mutation of `request.py` selects."""
    currency = row["currency"]
    return {
        "__typename": "CreatePaymentPayload",
        "replayed": False,
        "payment": {
            "id": format_id(Prefix.PAYMENT, row["id"]),
            "status": row["status"],
            "reference": row["reference"],
            "createdAt": _moment(row["created_at"]),
            "capturedAt": _moment(row["captured_at"]),
            "riskScore": row["risk_score"],
            "amount": {"amount": _amount(row["amount_minor"]), "currency": currency},
            "amountCaptured": {"amount": _amount(row["captured_minor"]), "currency": currency},
            "amountRefundable": {
                "amount": _amount(row["captured_minor"] - row["refunded_minor"]),
                "currency": currency,
            },
            "method": {"type": row["method_type"], "brand": row["brand"], "last4": row["last4"]},
        },
    }


def _amount(minor: int) -> str:
    return f"{minor // 100}.{minor % 100:02}"


def _moment(moment: datetime) -> str:
    return moment.isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"
