"""What a notice does once its payment is known: the case is told anew, and what it moves is posted."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from domain.disputes import hearing
from domain.disputes.deadline import deadline_of
from domain.disputes.double_loss import shares, tell_loss
from domain.disputes.early_fraud_warning import new_warning
from domain.disputes.errors import NoticeNotUnderstood
from domain.disputes.events import DisputeEventType
from domain.disputes.finding import find_dispute
from domain.disputes.network_case import network_case
from domain.disputes.postings import reversal_entry, withdrawal_entry
from domain.disputes.reason_codes.catalogue import find_reason_code
from domain.kernel.ids import new_uuid
from domain.merchants.charging import plan_at
from domain.payments.money_movement import reinstate_disputed, withdraw_disputed

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from domain.disputes.dispute import Dispute
    from domain.disputes.early_fraud_warning import EarlyFraudWarning, WarningNotice
    from domain.disputes.network_case import NetworkCase
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.ports import DisputesUnit
    from domain.disputes.stage import DisputeStage
    from domain.identity.actor import Actor
    from domain.kernel.events import JsonValue
    from domain.merchants.merchant import Merchant
    from domain.payments.payment import Payment


async def listen_or_refuse(
    unit: DisputesUnit, actor: Actor, notice: DisputeNotice, payment_id: UUID, at: datetime
) -> Dispute | None:
    """Apply a notice that was taken; one that contradicts what is known is kept with the reason, for staff."""
    try:
        return await listen(unit, actor, notice, payment_id, at)
    except NoticeNotUnderstood as error:
        payment = await unit.payments.for_update(payment_id)
        await unit.notices.refuse(notice.id, payment.merchant_id, payment.id, error.message)
        return None


async def listen(unit: DisputesUnit, actor: Actor, notice: DisputeNotice, payment_id: UUID, at: datetime) -> Dispute:
    """Apply a notice that was taken to the case it tells of.

    The payment's lock comes first: notices about one payment, its refunds and captures pass one by one. Raises
    `NoticeNotUnderstood`, before anything is changed.
    """
    payment = await unit.payments.for_update(payment_id)
    dispute = await find_dispute(unit, notice, payment)
    _ensure_understood(notice, payment, dispute)
    merchant = await unit.merchants.get(payment.merchant_id)
    said = [*(await unit.notices.of_dispute(dispute) if dispute else ()), notice]
    case = network_case(said)
    reason = find_reason_code(notice.network, case.latest.reason_code)
    deadlines = {
        one.stage: deadline_of(notice.network, one.stage, one.opened_at, reason.days(one.stage), one.respond_by).moment
        for one in case.stages
    }
    if dispute is None:
        heard = hearing.open_dispute(
            case,
            payment,
            new_uuid(at),
            category=reason.category,
            time_zone=merchant.time_zone,
            deadlines=deadlines,
            at=at,
        )
        await unit.disputes.add(heard)
        heard = replace(heard, events=())
        await _tell_warnings(unit, heard, at)
    else:
        heard = hearing.hear(dispute, case, category=reason.category, deadlines=deadlines, at=at)
    await unit.notices.apply(notice.id, heard)
    moved, paid = await _move_funds(unit, heard, case, payment, merchant, at)
    await unit.payments.save(paid)
    if payment.double_loss_minor or paid.double_loss_minor or moved.double_loss_minor:
        moved = await _share_losses(unit, moved, paid, at)
    saved = await unit.disputes.save(moved)
    data: dict[str, JsonValue] = {
        "notice": notice.type.value,
        "stage": notice.stage.value,
        "notice_id": notice.notice_id,
    }
    await unit.audit.record(actor, "disputes.take_notice", "dispute", saved.id, saved.merchant_id, data)
    return saved


def _ensure_understood(notice: DisputeNotice, payment: Payment, dispute: Dispute | None) -> None:
    if notice.amount.currency != payment.currency:
        currencies = f"in {notice.amount.currency.code}, and the payment is in {payment.currency.code}"
        raise NoticeNotUnderstood(f"The notice is {currencies}.")
    if notice.amount.minor > payment.amount_minor:
        raise NoticeNotUnderstood("The notice disputes more than the payment.")
    if dispute is not None and dispute.payment_id != payment.id:
        raise NoticeNotUnderstood("The case is about another payment.")
    if dispute is not None and dispute.network is not notice.network:
        raise NoticeNotUnderstood(f"The case is with {dispute.network}, and the notice from {notice.network}.")


async def _tell_warnings(unit: DisputesUnit, dispute: Dispute, at: datetime) -> None:
    for warning in await unit.warnings.of_payment(dispute.merchant_id, dispute.payment_id):
        await unit.warnings.save(warning.disputed(dispute.id, at))


async def _move_funds(
    unit: DisputesUnit, dispute: Dispute, case: NetworkCase, payment: Payment, merchant: Merchant, at: datetime
) -> tuple[Dispute, Payment]:
    """Post every movement of the case that was not posted before."""
    for movement in hearing.movements(dispute, case):
        amount = payment.money(abs(movement.minor))
        if movement.minor > 0:
            dispute, payment = await _withdraw(unit, dispute, payment, merchant, amount.minor, movement.stage, at)
        else:
            dispute, payment = await _reinstate(unit, dispute, payment, amount.minor, movement.stage, at)
    return hearing.post(dispute, case), payment


async def _share_losses(unit: DisputesUnit, dispute: Dispute, payment: Payment, at: datetime) -> Dispute:
    """Tell the payment's other disputes, too: what one of them moves may cover another, or no longer."""
    ids = await unit.disputes.of_payment(payment.merchant_id, payment.id)
    others = [await unit.disputes.for_update(one) for one in ids if one != dispute.id]
    lost = shares(payment, (dispute, *others))
    for other in others:
        await unit.disputes.save(tell_loss(other, lost[other.id], at))
    return tell_loss(dispute, lost[dispute.id], at)


