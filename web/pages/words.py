"""Roles and permissions as people say them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from domain.identity.actor import Realm
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from enum import StrEnum

PERMISSIONS: dict[Permission, str] = {
    Permission.PAYMENTS_READ: "See payments and what happened to them",
    Permission.PAYMENTS_WRITE: "Create, capture and void payments",
    Permission.REFUNDS_WRITE: "Refund payments",
    Permission.DISPUTES_READ: "See disputes",
    Permission.DISPUTES_WRITE: "Answer disputes",
    Permission.DISPUTES_MANAGE: "Record what networks say of disputes, and assign them",
    Permission.FRAUD_READ: "See what fraud screening found",
    Permission.FRAUD_REVIEW: "Decide about payments that are held",
    Permission.FRAUD_MANAGE: "Write fraud rules and lists, and give out reviews",
    Permission.APPROVALS_READ: "See requests for approval",
    Permission.APPROVALS_DECIDE: "Approve and reject what others asked for",
    Permission.APPROVALS_WRITE: "Say what needs approval",
    Permission.CUSTOMERS_READ: "See customers",
    Permission.CUSTOMERS_PII: "See customers' names and e-mail addresses",
    Permission.MERCHANTS_READ: "See merchants",
    Permission.MERCHANTS_WRITE: "Create and change merchants",
    Permission.BALANCES_READ: "See balances",
    Permission.LEDGER_READ: "See ledger entries",
    Permission.FEES_MANAGE: "Change what merchants pay",
    Permission.SETTLEMENTS_READ: "See settlements and their statements",
    Permission.SETTLEMENTS_WRITE: "Close and adjust settlements, and set their schedules",
    Permission.PAYOUTS_READ: "See payouts",
    Permission.PAYOUTS_WRITE: "Make, hold and cancel payouts",
    Permission.PAYOUTS_APPROVE: "Approve and reject payouts that others asked for",
    Permission.BANK_ACCOUNTS_READ: "See bank accounts, their numbers masked",
    Permission.BANK_ACCOUNTS_WRITE: "Add and remove bank accounts",
    Permission.BANK_ACCOUNTS_REVEAL: "See the full numbers of bank accounts",
    Permission.RECONCILIATION_READ: "See bank statements and what did not match",
    Permission.RECONCILIATION_WRITE: "Import bank statements and match what did not",
    Permission.AUDIT_READ: "Read the audit log",
    Permission.TEAM_READ: "See the team and its API clients",
    Permission.TEAM_WRITE: "Invite people, and manage the team and its API clients",
}

REALMS: dict[Realm, str] = {Realm.STAFF: "Staff", Realm.MERCHANT: "Merchant"}


def in_words(permission: Permission) -> str:
    """What the permission lets one do; a permission that is new here goes by its name."""
    return PERMISSIONS.get(permission, permission.value)


def role_name(role: StrEnum) -> str:
    """`FINANCE_OPERATIONS` as people write it: Finance operations."""
    return role.value.replace("_", " ").capitalize()
