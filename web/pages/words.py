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
