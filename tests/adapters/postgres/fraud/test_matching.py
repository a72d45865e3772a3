"""Which entries are about a value."""

from __future__ import annotations

from adapters.postgres.fraud.matching import entries_of
from domain.fraud.list_kind import ListKind


def test_a_value_its_networks_and_its_beginnings() -> None:
    assert entries_of(ListKind.EMAIL, "mary@example.com") == ("mary@example.com",)
    assert entries_of(ListKind.BIN, "42424242") == ("424242", "4242424", "42424242")
    assert entries_of(ListKind.BIN, "424242") == ("424242",)
    networks = entries_of(ListKind.IP, "203.0.113.7")
    assert networks[:2] == ("203.0.113.7", "203.0.113.7/32")
    assert {"203.0.113.0/24", "0.0.0.0/0"} <= set(networks)
    assert len(networks) == 34
