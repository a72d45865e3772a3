from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from app.administration import create_client, create_staff
from app.refusal import Refused
from domain.identity.permission import StaffRole
from domain.kernel.ids import Prefix, format_id, parse_id
from tests.domain.identity.installation import installed

if TYPE_CHECKING:
    from app.settings import Settings

NOBODY = "mer_01h455vb4pex5vsknk084sn02q"


async def test_an_operator_makes_a_client_and_invites_staff(settings: Settings, database_url: str) -> None:
    async with installed(database_url) as house:
        merchant = format_id(Prefix.MERCHANT, await house.add_merchant())
        client_id, secret = await create_client(settings, "Shop", merchant, ["payments:read"])
        stored = await house.authentication.client(parse_id(Prefix.CLIENT, client_id))
        assert stored is not None
        assert stored.knows(secret)
        invitation = await create_staff(settings, "Ada@Example.com", "ADMIN")
        assert (invitation.email, invitation.role) == ("ada@example.com", StaffRole.ADMIN)
        assert await house.actions() == ["api_client.created", "staff.invited"]


async def test_mistakes_are_told_in_one_message(settings: Settings) -> None:
    for merchant, scopes in ((NOBODY, ["payments:read"]), ("x", ["payments:read"]), (NOBODY, ["all"]), (NOBODY, [])):
        with pytest.raises(Refused):
            await create_client(settings, "Shop", merchant, scopes)
    for email, role in (("nobody", "ADMIN"), ("ada@example.com", "KING")):
        with pytest.raises(Refused):
            await create_staff(settings, email, role)
