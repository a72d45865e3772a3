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
# What a network said decides about money: merchants hear it, and never say it.
_STAFF_ONLY = frozenset({Permission.DISPUTES_MANAGE})
_MONEY_READ = frozenset({Permission.BALANCES_READ, Permission.LEDGER_READ})


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
    MerchantRole.FINANCE: _READ | _MONEY_READ | {Permission.REFUNDS_WRITE, Permission.APPROVALS_DECIDE},
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
    | {Permission.PAYMENTS_WRITE, Permission.REFUNDS_WRITE, Permission.APPROVALS_DECIDE},
    StaffRole.AUDITOR: _READ | _MONEY_READ | {Permission.CUSTOMERS_PII, Permission.AUDIT_READ, Permission.TEAM_READ},
}


# What a client may be granted: people manage the team and approve, machines do not.
CLIENT_SCOPES: frozenset[Permission] = (
    frozenset(Permission)
    - _STAFF_ONLY
    - {Permission.TEAM_WRITE, Permission.MERCHANTS_WRITE, Permission.APPROVALS_DECIDE, Permission.APPROVALS_WRITE}
)
