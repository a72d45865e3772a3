"""Ask for another fee plan of a merchant."""

from datetime import datetime
from typing import Annotated

import strawberry

from api.approvals.types import ApprovalRequired, approval_required
from api.context import Context
from api.describing import attribute
from api.errors import InvalidInput, NotFound, PermissionDenied
from api.fields import mutation
from api.merchants.fee_inputs import FeeRateInput, plan_of
from api.money import MoneyInput
from domain.identity.permission import Permission
from domain.kernel.ids import Prefix, parse_id
from domain.merchants.change_fee_plan import ChangeFeePlan, change_fee_plan
from domain.merchants.fee_plan import RefundPolicy


@strawberry.input(description="A whole fee plan, in the place of the one there is.")
class ChangeFeePlanInput:
    """For `changeFeePlan`."""

    merchant_id: strawberry.ID = attribute("The merchant.")
    fee_rates: list[FeeRateInput] = attribute("What it pays for captures and refunds: all rates, also unchanged ones.")
    refund_policy: RefundPolicy | None = attribute(
        "Whether a refund gives the capture's fee back, for payments that are captured under this plan.",
        default=RefundPolicy.KEEP,
    )
    dispute_fees: list[MoneyInput] | None = attribute(
        "What a dispute costs, one amount for each currency; nothing for the others.", default=None
    )
    effective_from: datetime | None = attribute(
        "From when on it holds, two years ahead at most; as soon as it is approved when left out.", default=None
    )
    reason: str = attribute("Why, for whoever approves it; at most 255 characters.")


ChangeFeePlanResult = Annotated[
    ApprovalRequired | InvalidInput | NotFound | PermissionDenied,
    strawberry.union("ChangeFeePlanResult", description="What `changeFeePlan` answers with."),
]


@mutation(
    Permission.FEES_MANAGE,
    "Ask for another fee plan of a merchant. Somebody else of staff always has to approve it; then it holds from that"
    " moment or a later one on, never for the past. What was posted stays as it is.",
)
async def change(context: Context, input: ChangeFeePlanInput) -> ChangeFeePlanResult:  # noqa: A002 - GraphQL's word
    """Run `change_fee_plan`."""
    command = ChangeFeePlan(
        merchant_id=parse_id(Prefix.MERCHANT, input.merchant_id, ("merchantId",)),
        plan=plan_of(
            input.fee_rates,
            input.dispute_fees,
            returned=input.refund_policy is RefundPolicy.RETURN,
            currency_of=context.currency_of,
        ),
        effective_from=input.effective_from,
        reason=input.reason,
    )
    return approval_required(await change_fee_plan(context.merchants, context.actor, command))
