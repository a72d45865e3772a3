"""Requests for approval and policies as the graph shows them."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, TypeAlias

import strawberry
from strawberry.types import Info

from api.approvals import relations
from api.approvals.enums import ApprovalAction, ApprovalStatus, ApproverRole, RequestAction
from api.derivation import derived
from api.describing import attribute
from api.fields import PERMISSION, batched
from api.money import Money, shown
from api.node import Node, identifier
from api.payments.enums import RefundReason
from api.settlements.bank_account_enums import BankAccountChange
from domain.approvals import approval_policy as policies
from domain.approvals import approval_request as requests
from domain.approvals.actions import available_request_actions
from domain.approvals.party import Party
from domain.identity.actor import ActorKind, Role
from domain.identity.permission import Permission
from domain.kernel.events import JsonValue
from domain.kernel.ids import Prefix, format_id
from domain.kernel.money import Currency
from domain.kernel.money import Money as Amount

if TYPE_CHECKING:
    from api.disputes.types import Dispute
    from api.fraud.rules import FraudRule
    from api.merchants.fee_plans import FeePlanChange
    from api.merchants.types import Merchant
    from api.payments.types import Payment
    from api.settlements.bank_accounts import BankAccount
    from api.settlements.reserves import SettlementAdjustment

BankAccountOf: TypeAlias = Annotated["BankAccount", strawberry.lazy("api.settlements.bank_accounts")]
DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
FeePlanChangeOf: TypeAlias = Annotated["FeePlanChange", strawberry.lazy("api.merchants.fee_plans")]
FraudRuleOf: TypeAlias = Annotated["FraudRule", strawberry.lazy("api.fraud.rules")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
AdjustmentOf: TypeAlias = Annotated["SettlementAdjustment", strawberry.lazy("api.settlements.reserves")]
_PREFIXES = {ActorKind.USER: Prefix.USER, ActorKind.CLIENT: Prefix.CLIENT}


def _role(role: Role | None) -> ApproverRole | None:
    return None if role is None else ApproverRole(role.value)


def _name(party: Party | None) -> str | None:
    return None if party is None else party.name


def _id(party: Party | None) -> strawberry.ID | None:
    if party is None or party.id is None:
        return None
    return strawberry.ID(format_id(_PREFIXES[party.kind], party.id))


def _refund_reason(action: ApprovalAction, command: Mapping[str, JsonValue]) -> RefundReason | None:
    return RefundReason(command["reason"]) if action is ApprovalAction.REFUND_PAYMENT else None


def _version(action: ApprovalAction, command: Mapping[str, JsonValue]) -> int | None:
    version = command["version"] if action is ApprovalAction.PUBLISH_FRAUD_RULE else None
    return version if isinstance(version, int) else None


def _publication_reason(action: ApprovalAction, command: Mapping[str, JsonValue]) -> str | None:
    reason = command["reason"] if action is ApprovalAction.PUBLISH_FRAUD_RULE else None
    return reason if isinstance(reason, str) else None


def _account_change(action: ApprovalAction, command: Mapping[str, JsonValue]) -> BankAccountChange | None:
    return BankAccountChange(command["change"]) if action is ApprovalAction.CHANGE_BANK_ACCOUNT else None


def _removal_reason(action: ApprovalAction, command: Mapping[str, JsonValue]) -> str | None:
    reason = command.get("reason") if action is ApprovalAction.CHANGE_BANK_ACCOUNT else None
    return reason if isinstance(reason, str) else None


def _adjustment_amount(action: ApprovalAction, amount: Amount | None, command: Mapping[str, JsonValue]) -> Money | None:
    minor = command["amount_minor"] if action is ApprovalAction.ADJUST_SETTLEMENT else None
    return Money(minor=minor, of=amount.currency) if amount and isinstance(minor, int) else None


def _adjustment_reason(action: ApprovalAction, command: Mapping[str, JsonValue]) -> str | None:
    reason = command["reason"] if action is ApprovalAction.ADJUST_SETTLEMENT else None
    return reason if isinstance(reason, str) else None


def _payout_limit(action: ApprovalAction, command: Mapping[str, JsonValue]) -> Money | None:
    if action is not ApprovalAction.SET_PAYOUT_POLICY:
        return None
    code, exponent, minor = (command[name] for name in ("currency", "exponent", "automatic_up_to_minor"))
    assert isinstance(code, str)
    assert isinstance(exponent, int)
    assert isinstance(minor, int)
    return shown(Amount(minor, Currency(code, exponent)))


def _payout_limit_reason(action: ApprovalAction, command: Mapping[str, JsonValue]) -> str | None:
    reason = command.get("reason") if action is ApprovalAction.SET_PAYOUT_POLICY else None
    return reason if isinstance(reason, str) else None


def _amount(amount: Amount | None) -> Money | None:
    return None if amount is None else shown(amount)


@strawberry.type(description="Something that can be done with a request, or why not.")
class AvailableRequestAction:
    """The verbs refuse by the same reasons."""

    action: RequestAction = attribute("What.")
    allowed: bool = attribute("Whether the mutation would be taken on now.")
    reason: str | None = attribute("Why not, when it is not allowed.")


@strawberry.type(description="What somebody asked for and a second person decides, and what became of it.")
class ApprovalRequest(Node):
    """Nothing is done, and no money reserved, before it is approved."""

    entity: strawberry.Private[requests.ApprovalRequest]
    id: strawberry.ID = identifier(Prefix.APPROVAL)
    action: ApprovalAction = derived("What was asked for.", "entity.action")
    status: ApprovalStatus = derived("Where it stands.", "entity.status")
    amount: Money | None = derived(
        "The amount that it is about; none for what has no amount.", _amount, "entity.amount"
    )
    role: ApproverRole | None = derived("Who has to approve it; none: anybody who may decide.", _role, "entity.role")
    refund_reason: RefundReason | None = derived(
        "Why the money shall be given back, for a refund.", _refund_reason, "entity.action", "entity.command"
    )
    fraud_rule_version: int | None = derived(
        "Which version of the rule shall act, for a publication.", _version, "entity.action", "entity.command"
    )
    publication_reason: str | None = derived(
        "Why the rule shall act, for a publication.", _publication_reason, "entity.action", "entity.command"
    )
    bank_account_change: BankAccountChange | None = derived(
        "What shall be done with the bank account, for one.", _account_change, "entity.action", "entity.command"
    )
    removal_reason: str | None = derived(
        "Why the bank account shall be removed, for a removal.", _removal_reason, "entity.action", "entity.command"
    )
    adjustment_amount: Money | None = derived(
        "What the merchant shall be given (above zero) or lose (below zero), for an adjustment.",
        _adjustment_amount,
        "entity.action",
        "entity.amount",
        "entity.command",
    )
    adjustment_reason: str | None = derived(
        "Why, for an adjustment.", _adjustment_reason, "entity.action", "entity.command"
    )
    payout_limit: Money | None = derived(
        "Up to what in a day payouts shall need no person, for a payout policy.",
        _payout_limit,
        "entity.action",
        "entity.command",
    )
    payout_limit_reason: str | None = derived(
        "Why, for a payout policy.", _payout_limit_reason, "entity.action", "entity.command"
    )
    requested_by: str = derived("The name of whoever asked.", "entity.requested_by.name")
    requested_by_id: strawberry.ID | None = derived(
        "The person or API client that asked; none for Paydesk itself.", _id, "entity.requested_by"
    )
    decided_by: str | None = derived(
        "The name of whoever approved, rejected or canceled it.", _name, "entity.decided_by"
    )
    decided_by_id: strawberry.ID | None = derived("The person or API client that did.", _id, "entity.decided_by")
    reason: str | None = derived("Why it was rejected or canceled.", "entity.reason")
    failure: str | None = derived("Why it could not be done once it was approved.", "entity.failure")
    requested_at: datetime = derived("When it was asked for.", "entity.requested_at")
    expires_at: datetime = derived("Until when it can be approved.", "entity.expires_at")
    decided_at: datetime | None = derived("When it was approved, rejected or canceled.", "entity.decided_at")
    finished_at: datetime | None = derived("When it came to its end.", "entity.finished_at")
    merchant: MerchantOf | None = batched(
        Permission.MERCHANTS_READ, "The merchant that it concerns; none for what concerns all of them."
    )(relations.merchants)
    payment: PaymentOf | None = batched(Permission.PAYMENTS_READ, "The payment that it is about, if it is about one.")(
        relations.payments
    )
    dispute: DisputeOf | None = batched(Permission.DISPUTES_READ, "The dispute that it is about, if it is about one.")(
        relations.disputes
    )
    fraud_rule: FraudRuleOf | None = batched(
        Permission.FRAUD_READ, "The fraud rule that it is about, if it is about one."
    )(relations.fraud_rules)

    adjustment: AdjustmentOf | None = batched(
        Permission.SETTLEMENTS_READ, "The adjustment that it was about, once it was made."
    )(relations.adjustments)
    bank_account: BankAccountOf | None = batched(
        Permission.BANK_ACCOUNTS_READ, "The bank account that it is about, if it is about one; its number is masked."
    )(relations.bank_accounts)

    @strawberry.field(
        description="Which fee plan the merchant shall have, and what changes by it, for a change of one.",
        metadata={PERMISSION: Permission.APPROVALS_READ},
    )
    def fee_plan_change(self, info: Info) -> FeePlanChangeOf | None:
        """Of what was asked for."""
        from api.merchants.fee_plans import change  # noqa: PLC0415 - so that merchants can show what concerns them

        if self.entity.action is not ApprovalAction.CHANGE_FEE_PLAN:
            return None
        return change(self.entity.command, info.context.currency_of)

    @strawberry.field(
        description="What you can do with it now, and why not the rest.",
        metadata={PERMISSION: Permission.APPROVALS_READ},
    )
    def available_actions(self, info: Info) -> list[AvailableRequestAction]:
        """By the same reasons as the verbs."""
        now = info.context.approvals.clock.now()
        return [
            AvailableRequestAction(action=one.action, allowed=one.allowed, reason=one.reason)
            for one in available_request_actions(self.entity, info.context.actor, now)
        ]


def approval_request(entity: requests.ApprovalRequest) -> ApprovalRequest:
    """A request as the graph shows it."""
    return ApprovalRequest(entity=entity)


@strawberry.type(description="A second person has to approve this first; nothing has happened yet.")
class ApprovalRequired:
    """A result, not an error: the request waits for its decision."""

    approval_request: ApprovalRequest = attribute("The request, as it is now.")


def approval_required(entity: requests.ApprovalRequest) -> ApprovalRequired:
    """What a mutation answers with in the place of its payload."""
    return ApprovalRequired(approval_request=approval_request(entity))


@strawberry.type(description="What needs approval: from an amount on in one currency, or always.")
class ApprovalPolicy:
    """One at most for each action and currency of a merchant, and of the platform."""

    action: ApprovalAction = attribute("What needs approval.")
    threshold: Money | None = attribute(
        "Amounts of this and more need it, others of the currency do not; none: always, for what has no amount."
    )
    role: ApproverRole | None = attribute("Who has to approve; none: anybody who may decide.")


def approval_policy(entity: policies.ApprovalPolicy) -> ApprovalPolicy:
    """A policy as the graph shows it."""
    return ApprovalPolicy(action=entity.action, threshold=_amount(entity.threshold), role=_role(entity.role))
