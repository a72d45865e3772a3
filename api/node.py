"""Everything with an id of its own, and how an id is resolved."""

import strawberry

from api.describing import attribute


@strawberry.interface(description="Anything that has an id of its own; `node` resolves it.")
class Node:
    """An id names its type: `pay_01h455vb4pex5vsknk084sn02q`."""

    id: strawberry.ID = attribute("The object's id, a TypeID: the same in URLs, logs, webhooks and here.")
