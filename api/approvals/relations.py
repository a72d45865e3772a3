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

DisputeOf: TypeAlias = Annotated["Dispute", strawberry.lazy("api.disputes.types")]
FraudRuleOf: TypeAlias = Annotated["FraudRule", strawberry.lazy("api.fraud.rules")]
MerchantOf: TypeAlias = Annotated["Merchant", strawberry.lazy("api.merchants.types")]
PaymentOf: TypeAlias = Annotated["Payment", strawberry.lazy("api.payments.types")]


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


def _subjects(requests: list["ApprovalRequest"], kind: str) -> list[UUID | None]:
    """What each request is about, if that is of the kind."""
    return [request.entity.subject_id if request.entity.subject_type == kind else None for request in requests]


def _shown(ids: list[UUID | None], found: Mapping[UUID, Any], show: Callable[[Any], Any], what: str) -> list[Any]:
    """As `in_order`, with nothing where there is no id."""
    shown = {key: show(found[key]) if key in found else NotFound(what) for key in ids if key is not None}
    return [None if key is None else shown[key] for key in ids]
