from __future__ import annotations

from datetime import timedelta

import pytest

from domain.identity.actor import Realm
from domain.identity.invitation import TRANSITIONS, Invitation, InvitationStatus
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Invalid
from domain.kernel.machine import TransitionNotAllowed
from tests.domain.identity.people import NOON, an_invitation

STEPS = {
    InvitationStatus.ACCEPTED: Invitation.accept,
    InvitationStatus.REVOKED: Invitation.revoke,
    InvitationStatus.EXPIRED: Invitation.expire,
}


@pytest.mark.parametrize("status", InvitationStatus)
@pytest.mark.parametrize("target", STEPS)
def test_the_machine_has_the_tables_arrows_and_no_other(status: InvitationStatus, target: InvitationStatus) -> None:
    invitation = an_invitation(status=status)
    if target in TRANSITIONS[status]:
        assert STEPS[target](invitation).status is target
    else:
        with pytest.raises(TransitionNotAllowed):
            STEPS[target](invitation)


def test_it_is_open_while_it_is_pending_and_not_past() -> None:
    invitation = an_invitation()
    assert invitation.open(NOON)
    assert not invitation.open(invitation.expires_at)
    assert not invitation.accept().open(NOON)


def test_the_role_is_of_the_realm() -> None:
    assert an_invitation().realm is Realm.MERCHANT
    assert an_invitation(merchant_id=None, role=StaffRole.ADMIN).realm is Realm.STAFF
    with pytest.raises(Invalid):
        an_invitation(merchant_id=None, role=MerchantRole.OWNER)
    with pytest.raises(Invalid):
        an_invitation(role=StaffRole.ADMIN)


def test_it_expires_after_it_was_made() -> None:
    with pytest.raises(Invalid):
        an_invitation(expires_at=NOON - timedelta(seconds=1))
