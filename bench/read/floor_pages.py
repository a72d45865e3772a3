"""Rows to the dictionaries of the pages, key by key, with nothing in between."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from adapters.currencies import all_currencies
from adapters.postgres.approvals.rows import policy_of
from adapters.postgres.keyset import Key, cursor_of, microseconds
from adapters.postgres.payments.rows import payment_of
from domain.identity.permission import Permission
from domain.kernel.ids import format_id
from domain.kernel.money import plain_notation
from domain.kernel.paging import DEFAULT_PAGE
from domain.payments.actions import available_actions
from domain.payments.events import PaymentEventType

if TYPE_CHECKING:
    from collections.abc import Sequence

    from domain.identity.actor import Actor
    from domain.payments.payment import Payment

# Rows as asyncpg gives them; only what is asked of them is known here.
Row = Any
Json = dict[str, Any]

_EXPONENT = {currency.code: currency.exponent for currency in all_currencies()}
_EVENT_NAMES = {event.value: event.name for event in PaymentEventType}


class Parts(NamedTuple):
    """All rows of one payment's page but its own."""

    merchant: Row
    customer: Row
    captures: Sequence[Row]
    refunds: Sequence[Row]
    operations: Sequence[Row]
    entries: Sequence[Row]
    events: Sequence[Row]
    policies: Sequence[Row]


def listed(
    page: Sequence[Row], customers: Sequence[Row], refunds: Sequence[Row], *, more: bool, personal: bool
) -> Json:
    """The list of one merchant."""
    by_id: dict[Any, Json | None] = {row["id"]: _customer(row, personal=personal) for row in customers}
    by_id[None] = None
    given_back: dict[Any, list[Json]] = {row["id"]: [] for row in page}
    for row in refunds:
        given_back[row["payment_id"]].append(_listed_refund(row))
    nodes: list[Json] = []
    for row in page:
        currency = row["currency"]
        exponent = _EXPONENT[currency]
        nodes.append(
            {
                "id": format_id("pay", row["id"]),
                "status": row["status"],
                "captureMode": row["capture_mode"],
                "amount": _money(row["amount_minor"], currency, exponent),
                "amountCaptured": _money(row["captured_minor"], currency, exponent),
                "amountRefunded": _money(row["refunded_minor"], currency, exponent),
                "method": {"type": row["method_type"], "brand": row["brand"], "last4": row["last4"]},
                "reference": row["reference"],
                "createdAt": row["created_at"],
                "customer": by_id[row["customer_id"]],
                "refunds": given_back[row["id"]],
            }
        )
    return {"nodes": nodes, "pageInfo": _page_info(page, more=more)}


def staff_listed(
    page: Sequence[Row], customers: Sequence[Row], merchants: Sequence[Row], *, more: bool, personal: bool
) -> Json:
    """The list of all merchants."""
    by_id: dict[Any, Json | None] = {row["id"]: _customer(row, personal=personal) for row in customers}
    by_id[None] = None
    sellers = {row["id"]: {"id": format_id("mer", row["id"]), "name": row["name"]} for row in merchants}
    nodes: list[Json] = []
    for row in page:
        currency = row["currency"]
        exponent = _EXPONENT[currency]
        nodes.append(
            {
                "id": format_id("pay", row["id"]),
                "status": row["status"],
                "amount": _money(row["amount_minor"], currency, exponent),
                "amountCaptured": _money(row["captured_minor"], currency, exponent),
                "amountRefunded": _money(row["refunded_minor"], currency, exponent),
                "method": {"type": row["method_type"], "brand": row["brand"], "last4": row["last4"]},
                "reference": row["reference"],
                "riskScore": row["risk_score"],
                "createdAt": row["created_at"],
                "merchant": sellers[row["merchant_id"]],
                "customer": by_id[row["customer_id"]],
            }
        )
    return {"nodes": nodes, "pageInfo": _page_info(page, more=more)}


def detail(row: Row, parts: Parts, actor: Actor) -> Json:
    """The page of one payment; what may be done with it is the domain's to say, by hand as well."""
    entity = payment_of(row)
    currency = row["currency"]
    exponent = _EXPONENT[currency]
    url = row["next_action_url"]
    personal = actor.may(Permission.CUSTOMERS_PII, row["merchant_id"])
    return {
        "id": format_id("pay", row["id"]),
        "status": row["status"],
        "captureMode": row["capture_mode"],
        "amount": _money(row["amount_minor"], currency, exponent),
        "amountAuthorized": _money(row["authorized_minor"], currency, exponent),
        "amountCapturable": _money(entity.capturable_minor, currency, exponent),
        "amountCaptured": _money(row["captured_minor"], currency, exponent),
        "amountRefunded": _money(row["refunded_minor"], currency, exponent),
        "amountRefundable": _money(entity.refundable_minor, currency, exponent),
        "amountDisputed": _money(row["disputed_minor"], currency, exponent),
        "method": _method(row),
        "reference": row["reference"],
        "description": row["description"],
        "metadata": [{"key": key, "value": value} for key, value in row["metadata"].items()],
        "gateway": row["gateway"],
        "declineCode": row["decline_code"],
        "declineMessage": row["decline_message"],
        "nextAction": {"__typename": "RedirectAction", "url": url, "expiresAt": row["next_action_expires_at"]}
        if url
        else None,
        "riskScore": row["risk_score"],
        "hasUnknownOutcome": row["unknown_operations"] > 0,
        "createdAt": row["created_at"],
        "updatedAt": row["updated_at"],
        "authorizedAt": row["authorized_at"],
        "capturedAt": row["captured_at"],
        "authorizationExpiresAt": row["authorization_expires_at"],
        "merchant": _merchant(parts.merchant),
        "customer": {
            **_customer(parts.customer, personal=personal),
            "country": parts.customer["country"],
            "createdAt": parts.customer["created_at"],
        },
        "captures": [_capture(one) for one in parts.captures],
        "refunds": [{**_listed_refund(one), "failureCode": one["failure_code"]} for one in parts.refunds],
        "operations": [_operation(one) for one in parts.operations],
        "ledgerEntries": [_entry(one) for one in parts.entries],
        "timeline": _timeline(parts.events, currency, exponent),
        "availableActions": _actions(entity, actor, parts.policies),
    }


