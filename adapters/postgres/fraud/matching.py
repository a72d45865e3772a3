"""Which entries of a list are about a value: itself, the networks that an address is in, the beginnings of a BIN."""

from __future__ import annotations

from adapters.postgres.fraud.networks import networks_of
from domain.fraud.list_kind import ListKind

_BIN_LENGTHS = (6, 7, 8)


def entries_of(kind: ListKind, value: str) -> tuple[str, ...]:
    """The texts of all entries that would have the value."""
    if kind is ListKind.IP:
        return networks_of(value)
    if kind is ListKind.BIN:
        return tuple(value[:length] for length in _BIN_LENGTHS if length <= len(value))
    return (value,)
