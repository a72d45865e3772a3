"""Who somebody is, is kind and id; what they are called may change."""

from __future__ import annotations

from dataclasses import replace
from uuid import uuid4

from domain.approvals.party import party_of
from domain.identity.actor import ActorKind, system_actor
from tests.builders.identity import an_actor


def test_an_actor_is_remembered() -> None:
    actor = an_actor()
    party = party_of(actor)
    assert (party.kind, party.id, party.name) == (ActorKind.USER, actor.id, "Ada Lovelace")
    assert party.is_same(actor)


def test_a_new_name_makes_nobody_else() -> None:
    actor = an_actor()
    assert party_of(actor).is_same(replace(actor, name="Ada King"))


def test_another_id_or_kind_is_somebody_else() -> None:
    actor = an_actor()
    assert not party_of(actor).is_same(replace(actor, id=uuid4()))
    assert not party_of(actor).is_same(replace(actor, kind=ActorKind.CLIENT))
    assert not party_of(system_actor("jobs")).is_same(actor)
