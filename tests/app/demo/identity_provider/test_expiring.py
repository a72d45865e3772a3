"""Memory that forgets."""

from __future__ import annotations

from app.demo.identity_provider.expiring import Expiring


def test_values_end_with_their_lifetime() -> None:
    now = [0.0]
    memory: Expiring[str] = Expiring(lambda: now[0], lifetime_seconds=10)
    memory.put("a", "first")
    now[0] = 9
    memory.put("b", "second")
    memory.replace("a", "changed")
    assert memory.get("a") == "changed"
    now[0] = 10
    memory.replace("a", "too late")
    assert memory.get("a") is None
    assert memory.pop("b") == "second"
    assert memory.pop("b") is None


def test_putting_again_prolongs() -> None:
    now = [0.0]
    memory: Expiring[str] = Expiring(lambda: now[0], lifetime_seconds=10)
    memory.put("a", "old")
    memory.put("b", "other")
    now[0] = 5
    memory.put("a", "new")
    now[0] = 12
    assert memory.get("a") == "new"
    assert memory.get("b") is None


def test_the_oldest_makes_room() -> None:
    memory: Expiring[int] = Expiring(lambda: 0.0, lifetime_seconds=10, capacity=2)
    for number in range(3):
        memory.put(str(number), number)
    assert [memory.get(str(number)) for number in range(3)] == [None, 1, 2]