async def _withdraw(
    unit: DisputesUnit,
    dispute: Dispute,
    payment: Payment,
    merchant: Merchant,
    minor: int,
    stage: DisputeStage,
    at: datetime,
) -> tuple[Dispute, Payment]:
    first = all(not (record.withdrawn_minor or record.reinstated_minor) for record in dispute.stages)
    # Once a case, whatever its stages: with the first money that it takes.
    fee_minor = 0
    if first and not dispute.withdrawn_minor:
        fee_minor = (await plan_at(unit.fee_plans, merchant, at)).dispute_fee_minor(dispute.currency.code)
    amount = payment.money(minor)
    payment, beyond = withdraw_disputed(payment, amount, dispute.id, at)
    entry = withdrawal_entry(dispute, amount, payment.money(fee_minor), new_uuid(at), at)
    await unit.ledger.post((entry,))
    changed = dispute.change(
        at,
        DisputeEventType.FUNDS_WITHDRAWN,
        {
            "amount_minor": minor,
            "currency": dispute.currency.code,
            "fee_minor": fee_minor,
            "double_loss_minor": beyond,
            "stage": stage.value,
        },
        withdrawn_minor=dispute.withdrawn_minor + minor,
        double_loss_minor=dispute.double_loss_minor + beyond,
        fee_minor=dispute.fee_minor + fee_minor,
    )
    return changed, payment


async def _reinstate(
    unit: DisputesUnit, dispute: Dispute, payment: Payment, minor: int, stage: DisputeStage, at: datetime
) -> tuple[Dispute, Payment]:
    amount = payment.money(minor)
    twice = min(dispute.double_loss_minor, minor)
    payment = reinstate_disputed(payment, amount, dispute.id, at)
    await unit.ledger.post((reversal_entry(dispute, amount, new_uuid(at), at),))
    changed = dispute.change(
        at,
        DisputeEventType.FUNDS_REINSTATED,
        {"amount_minor": minor, "currency": dispute.currency.code, "stage": stage.value},
        withdrawn_minor=dispute.withdrawn_minor - minor,
        double_loss_minor=dispute.double_loss_minor - twice,
    )
    return changed, payment


async def be_warned(
    unit: DisputesUnit, actor: Actor, notice: WarningNotice, payment_id: UUID, at: datetime
) -> EarlyFraudWarning | None:
    """Keep a warning about a payment; None when it is known already.

    A payment that is disputed by now has nothing to be prevented, and the warning says so from the start.
    """
    payment = await unit.payments.for_update(payment_id)
    warning = new_warning(notice, new_uuid(at), payment.merchant_id, payment.id, at)
    if not await unit.warnings.add(warning):
        return None
    data = {"payment_id": str(payment.id), "notice_id": notice.notice_id}
    await unit.audit.record(
        actor, "disputes.take_warning", "early_fraud_warning", warning.id, payment.merchant_id, data
    )
    warning = replace(warning, events=())
    for dispute_id in await unit.disputes.of_payment(payment.merchant_id, payment.id):
        warning = await unit.warnings.save(warning.disputed(dispute_id, at))
    return warning
