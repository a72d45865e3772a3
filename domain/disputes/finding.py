"""Which dispute a notice tells of: the case that it names, or the one that was recorded by hand and named by nobody."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.disputes.errors import NoticeNotUnderstood
from domain.disputes.notice import NoticeType

if TYPE_CHECKING:
    from domain.disputes.dispute import Dispute
    from domain.disputes.notice import DisputeNotice
    from domain.disputes.ports import DisputesUnit
    from domain.payments.payment import Payment


async def find_dispute(unit: DisputesUnit, notice: DisputeNotice, payment: Payment) -> Dispute | None:
    """The dispute that a notice about a locked payment tells of, locked as well; None when it begins a case.

    What somebody took down and what the gateway tells of the same case must not become two, which would take the money
    twice. So a notice that names a case which nobody knows is about a dispute of its payment that was recorded by hand,
    and one that names none is about any dispute of its payment: by the network's id of the case or, where one of the
    two does not tell it, by network and amount. That a stage is opened after the case was over is another case.

    Of several that fit alike a gateway's notice gets the oldest: the others are left to the notices of the others.
    Raises `NoticeNotUnderstood` for a notice by hand, which can say what it means.
    """
    named = await unit.disputes.of_case(payment.merchant_id, notice.gateway, notice.case_reference)
    if named is not None:
        return named
    same: list[Dispute] = []
    alike: list[Dispute] = []
    for dispute_id in await unit.disputes.of_payment(payment.merchant_id, payment.id):
        dispute = await unit.disputes.for_update(dispute_id)
        if (dispute.gateway, dispute.network) != (notice.gateway, notice.network):
            continue
        told = await unit.notices.of_dispute(dispute)
        if None not in {notice.network_case_id, dispute.network_case_id}:
            # Two names of one gateway are two cases of that gateway, whatever they have in common.
            if notice.network_case_id == dispute.network_case_id and (notice.by_hand or _by_hand(told)):
                same.append(dispute)
        elif _fits(notice, dispute) and not (notice.names_case and any(one.names_case for one in told)):
            alike.append(dispute)
    found = same or [one for one in alike if not one.closed] or alike
    if len(found) > 1 and not notice.names_case:
        message = "Several disputes of this payment fit; say by the case reference which one it is about."
        raise NoticeNotUnderstood(message)
    return found[0] if found else None


def _by_hand(told: list[DisputeNotice]) -> bool:
    return all(one.by_hand for one in told)


def _fits(notice: DisputeNotice, dispute: Dispute) -> bool:
    record = next((record for record in dispute.stages if record.stage is notice.stage), None)
    if notice.amount != dispute.money(record.amount_minor if record else dispute.amount_minor):
        return False
    again = record is not None and notice.type is NoticeType.OPENED
    return not (again and dispute.closed_at is not None and notice.occurred_at > dispute.closed_at)
