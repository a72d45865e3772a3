from __future__ import annotations

from domain.identity.permission import CLIENT_SCOPES, MERCHANT_ROLES, STAFF_ROLES, MerchantRole, Permission, StaffRole


def test_every_role_has_its_permissions() -> None:
    assert set(MERCHANT_ROLES) == set(MerchantRole)
    assert set(STAFF_ROLES) == set(StaffRole)
    assert all(granted for granted in (*MERCHANT_ROLES.values(), *STAFF_ROLES.values()))


def test_viewers_change_nothing_and_see_no_personal_data() -> None:
    viewer = MERCHANT_ROLES[MerchantRole.VIEWER]
    assert {permission for permission in viewer if permission.value.endswith(":write")} == set()
    assert Permission.CUSTOMERS_PII not in viewer


def test_auditors_see_all_and_change_nothing() -> None:
    auditor = STAFF_ROLES[StaffRole.AUDITOR]
    assert auditor == {permission for permission in Permission if not permission.value.endswith(":write")}


def test_machines_manage_neither_the_team_nor_merchants() -> None:
    assert set(Permission) - CLIENT_SCOPES == {Permission.TEAM_WRITE, Permission.MERCHANTS_WRITE}


def test_a_permission_is_written_as_an_oauth_scope() -> None:
    # RFC 6749 section 3.3: a scope's words stand with spaces between them.
    assert all(len(permission.value.split()) == 1 and ":" in permission.value for permission in Permission)
