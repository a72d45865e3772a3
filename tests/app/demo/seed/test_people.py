"""The demo's people get in as anyone would."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from adapters.postgres.audit.store import AuditStore
from adapters.postgres.database import Database
from adapters.postgres.identity.unit import IdentityUnits
from app.demo.seed.merchants import MERCHANTS
from app.demo.seed.people import PEOPLE, cast
from domain.identity.actor import Realm, Scope, system_actor
from domain.identity.permission import MERCHANT_ROLES, MerchantRole, Permission, StaffRole
from domain.identity.sign_in_person import SignInPerson, sign_in_person
from domain.kernel.clock import SystemClock
from tests.app.demo.seed.conftest import fill

if TYPE_CHECKING:
    from pathlib import Path

    from domain.kernel.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    units: IdentityUnits
    clock: Clock


async def test_everybody_can_sign_in_and_is_what_the_demo_says(database_url: str, tmp_path: Path) -> None:
    await fill(database_url, tmp_path, empty=True)
    database = await Database.connect(database_url, size=1)
    ports = Ports(units=IdentityUnits(database, AuditStore), clock=SystemClock())
    try:
        for person in PEOPLE:
            staff = isinstance(person.role, StaffRole)
            command = SignInPerson(
                realm=Realm.STAFF if staff else Realm.MERCHANT,
                issuer="http://localhost:8001",
                subject=f"demo|{person.email}",
                email=person.email,
                email_verified=True,
                name=person.name,
                staff_roles=frozenset({person.role}) if isinstance(person.role, StaffRole) else frozenset(),
            )
            first = await sign_in_person(ports, system_actor("test"), command)
            again = await sign_in_person(ports, system_actor("test"), command)
            # Staff have been in before; merchants' people come by their invitation.
            assert (first.first_time, again.first_time) == (not staff, False)
            assert again.user.id == first.user.id
            if person.merchant is not None and isinstance(person.role, MerchantRole):
                assert again.actor.grants == {person.merchant.merchant.id: MERCHANT_ROLES[person.role]}
            else:
                assert again.user.roles == {person.role}
    finally:
        await database.close()


def test_merchants_people_keep_the_identity_that_their_history_names(tmp_path: Path) -> None:
    now = SystemClock().now()
    people = cast(lambda machine: machine.name, now)
    assert people.users == cast(lambda machine: machine.name, now).users
    assert [len(people.people_of(merchant, MerchantRole.OPERATOR)) for merchant in MERCHANTS] == [1, 0, 0, 1, 0, 0]


def test_whoever_works_in_the_past_may_do_there_what_they_do() -> None:
    people = cast(lambda machine: machine.name, SystemClock().now())
    for merchant in MERCHANTS:
        for worker in people.workers_of(merchant):
            assert worker.may(Permission.DISPUTES_WRITE, merchant.merchant.id)
            assert worker.visible == Scope(frozenset({merchant.merchant.id}))
    analyst = people.staff(StaffRole.DISPUTE_ANALYST)
    assert analyst.name == "Dario Conti"
    assert Permission.DISPUTES_MANAGE in analyst.everywhere