def _money(minor: int, currency: str, exponent: int) -> Json:
    return {"amount": plain_notation(minor, exponent), "minorUnits": str(minor), "currency": currency}


def _page_info(page: Sequence[Row], *, more: bool) -> Json:
    last = page[-1]
    return {"hasNextPage": more, "endCursor": cursor_of(Key.TIME, microseconds(last["created_at"]), last["id"])}


def _customer(row: Row, *, personal: bool) -> Json:
    email, name = (row["email"], row["name"]) if personal else (None, None)
    return {"id": format_id("cus", row["id"]), "email": email, "name": name}


def _listed_refund(row: Row) -> Json:
    currency = row["currency"]
    return {
        "id": format_id("rfd", row["id"]),
        "status": row["status"],
        "amount": _money(row["amount_minor"], currency, _EXPONENT[currency]),
        "reason": row["reason"],
        "createdAt": row["created_at"],
    }


def _method(row: Row) -> Json:
    return {
        "type": row["method_type"],
        "brand": row["brand"],
        "last4": row["last4"],
        "expiryMonth": row["expiry_month"],
        "expiryYear": row["expiry_year"],
        "bin": row["bin"],
        "country": row["method_country"],
        "funding": row["funding"],
        "wallet": row["wallet"],
        "fingerprint": row["fingerprint"],
    }


def _merchant(row: Row) -> Json:
    return {
        "id": format_id("mer", row["id"]),
        "name": row["name"],
        "status": row["status"],
        "country": row["country"],
        "currency": row["currency"],
    }


def _capture(row: Row) -> Json:
    currency = row["currency"]
    exponent = _EXPONENT[currency]
    return {
        "id": format_id("cap", row["id"]),
        "status": row["status"],
        "amount": _money(row["amount_minor"], currency, exponent),
        "final": row["final"],
        "fee": _money(row["fee_minor"], currency, exponent),
        "createdAt": row["created_at"],
    }


def _operation(row: Row) -> Json:
    currency = row["currency"]
    return {
        "id": format_id("op", row["id"]),
        "type": row["type"],
        "status": row["status"],
        "gateway": row["gateway"],
        "gatewayReference": row["gateway_reference"],
        "amount": _money(row["amount_minor"], currency, _EXPONENT[currency]),
        "responseCode": row["response_code"],
        "requestedAt": row["requested_at"],
        "completedAt": row["completed_at"],
    }


def _entry(row: Row) -> Json:
    sides = zip(row["accounts"], row["currencies"], row["amounts"], strict=True)
    return {
        "id": format_id("led", row["id"]),
        "kind": row["kind"],
        "postings": [
            {
                "account": account,
                "direction": "DEBIT" if minor > 0 else "CREDIT",
                "amount": _money(abs(minor), currency, _EXPONENT[currency]),
            }
            for account, currency, minor in sides
        ],
        "postedAt": row["posted_at"],
    }


def _timeline(found: Sequence[Row], currency: str, exponent: int) -> Json:
    nodes: list[Json] = []
    for row in found[:DEFAULT_PAGE]:
        minor = row["data"].get("amount_minor")
        nodes.append(
            {
                "id": format_id("evt", row["id"]),
                "sequence": row["sequence"],
                "type": _EVENT_NAMES[row["name"]],
                "name": row["name"],
                "occurredAt": row["occurred_at"],
                "amount": None if minor is None else _money(minor, currency, exponent),
                "actor": row["actor_name"],
            }
        )
    return {
        "nodes": nodes,
        "pageInfo": {"hasNextPage": len(found) > DEFAULT_PAGE, "endCursor": str(nodes[-1]["sequence"])},
    }


def _actions(entity: Payment, actor: Actor, policies: Sequence[Row]) -> list[Json]:
    currency = entity.currency
    return [
        {
            "action": one.action.value,
            "allowed": one.reason is None,
            "reason": one.reason,
            "maxAmount": _money(one.max_amount.minor, currency.code, currency.exponent) if one.max_amount else None,
            "requiresApproval": one.requires_approval,
        }
        for one in available_actions(entity, actor, [policy_of(row) for row in policies])
    ]
