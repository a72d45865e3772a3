"""Permissions are data: a role is a set of them, and an API client's scopes are their names."""

from __future__ import annotations

from enum import StrEnum


class Permission(StrEnum):
    """One thing that an actor may do; the value is also the OAuth2 scope of the same meaning."""

    PAYMENTS_READ = "payments:read"
    PAYMENTS_WRITE = "payments:write"
    REFUNDS_WRITE = "refunds:write"
    DISPUTES_READ = "disputes:read"
    DISPUTES_WRITE = "disputes:write"
    DISPUTES_MANAGE = "disputes:manage"
    FRAUD_READ = "fraud:read"
    FRAUD_REVIEW = "fraud:review"
    FRAUD_MANAGE = "fraud:manage"
    APPROVALS_READ = "approvals:read"
    APPROVALS_DECIDE = "approvals:decide"
    APPROVALS_WRITE = "approvals:write"
    CUSTOMERS_READ = "customers:read"
    CUSTOMERS_PII = "customers:pii"
    MERCHANTS_READ = "merchants:read"
    MERCHANTS_WRITE = "merchants:write"
    BALANCES_READ = "balances:read"
    LEDGER_READ = "ledger:read"
    FEES_MANAGE = "fees:manage"
    SETTLEMENTS_READ = "settlements:read"
    SETTLEMENTS_WRITE = "settlements:write"
    PAYOUTS_READ = "payouts:read"
    PAYOUTS_WRITE = "payouts:write"
    PAYOUTS_APPROVE = "payouts:approve"
    BANK_ACCOUNTS_READ = "bank_accounts:read"
    BANK_ACCOUNTS_WRITE = "bank_accounts:write"
    BANK_ACCOUNTS_REVEAL = "bank_accounts:reveal"
    RECONCILIATION_READ = "reconciliation:read"
    RECONCILIATION_WRITE = "reconciliation:write"
    AUDIT_READ = "audit:read"
    TEAM_READ = "team:read"
    TEAM_WRITE = "team:write"


_READ = frozenset(
    {
        Permission.PAYMENTS_READ,
        Permission.DISPUTES_READ,
        Permission.FRAUD_READ,
        Permission.APPROVALS_READ,
        Permission.CUSTOMERS_READ,
        Permission.MERCHANTS_READ,
    }
)
# What a network or a bank said decides about money, and so do fees, closings and payouts: merchants never say them.
_STAFF_ONLY = frozenset(
    {
        Permission.DISPUTES_MANAGE,
        Permission.FEES_MANAGE,
        Permission.SETTLEMENTS_WRITE,
        Permission.PAYOUTS_WRITE,
        Permission.PAYOUTS_APPROVE,
        Permission.RECONCILIATION_READ,
        Permission.RECONCILIATION_WRITE,
    }
)
_MONEY_READ = frozenset(
    {
        Permission.BALANCES_READ,
        Permission.LEDGER_READ,
        Permission.SETTLEMENTS_READ,
        Permission.PAYOUTS_READ,
        Permission.BANK_ACCOUNTS_READ,
    }
)


class MerchantRole(StrEnum):
    """What a person is at one merchant."""

    OWNER = "OWNER"
    DEVELOPER = "DEVELOPER"
    OPERATOR = "OPERATOR"
    FINANCE = "FINANCE"
    VIEWER = "VIEWER"


class StaffRole(StrEnum):
    """What a person is at the payments company."""

    ADMIN = "ADMIN"
    SUPPORT = "SUPPORT"
    RISK_ANALYST = "RISK_ANALYST"
    DISPUTE_ANALYST = "DISPUTE_ANALYST"
    FINANCE_OPERATIONS = "FINANCE_OPERATIONS"
    APPROVER = "APPROVER"
    AUDITOR = "AUDITOR"


MERCHANT_ROLES: dict[MerchantRole, frozenset[Permission]] = {
    MerchantRole.OWNER: frozenset(Permission) - _STAFF_ONLY,
    MerchantRole.DEVELOPER: _READ | {Permission.TEAM_READ, Permission.PAYMENTS_WRITE, Permission.AUDIT_READ},
    MerchantRole.OPERATOR: _READ
    | {
        Permission.CUSTOMERS_PII,
        Permission.PAYMENTS_WRITE,
        Permission.REFUNDS_WRITE,
        Permission.DISPUTES_WRITE,
        Permission.FRAUD_REVIEW,
        Permission.BALANCES_READ,
    },
    MerchantRole.FINANCE: _READ
    | _MONEY_READ
    | {
        Permission.REFUNDS_WRITE,
        Permission.APPROVALS_DECIDE,
        Permission.BANK_ACCOUNTS_WRITE,
        Permission.BANK_ACCOUNTS_REVEAL,
    },
    MerchantRole.VIEWER: _READ,
}

STAFF_ROLES: dict[StaffRole, frozenset[Permission]] = {
    StaffRole.ADMIN: frozenset(Permission),
    StaffRole.SUPPORT: _READ | {Permission.CUSTOMERS_PII, Permission.BALANCES_READ},
    StaffRole.RISK_ANALYST: _READ
    | {
        Permission.CUSTOMERS_PII,
        Permission.PAYMENTS_WRITE,
        Permission.FRAUD_REVIEW,
        Permission.FRAUD_MANAGE,
        Permission.APPROVALS_DECIDE,
    },
    StaffRole.DISPUTE_ANALYST: _READ
    | {
        Permission.CUSTOMERS_PII,
        Permission.REFUNDS_WRITE,
        Permission.DISPUTES_WRITE,
        Permission.DISPUTES_MANAGE,
        Permission.APPROVALS_DECIDE,
    },
    StaffRole.FINANCE_OPERATIONS: _READ
    | _MONEY_READ
    | {
        Permission.PAYMENTS_WRITE,
        Permission.REFUNDS_WRITE,
        Permission.APPROVALS_DECIDE,
        Permission.FEES_MANAGE,
        Permission.SETTLEMENTS_WRITE,
        Permission.PAYOUTS_WRITE,
        Permission.PAYOUTS_APPROVE,
        Permission.BANK_ACCOUNTS_WRITE,
        Permission.BANK_ACCOUNTS_REVEAL,
        Permission.RECONCILIATION_READ,
        Permission.RECONCILIATION_WRITE,
    },
    # Who only ever gives the second signature, and so can never have asked for what it is given to.
    StaffRole.APPROVER: _READ
    | _MONEY_READ
    | {Permission.PAYOUTS_APPROVE, Permission.APPROVALS_DECIDE, Permission.RECONCILIATION_READ},
    StaffRole.AUDITOR: _READ
    | _MONEY_READ
    | {
        Permission.CUSTOMERS_PII,
        Permission.AUDIT_READ,
        Permission.TEAM_READ,
        Permission.RECONCILIATION_READ,
    },
}


# What a client may be granted: people manage the team and approve, machines do not.
CLIENT_SCOPES: frozenset[Permission] = (
    frozenset(Permission)
    - _STAFF_ONLY
    - {
        Permission.TEAM_WRITE,
        Permission.MERCHANTS_WRITE,
        Permission.APPROVALS_DECIDE,
        Permission.APPROVALS_WRITE,
        Permission.BANK_ACCOUNTS_WRITE,
        Permission.BANK_ACCOUNTS_REVEAL,
    }
)
