"""What two merchants want a second person to approve since last week, and what has been asked for since then."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from adapters.currencies import currency_of
from app.demo.seed.merchants import MERCHANTS, DemoMerchant
from app.demo.seed.sales import Sale, Sales, Wanted
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalRequest
from domain.approvals.approve_request import ApproveRequest, approve_request
from domain.approvals.reject_request import RejectRequest, reject_request
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.disputes.accept_dispute import AcceptDispute, accept_dispute
from domain.disputes.network import Network
from domain.identity.permission import MerchantRole
from domain.kernel.money import Money
from domain.payments.refund import RefundReason
from domain.payments.refund_payment import RefundPayment, refund_payment

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from app.demo.seed.desk import Desk
    from domain.identity.actor import Actor

_REFUND, _ACCEPTANCE = ApprovalAction.REFUND_PAYMENT, ApprovalAction.ACCEPT_DISPUTE
_POLICIES: Mapping[str, tuple[tuple[ApprovalAction, Money, MerchantRole | None], ...]] = {
    "kaffeewerk": (
        (_REFUND, Money(1_000_00, currency_of("EUR")), MerchantRole.FINANCE),
        (_ACCEPTANCE, Money(100_00, currency_of("EUR")), None),
    ),
    "harbour": (
        (_REFUND, Money(500_00, currency_of("GBP")), None),
        (_ACCEPTANCE, Money(150_00, currency_of("GBP")), MerchantRole.FINANCE),
    ),
}
_SINCE = timedelta(days=5)
_BY_SLUG = {merchant.slug: merchant for merchant in MERCHANTS}


def large_sales(sales: Sales, now: datetime) -> dict[str, Sale]:
    """By merchant, one whose refund needs approval."""
    found: dict[str, Sale] = {}
    for slug, ((_, threshold, _), _) in _POLICIES.items():
        for network in Network:
            wanted = Wanted(
                merchant_id=_BY_SLUG[slug].merchant.id,
                network=network,
                before=now - _SINCE,
                currency=threshold.currency.code,
                least_minor=threshold.minor,
            )
            if slug not in found and (sale := sales.give(wanted)) is not None:
                found[slug] = sale
    return found


async def tell_second_opinions(desk: Desk, sales: Mapping[str, Sale], disputes: Mapping[str, UUID]) -> None:
    """Two requests wait, one was approved and carried out, one was rejected.

    `sales` are those of `large_sales`, `disputes` two that can be accepted, by the names `rejected` and `waiting`.
    """
    await _set_policies(desk)
    if (sale := sales.get("harbour")) is not None:
        desk.clock.at = desk.now - timedelta(days=3, minutes=desk.dice.randrange(200))
        request = await _ask_to_refund(desk, _BY_SLUG["harbour"], sale)
        desk.clock.at += timedelta(minutes=desk.dice.randint(40, 120))
        await approve_request(desk.approvals, _finance(desk, "harbour"), ApproveRequest(request_id=request.id))
    if (dispute_id := disputes.get("rejected")) is not None:
        desk.clock.at = desk.now - timedelta(days=2, minutes=desk.dice.randrange(200))
        request = await _ask_to_accept(desk, _BY_SLUG["kaffeewerk"], dispute_id)
        desk.clock.at += timedelta(minutes=desk.dice.randint(40, 120))
        reason = "The pictures on our page show just what we sent. Answer it instead."
        rejection = RejectRequest(request_id=request.id, reason=reason)
        await reject_request(desk.approvals, _finance(desk, "kaffeewerk"), rejection)
    if (sale := sales.get("kaffeewerk")) is not None:
        desk.clock.at = desk.now - timedelta(hours=26, minutes=desk.dice.randrange(60))
        await _ask_to_refund(desk, _BY_SLUG["kaffeewerk"], sale)
    if (dispute_id := disputes.get("waiting")) is not None:
        desk.clock.at = desk.now - timedelta(hours=5, minutes=desk.dice.randrange(60))
        await _ask_to_accept(desk, _BY_SLUG["harbour"], dispute_id)


async def _set_policies(desk: Desk) -> None:
    for slug, policies in _POLICIES.items():
        merchant = _BY_SLUG[slug]
        desk.clock.at = desk.now - _SINCE + timedelta(minutes=desk.dice.randrange(300))
        for action, threshold, role in policies:
            command = SetApprovalPolicy(
                merchant_id=merchant.merchant.id,
                action=action,
                currency=threshold.currency,
                threshold=threshold,
                role=role,
            )
            desk.clock.at += timedelta(seconds=desk.dice.randint(20, 90))
            await set_approval_policy(desk.approvals, desk.people.people_of(merchant, MerchantRole.OWNER)[0], command)


async def _ask_to_refund(desk: Desk, merchant: DemoMerchant, sale: Sale) -> ApprovalRequest:
    command = RefundPayment(
        idempotency_key=f"refund {sale.order}", payment_id=sale.payment_id, reason=RefundReason.CUSTOMER_REQUEST
    )
    request = await refund_payment(desk.payments, desk.people.workers_of(merchant)[0], command)
    assert isinstance(request, ApprovalRequest), "so much has to be approved"
    return request


async def _ask_to_accept(desk: Desk, merchant: DemoMerchant, dispute_id: UUID) -> ApprovalRequest:
    command = AcceptDispute(idempotency_key=f"accept {dispute_id}", dispute_id=dispute_id)
    request = await accept_dispute(desk.disputes, desk.people.workers_of(merchant)[0], command)
    assert isinstance(request, ApprovalRequest), "so much has to be approved"
    return request


def _finance(desk: Desk, slug: str) -> Actor:
    return desk.people.people_of(_BY_SLUG[slug], MerchantRole.FINANCE)[0]
