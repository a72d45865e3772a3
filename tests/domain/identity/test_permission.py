from __future__ import annotations

from domain.identity.permission import CLIENT_SCOPES, MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole

OF_STAFF = {
    Permission.DISPUTES_MANAGE,
    Permission.FEES_MANAGE,
    Permission.SETTLEMENTS_WRITE,
    Permission.PAYOUTS_WRITE,
    Permission.PAYOUTS_APPROVE,
    Permission.RECONCILIATION_READ,
    Permission.RECONCILIATION_WRITE,
}


def test_every_role_has_its_permissions() -> None:
    assert set(MERCHANT_ROLES) == set(MerchantRole)
    assert set(STAFF_ROLES) == set(StaffRole)
    assert all(granted for granted in (*MERCHANT_ROLES.values(), *STAFF_ROLES.values()))


def test_viewers_change_nothing_and_see_no_personal_data() -> None:
    viewer = MERCHANT_ROLES[MerchantRole.VIEWER]
    assert {permission for permission in viewer if _changes(permission)} == set()
    assert Permission.CUSTOMERS_PII not in viewer


def test_auditors_see_all_and_change_nothing() -> None:
    auditor = STAFF_ROLES[StaffRole.AUDITOR]
    assert auditor == {permission for permission in Permission if not _changes(permission)}


def test_machines_manage_neither_the_team_nor_merchants_nor_accounts_and_decide_nothing() -> None:
    assert set(Permission) - CLIENT_SCOPES == {
        Permission.TEAM_WRITE,
        Permission.MERCHANTS_WRITE,
        Permission.APPROVALS_DECIDE,
        Permission.APPROVALS_WRITE,
        Permission.BANK_ACCOUNTS_WRITE,
        Permission.BANK_ACCOUNTS_REVEAL,
        *OF_STAFF,
    }


def test_no_merchant_says_what_networks_and_banks_said_or_what_it_pays_and_is_paid() -> None:
    assert all(not granted & OF_STAFF for granted in MERCHANT_ROLES.values())
    assert MERCHANT_ROLES[MerchantRole.OWNER] == set(Permission) - OF_STAFF


def test_who_only_approves_can_ask_for_nothing() -> None:
    approver = STAFF_ROLES[StaffRole.APPROVER]
    decides = {Permission.APPROVALS_DECIDE, Permission.PAYOUTS_APPROVE}
    assert {permission for permission in approver if _changes(permission)} == decides


def test_whoever_decides_can_see_what_there_is_to_decide() -> None:
    for granted in (*MERCHANT_ROLES.values(), *STAFF_ROLES.values()):
        assert Permission.APPROVALS_READ in granted or Permission.APPROVALS_DECIDE not in granted


def test_a_permission_is_written_as_an_oauth_scope() -> None:
    # RFC 6749 section 3.3: a scope's words stand with spaces between them.
    assert all(len(permission.value.split()) == 1 and ":" in permission.value for permission in Permission)


def _changes(permission: Permission) -> bool:
    return permission.value.endswith((":write", ":decide", ":review", ":manage", ":approve", ":reveal"))
