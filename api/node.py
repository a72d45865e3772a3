"""Everything with an id of its own, and how an id is resolved."""

from functools import partial
from typing import Any

import strawberry

from api.derivation import derived
from api.describing import attribute
from domain.kernel.ids import Prefix, format_id

_DESCRIPTION = "The object's id, a TypeID: the same in URLs, logs, webhooks and here."


@strawberry.interface(description="Anything that has an id of its own; `node` resolves it.")
class Node:
    """An id names its type: `pay_01h455vb4pex5vsknk084sn02q`."""

    id: strawberry.ID = attribute(_DESCRIPTION)


def identifier(prefix: Prefix) -> Any:  # noqa: ANN401 - a dataclass field
    """The id of a type whose instances hold their `entity`."""
    return derived(_DESCRIPTION, partial(format_id, prefix), "entity.id")
