"""Owners say what needs a second person; what staff have to approve, staff say."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from domain.approvals.approval_action import ALWAYS, ApprovalAction
from domain.approvals.errors import StaffPolicy
from domain.approvals.set_approval_policy import SetApprovalPolicy, set_approval_policy
from domain.identity.permission import MerchantRole, StaffRole
from domain.kernel.errors import Forbidden, Invalid, NotFound
from domain.kernel.ids import PLATFORM, new_uuid
from tests.builders.identity import a_staff_actor, an_actor
from tests.builders.merchants import a_merchant
from tests.builders.moments import MORNING
from tests.builders.money import EUR, JPY, eur, jpy

if TYPE_CHECKING:
    from domain.approvals.approval_policy import ApprovalPolicy
    from domain.identity.actor import Actor
    from tests.domain.approvals.office import Office


async def put(office: Office, actor: Actor | None = None, **more: Any) -> ApprovalPolicy | None:
    values: dict[str, Any] = {
        "merchant_id": office.merchant.id,
        "action": ApprovalAction.REFUND_PAYMENT,
        "currency": EUR,
        "threshold": eur(50),
    }
    command = SetApprovalPolicy(**{**values, **more})
    return await set_approval_policy(office.ports, actor or an_actor(office.merchant), command)


def kept(office: Office) -> list[ApprovalPolicy]:
    return list(office.units.tables.approval_policies.values())


async def test_one_for_each_action_and_currency(office: Office) -> None:
    first = await put(office)
    again = await put(office, threshold=eur(70), role=MerchantRole.FINANCE)
    yen = await put(office, currency=JPY, threshold=jpy(9000))
    dispute = await put(office, action=ApprovalAction.ACCEPT_DISPUTE)
    assert first not in kept(office)
    assert kept(office) == [again, yen, dispute]
    data = office.units.tables.audit[1].data
    assert data == {
        "action": "REFUND_PAYMENT",
        "currency": "EUR",
        "threshold_minor": 7000,
        "role": "FINANCE",
        "required": True,
    }
    assert office.told() == ["approvals.set_policy"] * 4


async def test_without_a_threshold_it_is_gone(office: Office) -> None:
    await put(office)
    yen = await put(office, currency=JPY, threshold=jpy(9000))
    assert await put(office, threshold=None) is None
    assert kept(office) == [yen]
    assert office.units.tables.audit[-1].data["required"] is False
    assert await put(office, threshold=None) is None
    assert await put(office, currency=JPY, threshold=jpy(9000), required=False) is None
    assert kept(office) == []


async def test_who_may_not(office: Office) -> None:
    for role in MerchantRole:
        if role is not MerchantRole.OWNER:
            with pytest.raises(Forbidden, match="approvals:write"):
                await put(office, an_actor(office.merchant, role=role))
    with pytest.raises(NotFound):
        await put(office, an_actor(a_merchant()))
    with pytest.raises(NotFound, match="The merchant"):
        await put(office, a_staff_actor(), merchant_id=new_uuid(MORNING))
    assert (kept(office), office.told()) == ([], [])


async def test_what_breaks_a_rule_of_its_own(office: Office) -> None:
    with pytest.raises(Invalid):
        await put(office, threshold=eur(-1))
    with pytest.raises(Invalid):
        await put(office, role=MerchantRole.VIEWER)
    assert kept(office) == []


async def test_what_staff_have_to_approve_is_staffs_alone(office: Office) -> None:
    with pytest.raises(StaffPolicy):
        await put(office, role=StaffRole.FINANCE_OPERATIONS)
    policy = await put(office, a_staff_actor(), role=StaffRole.FINANCE_OPERATIONS)
    changes: list[dict[str, Any]] = [{"threshold": eur(10**6)}, {"threshold": None}, {"role": StaffRole.ADMIN}]
    for values in changes:
        with pytest.raises(StaffPolicy, match="only its staff"):
            await put(office, **values)
    assert kept(office) == [policy]
    assert await put(office, currency=JPY, threshold=jpy(1)) is not None
    assert await put(office, a_staff_actor(), threshold=None) is None


async def publications(office: Office, actor: Actor | None = None, **more: Any) -> ApprovalPolicy | None:
    values: dict[str, Any] = {"action": ApprovalAction.PUBLISH_FRAUD_RULE, "currency": None, "threshold": None}
    return await put(office, actor, **{**values, **more})


async def test_what_has_no_amount_is_required_or_not(office: Office) -> None:
    policy = await publications(office, role=MerchantRole.OWNER)
    assert policy is not None
    assert (kept(office), policy.threshold) == ([policy], None)
    data = office.units.tables.audit[-1].data
    assert data == {
        "action": "PUBLISH_FRAUD_RULE",
        "currency": None,
        "threshold_minor": None,
        "role": "OWNER",
        "required": True,
    }
    again = await publications(office)
    assert kept(office) == [again]
    assert await publications(office, required=False) is None
    assert (kept(office), office.units.tables.audit[-1].data["required"]) == ([], False)


async def test_what_the_platform_wants_staff_say(office: Office) -> None:
    staff = a_staff_actor()
    policy = await publications(office, staff, merchant_id=PLATFORM, role=StaffRole.RISK_ANALYST)
    own = await publications(office)
    assert kept(office) == [policy, own]
    assert [record.merchant_id for record in office.units.tables.audit] == [None, office.merchant.id]
    with pytest.raises(NotFound):
        await publications(office, merchant_id=PLATFORM, required=False)
    for role in StaffRole:
        if role is not StaffRole.ADMIN:
            with pytest.raises(Forbidden, match="approvals:write"):
                await publications(office, a_staff_actor(role), merchant_id=PLATFORM, required=False)
    assert await publications(office, staff, merchant_id=PLATFORM, required=False) is None
    assert kept(office) == [own]


@pytest.mark.parametrize(
    ("values", "path"),
    [
        ({"action": ApprovalAction.PUBLISH_FRAUD_RULE}, "currency"),
        ({"currency": None}, "currency"),
        ({"action": ApprovalAction.PUBLISH_FRAUD_RULE, "currency": None}, "threshold"),
        ({"merchant_id": PLATFORM}, "merchantId"),
    ],
)
async def test_what_does_not_belong_together(office: Office, values: dict[str, Any], path: str) -> None:
    with pytest.raises(Invalid) as refused:
        await put(office, a_staff_actor(), **values)
    assert refused.value.path == (path,)
    assert (kept(office), office.told()) == ([], [])


@pytest.mark.parametrize("action", sorted(ALWAYS))
@pytest.mark.parametrize("required", [True, False])
async def test_what_always_needs_approval_is_not_up_to_anybody(
    office: Office, action: ApprovalAction, *, required: bool
) -> None:
    with pytest.raises(Invalid, match="always needs approval") as refused:
        await put(office, a_staff_actor(), action=action, currency=None, threshold=None, required=required)
    assert refused.value.path == ("action",)
    assert (kept(office), office.told()) == ([], [])
