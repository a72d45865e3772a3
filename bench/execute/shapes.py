"""The operations that are executed, by what they are hard at."""

from __future__ import annotations

from bench.execute import entities
from domain.kernel.ids import Prefix, format_id

_MONEY = "fragment M on Money { amount minorUnits currency }"
_LEAVES = """
id status captureMode reference description gateway declineCode declineMessage riskScore hasUnknownOutcome
createdAt updatedAt authorizedAt capturedAt authorizationExpiresAt metadata { key value }
method { type brand last4 expiryMonth expiryYear bin country funding wallet fingerprint }
amount { ...M } amountAuthorized { ...M } amountCapturable { ...M } amountCaptured { ...M }
amountRefunded { ...M } amountRefundable { ...M } amountDisputed { ...M }
"""
# What the portal's list of payments shows.
WIDE = (
    """
{ payments(first: 50) { nodes {
    id status captureMode amount { ...M } amountCaptured { ...M } amountRefunded { ...M }
    method { type brand last4 } reference createdAt
    customer { id email name } refunds { id status amount { ...M } reason createdAt }
  } pageInfo { hasNextPage endCursor } } }
"""
    + _MONEY
)
LEAVES = f"{{ payments(first: 100) {{ nodes {{ {_LEAVES} }} }} }} {_MONEY}"
DEEP = """
{ payments(first: 10) { edges { cursor node { id customer { id payments(first: 1) { nodes { id
    customer { id payments(first: 1) { nodes { id refunds { id payment { id status captures { id } } } } } }
} } } } } } }
"""
ONE = f"""
{{ payment(id: "{format_id(Prefix.PAYMENT, entities.payments(1)[0].id)}") {{ {_LEAVES}
   customer {{ id email }} captures {{ id amount {{ ...M }} }} refunds {{ id amount {{ ...M }} }}
   operations {{ id type status }} availableActions {{ action allowed reason maxAmount {{ ...M }} }} }} }}
{_MONEY}"""
TINY = f'{{ payment(id: "{format_id(Prefix.PAYMENT, entities.payments(1)[0].id)}") {{ id status }} }}'


def unions(count: int) -> str:
    """Objects of several types behind one interface, and a union within."""
    ids: list[str] = []
    for payment in entities.payments(count):
        assert payment.customer_id is not None, "every payment here has a customer"
        ids += [
            format_id(Prefix.PAYMENT, payment.id),
            format_id(Prefix.CUSTOMER, payment.customer_id),
            format_id(Prefix.REFUND, entities.refunds_of(payment)[0].id),
        ]
    listed = ", ".join(f'"{each}"' for each in ids)
    return f"""{{ nodes(ids: [{listed}]) {{ __typename id
      ... on Payment {{ status nextAction {{ __typename ... on RedirectAction {{ url }} }} amount {{ ...M }} }}
      ... on Customer {{ email name createdAt }} ... on Refund {{ reason amount {{ ...M }} }} }} }} {_MONEY}"""


SHAPES = {
    "wide": (WIDE, 50),
    "leaves": (LEAVES, 100),
    "deep": (DEEP, 10),
    "unions": (unions(30), 30),
    "one": (ONE, 1),
    "tiny": (TINY, 1),
}
"""Each with the number of payments that are stored for it."""
