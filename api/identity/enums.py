"""The words of identity, each with what it means."""

from api.enums import described
from domain.identity.actor import Realm
from domain.identity.api_client import ClientAuthMethod
from domain.identity.permission import MerchantRole, Permission, StaffRole

__all__ = ["ClientAuthMethod", "MerchantRole", "Permission", "Realm", "StaffRole"]

described(
    Realm,
    "One of the two houses.",
    STAFF="The payments company.",
    MERCHANT="The merchants.",
)
described(
    Permission,
    "One thing that somebody may do. API clients are given the same by scopes such as payments:read.",
    PAYMENTS_READ="Read payments and what hangs on them.",
    PAYMENTS_WRITE="Create, confirm, capture and void payments.",
    REFUNDS_WRITE="Refund payments.",
    DISPUTES_READ="Read disputes and early fraud warnings.",
    DISPUTES_WRITE="Answer disputes: accept them, stage and submit evidence, write notes.",
    DISPUTES_MANAGE="Record what networks say of disputes, and assign them.",
    FRAUD_READ="Read fraud reviews, screenings, rules, lists and backtests.",
    FRAUD_REVIEW="Work on fraud reviews: claim them, decide them, write notes.",
    FRAUD_MANAGE="Change rules, lists and score policies, run backtests, assign and reopen reviews, decide many.",
    APPROVALS_READ="Read requests for approval and the policies that ask for them.",
    APPROVALS_DECIDE="Approve and reject what others asked for.",
    APPROVALS_WRITE="Say from which amounts on something needs approval.",
    CUSTOMERS_READ="Read customers without their personal data.",
    CUSTOMERS_PII="Read customers' e-mail addresses and names.",
    MERCHANTS_READ="Read merchants.",
    MERCHANTS_WRITE="Create, change and suspend merchants.",
    BALANCES_READ="Read balances.",
    LEDGER_READ="Read ledger entries.",
    FEES_MANAGE="Change fee plans. Staff only.",
    SETTLEMENTS_READ="Read settlements, their lines and statements, and schedules.",
    SETTLEMENTS_WRITE="Close and adjust settlements, hold them, and set their schedules. Staff only.",
    PAYOUTS_READ="Read payouts.",
    PAYOUTS_WRITE="Make, hold and cancel payouts. Staff only.",
    PAYOUTS_APPROVE="Approve and reject payouts that somebody else asked for. Staff only.",
    BANK_ACCOUNTS_READ="Read bank accounts, their numbers masked.",
    BANK_ACCOUNTS_WRITE="Add, choose and remove bank accounts; changes need approval.",
    BANK_ACCOUNTS_REVEAL="Read the full numbers of bank accounts; each reading is in the audit log.",
    RECONCILIATION_READ="Read bank statements, their entries and reconciliation items. Staff only.",
    RECONCILIATION_WRITE="Import bank statements, and match and resolve reconciliation items. Staff only.",
    AUDIT_READ="Read the audit log.",
    TEAM_READ="Read the team: people, memberships and API clients.",
    TEAM_WRITE="Invite people and manage API clients.",
)
described(
    MerchantRole,
    "What a person is at one merchant.",
    OWNER="May do everything.",
    DEVELOPER="Integrates: creates payments, reads the audit log and the team.",
    OPERATOR="Captures, voids and refunds, and sees customers' personal data.",
    FINANCE="Reads balances, settlements and payouts, keeps the bank accounts, refunds, decides what others ask for.",
    VIEWER="Reads payments.",
)
described(
    StaffRole,
    "What a person is at the payments company.",
    ADMIN="May do everything.",
    SUPPORT="Finds anything, moves nothing.",
    RISK_ANALYST="Reviews suspected fraud.",
    DISPUTE_ANALYST="Works disputes.",
    FINANCE_OPERATIONS="Closes settlements, approves payouts, reconciles.",
    APPROVER="Gives second signatures, and asks for nothing itself.",
    AUDITOR="Reads everything.",
)
described(
    ClientAuthMethod,
    "How an API client proves who it is at the token endpoint.",
    SECRET_BASIC="Its secret in the Authorization header (client_secret_basic).",  # noqa: S106 - the name of a method
    SECRET_POST="Its secret in the body (client_secret_post).",  # noqa: S106 - the name of a method
    PRIVATE_KEY_JWT="An assertion that it signs with its own key (private_key_jwt, RFC 7523).",
)
