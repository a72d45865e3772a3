"""The query of the viewer."""

from typing import TYPE_CHECKING

import strawberry
from strawberry.types import Info

from api.fields import PUBLIC
from api.identity.types import Viewer, api_client, membership, user
from domain.identity.actor import ActorKind
from domain.identity.permission import Permission

if TYPE_CHECKING:
    from api.context import Context


async def _viewer(info: Info) -> Viewer:
    context: Context = info.context
    actor, reads = context.actor, context.reads.identity
    found_user = found_client = None
    held = []
    if actor.id is not None and actor.kind is ActorKind.USER:
        found_user = (await reads.users(actor.visible, [actor.id])).get(actor.id)
        held = await reads.memberships_of(actor.visible, actor.id)
    elif actor.id is not None and actor.kind is ActorKind.CLIENT:
        found_client = (await reads.clients(actor.visible, [actor.id])).get(actor.id)
    return Viewer(
        user=user(found_user) if found_user else None,
        client=api_client(found_client) if found_client else None,
        realm=actor.realm,
        memberships=[membership(entity) for entity in held],
        permissions=sorted(actor.permissions, key=list(Permission).index),
    )


@strawberry.type
class IdentityQueries:
    """The field that identity adds to Query. Everyone may ask who they are."""

    viewer: Viewer = strawberry.field(resolver=_viewer, description="Who you are and what you may do.", metadata=PUBLIC)
