"""Somebody who asked for something or decided it, as remembered."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from uuid import UUID

    from domain.identity.actor import Actor, ActorKind


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who an actor was. `name` is what it was called then; kind and id are who it is."""

    kind: ActorKind
    id: UUID | None
    name: str

    def is_same(self, actor: Actor) -> bool:
        """Whether this is the actor, whatever it is called now."""
        return (self.kind, self.id) == (actor.kind, actor.id)


def party_of(actor: Actor) -> Party:
    """The actor, to be remembered."""
    return Party(kind=actor.kind, id=actor.id, name=actor.name)
