from __future__ import annotations

from domain.identity.membership import Membership
from domain.identity.permission import MerchantRole
from domain.kernel.ids import new_uuid
from tests.domain.identity.people import NOON


def test_a_role_changes_and_the_rest_stays() -> None:
    before = Membership(
        id=new_uuid(NOON), merchant_id=new_uuid(NOON), user_id=new_uuid(NOON), role=MerchantRole.VIEWER, created_at=NOON
    )
    after = before.become(MerchantRole.OWNER)
    assert after.role is MerchantRole.OWNER
    assert (after.id, after.merchant_id, after.user_id) == (before.id, before.merchant_id, before.user_id)
