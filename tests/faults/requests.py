"""Mutations of payments as a program outside sends them."""

from __future__ import annotations


def document_of(mutation: str) -> str:
    """A request for one of them; its payload, or the refusal's type, comes back as `answer`."""
    name = mutation[0].upper() + mutation[1:]
    return f"""
mutation ($input: {name}Input!) {{
  answer: {mutation}(input: $input) {{
    __typename
    ... on {name}Payload {{ replayed payment {{ id status nextAction {{ ... on RedirectAction {{ url }} }} }} }}
  }}
}}
"""


def in_euros(amount: str) -> dict[str, str]:
    """An input of money."""
    return {"amount": amount, "currency": "EUR"}
