"""Which verb does what was approved: approvals know of none, since all of them are above."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from domain.approvals.approval_action import ApprovalAction
from domain.disputes.carry_out_acceptance import CarryOutAcceptance, carry_out_acceptance
from domain.disputes.settle_prevention import SettlePrevention, settle_prevention
from domain.fraud.carry_out_publication import CarryOutPublication, carry_out_publication
from domain.merchants.carry_out_fee_plan import CarryOutFeePlan, carry_out_fee_plan
from domain.payments.carry_out_refund import CarryOutRefund, carry_out_refund
from domain.settlements.carry_out_adjustment import CarryOutAdjustment, carry_out_adjustment
from domain.settlements.carry_out_bank_account import CarryOutBankAccount, carry_out_bank_account
from domain.settlements.carry_out_payout_policy import CarryOutPayoutPolicy, carry_out_payout_policy

if TYPE_CHECKING:
    from domain.approvals.approval_request import ApprovalRequest
    from domain.disputes.ports import DisputePorts
    from domain.fraud.ports import FraudPorts
    from domain.identity.actor import Actor
    from domain.merchants.ports import MerchantPorts
    from domain.payments.ports import PaymentPorts
    from domain.settlements.bank_account_ports import BankAccountPorts
    from domain.settlements.payout_ports import PayoutPorts
    from domain.settlements.ports import SettlementPorts

Performance = Callable[["Actor", "ApprovalRequest"], Awaitable[object]]


@dataclass(frozen=True, slots=True)
class ActionTable:
    """Satisfies `domain.approvals.ports.ApprovedActions` with a verb for each action."""

    performances: Mapping[ApprovalAction, Performance]

    async def perform(self, actor: Actor, request: ApprovalRequest) -> None:
        """Do it once; raise what the action's verb raises."""
        await self.performances[request.action](actor, request)


def approved_refunds(payments: PaymentPorts, disputes: DisputePorts | None = None) -> dict[ApprovalAction, Performance]:
    """How a refund is carried out; what it prevents is told to the disputes, where there are any."""

    async def refund(actor: Actor, request: ApprovalRequest) -> object:
        done = await carry_out_refund(payments, actor, CarryOutRefund(operation_id=request.operation_id))
        if disputes is not None:
            await settle_prevention(disputes, actor, SettlePrevention(refund=done.refund))
        return done

    return {ApprovalAction.REFUND_PAYMENT: refund}


def approved_acceptances(disputes: DisputePorts) -> dict[ApprovalAction, Performance]:
    """How the acceptance of a dispute is."""

    async def accept(actor: Actor, request: ApprovalRequest) -> object:
        return await carry_out_acceptance(disputes, actor, CarryOutAcceptance(response_id=request.operation_id))

    return {ApprovalAction.ACCEPT_DISPUTE: accept}


def approved_publications(fraud: FraudPorts) -> dict[ApprovalAction, Performance]:
    """How a version of a fraud rule is published."""

    async def publish(actor: Actor, request: ApprovalRequest) -> object:
        return await carry_out_publication(fraud, actor, CarryOutPublication(operation_id=request.operation_id))

    return {ApprovalAction.PUBLISH_FRAUD_RULE: publish}


def approved_bank_accounts(bank_accounts: BankAccountPorts) -> dict[ApprovalAction, Performance]:
    """How a bank account is added or removed."""

    async def change(actor: Actor, request: ApprovalRequest) -> object:
        command = CarryOutBankAccount(operation_id=request.operation_id)
        return await carry_out_bank_account(bank_accounts, actor, command)

    return {ApprovalAction.CHANGE_BANK_ACCOUNT: change}


def approved_fee_plans(merchants: MerchantPorts) -> dict[ApprovalAction, Performance]:
    """How a merchant's fee plan is changed."""

    async def change(actor: Actor, request: ApprovalRequest) -> object:
        return await carry_out_fee_plan(merchants, actor, CarryOutFeePlan(operation_id=request.operation_id))

    return {ApprovalAction.CHANGE_FEE_PLAN: change}


def approved_adjustments(settlements: SettlementPorts) -> dict[ApprovalAction, Performance]:
    """How something is given to a merchant or taken from it."""

    async def adjust(actor: Actor, request: ApprovalRequest) -> object:
        return await carry_out_adjustment(settlements, actor, CarryOutAdjustment(operation_id=request.operation_id))

    return {ApprovalAction.ADJUST_SETTLEMENT: adjust}


def approved_payout_policies(payouts: PayoutPorts) -> dict[ApprovalAction, Performance]:
    """How the limit up to which payouts need no person is set."""

    async def put(actor: Actor, request: ApprovalRequest) -> object:
        return await carry_out_payout_policy(payouts, actor, CarryOutPayoutPolicy(operation_id=request.operation_id))

    return {ApprovalAction.SET_PAYOUT_POLICY: put}
