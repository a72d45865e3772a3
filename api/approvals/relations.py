"""A request's relations, each read once for all requests of a level."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Annotated, Any, Optional, TypeAlias
from uuid import UUID

import strawberry

from api.context import Reading
from domain.kernel.errors import NotFound

if TYPE_CHECKING:
    from api.approvals.types import ApprovalRequest
    from api.disputes.types import Dispute
    from api.fraud.rules import FraudRule
    from api.merchants.types import Merchant
    from api.payments.types import Payment
    from api.settlements.bank_accounts import BankAccount
    from api.settlements.reserves import SettlementAdjustment

BankAccountOf: TypeAlias = Annotated["BankAccount", strawberry.lazy("api.settlements.bank_accounts")]
DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
FraudRuleOf: TypeAlias = Annotated["FraudRule", strawberry.lazy("api.fraud.rules")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]
AdjustmentOf: TypeAlias = Annotated["SettlementAdjustment", strawberry.lazy("api.settlements.reserves")]


async def merchants(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[MerchantOf]]:  # noqa: UP045 - an element type
    """The merchants that they concern, of those that concern one."""
    from api.merchants.types import merchant  # noqa: PLC0415 - so that merchants can show what concerns them

    ids = [request.entity.concerns for request in requests]
    wanted = {merchant_id for merchant_id in ids if merchant_id is not None}
    found = await reading.reads.merchants.merchants(reading.scope, wanted) if wanted else {}
    return _shown(ids, found, merchant, "The merchant")


async def payments(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[PaymentOf]]:  # noqa: UP045
    """The payments that they are about, of those that are about one."""
    from api.payments.types import payment  # noqa: PLC0415 - a refund is answered with the request for its approval

    ids = _subjects(requests, "payment")
    wanted = {payment_id for payment_id in ids if payment_id is not None}
    found = await reading.reads.payments.payments(reading.scope, wanted) if wanted else {}
    return _shown(ids, found, payment, "The payment")


async def disputes(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[DisputeOf]]:  # noqa: UP045
    """The disputes that they are about, of those that are about one."""
    from api.disputes.types import dispute  # noqa: PLC0415 - an acceptance is answered with the request for its approval

    ids = _subjects(requests, "dispute")
    wanted = {dispute_id for dispute_id in ids if dispute_id is not None}
    found = await reading.reads.disputes.disputes(reading.scope, wanted) if wanted else {}
    return _shown(ids, found, dispute, "The dispute")


async def fraud_rules(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[FraudRuleOf]]:  # noqa: UP045
    """The fraud rules that they are about, of those that are about one."""
    from api.fraud.rules import fraud_rule  # noqa: PLC0415 - a publication is answered with the request for its approval

    ids = _subjects(requests, "fraud_rule")
    wanted = {rule_id for rule_id in ids if rule_id is not None}
    found = await reading.reads.fraud.rules_by_id(reading.scope, wanted) if wanted else {}
    return _shown(ids, found, fraud_rule, "The fraud rule")


async def bank_accounts(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[BankAccountOf]]:  # noqa: UP045
    """The bank accounts that they are about, of those that are about one."""
    from api.settlements.bank_accounts import bank_account  # noqa: PLC0415 - to add one is answered with the request

    ids = _subjects(requests, "bank_account")
    wanted = {account_id for account_id in ids if account_id is not None}
    found = await reading.reads.bank_accounts.accounts(reading.scope, wanted) if wanted else {}
    return _shown(ids, found, bank_account, "The bank account")


async def adjustments(requests: list["ApprovalRequest"], reading: Reading) -> list[Optional[AdjustmentOf]]:  # noqa: UP045
    """The adjustments that were made, of those that asked for one."""
    from api.settlements.reserves import settlement_adjustment  # noqa: PLC0415 - to adjust is answered with the request

    ids = _subjects(requests, "adjustment")
    wanted = {adjustment_id for adjustment_id in ids if adjustment_id is not None}
    found = await reading.reads.settlements.adjustments_by_id(reading.scope, wanted) if wanted else {}
    return [settlement_adjustment(found[id_]) if id_ is not None and id_ in found else None for id_ in ids]


def _subjects(requests: list["ApprovalRequest"], kind: str) -> list[UUID | None]:
    """What each request is about, if that is of the kind."""
    return [request.entity.subject_id if request.entity.subject_type == kind else None for request in requests]


def _shown(ids: list[UUID | None], found: Mapping[UUID, Any], show: Callable[[Any], Any], what: str) -> list[Any]:
    """As `in_order`, with nothing where there is no id."""
    shown = {key: show(found[key]) if key in found else NotFound(what) for key in ids if key is not None}
    return [None if key is None else shown[key] for key in ids]
