"""The words of approvals, each with what it means."""

from enum import StrEnum

from api.enums import described
from domain.approvals.actions import RequestAction
from domain.approvals.approval_action import ApprovalAction
from domain.approvals.approval_request import ApprovalStatus
from domain.identity.permission import MerchantRole, StaffRole

__all__ = ["ApprovalAction", "ApprovalStatus", "ApproverRole", "RequestAction"]


class ApproverRole(StrEnum):
    """Roles of both houses that let somebody decide requests."""

    OWNER = MerchantRole.OWNER.value
    FINANCE = MerchantRole.FINANCE.value
    ADMIN = StaffRole.ADMIN.value
    RISK_ANALYST = StaffRole.RISK_ANALYST.value
    DISPUTE_ANALYST = StaffRole.DISPUTE_ANALYST.value
    FINANCE_OPERATIONS = StaffRole.FINANCE_OPERATIONS.value
    APPROVER = StaffRole.APPROVER.value


described(
    ApprovalAction,
    "What a merchant, or the platform, can want approved before it is done.",
    REFUND_PAYMENT="`refundPayment`.",
    ACCEPT_DISPUTE="`acceptDispute`.",
    PUBLISH_FRAUD_RULE="`publishFraudRule`; it has no amount, and is what the platform can want approved too.",
    CHANGE_FEE_PLAN="`changeFeePlan`; it has no amount and always needs approval.",
    CHANGE_BANK_ACCOUNT="`addBankAccount` and `removeBankAccount`; they have no amount and always need approval.",
    ADJUST_SETTLEMENT="`adjustSettlement`; it always needs approval.",
    SET_PAYOUT_POLICY="`setPayoutPolicy`; it is the platform's and always needs approval.",
)
described(
    ApprovalStatus,
    "Whether a request was decided, and what became of it then.",
    REQUIRES_REVIEW="Nobody has decided it yet.",
    APPROVED="Somebody has approved it, and it is being done.",
    REJECTED="Somebody has said no; see `reason`.",
    CANCELED="Whoever asked took it back.",
    EXPIRED="Nobody decided it in time.",
    SUCCEEDED="It was approved and done.",
    FAILED="It was approved and could not be done; see `failure`.",
)
described(
    ApproverRole,
    "A role that a policy can want an approver to have.",
    OWNER="An owner of the merchant.",
    FINANCE="Somebody of the merchant's finance, or an owner.",
    ADMIN="An administrator of the payments company.",
    RISK_ANALYST="A risk analyst of the payments company, or an administrator.",
    DISPUTE_ANALYST="A dispute analyst of the payments company, or an administrator.",
    FINANCE_OPERATIONS="Somebody of the payments company's finance operations, or an administrator.",
    APPROVER="An approver of the payments company, who only gives second signatures, or an administrator.",
)
described(
    RequestAction,
    "A mutation on one request.",
    APPROVE="`approveRequest`.",
    REJECT="`rejectRequest`.",
    CANCEL="`cancelRequest`.",
)
