"""What is sent: one document for all payments, each with a key, a reference and a customer of its own."""

from __future__ import annotations

from typing import Any

from bench.load import UNIQUE

PATH = "/graphql"
DOCUMENT = """
mutation Pay($input: CreatePaymentInput!) {
  createPayment(input: $input) {
    __typename
    ... on CreatePaymentPayload {
      replayed
      payment {
        id status reference createdAt capturedAt riskScore
        amount { amount currency }
        amountCaptured { amount currency }
        amountRefundable { amount currency }
        method { type brand last4 }
      }
    }
    ... on UserError { code message }
  }
}
"""


def body(unique: str = UNIQUE) -> dict[str, Any]:
    """The body of one request; whoever sends it puts something new in the place of `UNIQUE`."""
    given = {
        "idempotencyKey": unique,
        "amount": {"amount": "49.90", "currency": "EUR"},
        "paymentMethod": {"token": "tok_visa"},
        "reference": f"order-{unique}",
        "customer": {"email": f"{unique}@example.com", "name": "Ada Example", "country": "DE"},
        "metadata": [{"key": "basket", "value": unique}],
    }
    return {"query": DOCUMENT, "variables": {"input": given}}
