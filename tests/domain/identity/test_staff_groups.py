from __future__ import annotations

from domain.identity.permission import StaffRole
from domain.identity.staff_groups import roles_of_groups


def test_groups_without_a_meaning_give_nothing() -> None:
    meaning = {"pd-admins": StaffRole.ADMIN, "pd-audit": StaffRole.AUDITOR}
    assert roles_of_groups(["pd-audit", "everyone"], meaning) == {StaffRole.AUDITOR}
    assert roles_of_groups([], meaning) == frozenset()
