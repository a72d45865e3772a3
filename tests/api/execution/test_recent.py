from __future__ import annotations

from api.execution.recent import Recent


def test_what_is_kept_is_found() -> None:
    recent: Recent[str, int] = Recent(entries=2, weight=100)
    assert recent.get("a") is None
    assert recent.keep("a", 1, 10) == 1
    assert recent.get("a") == 1


def test_the_least_recently_used_goes_first() -> None:
    recent: Recent[str, int] = Recent(entries=2, weight=100)
    recent.keep("a", 1)
    recent.keep("b", 2)
    recent.get("a")
    recent.keep("c", 3)
    assert (recent.get("a"), recent.get("b"), recent.get("c"), len(recent)) == (1, None, 3, 2)


def test_the_weight_is_bounded() -> None:
    recent: Recent[int, int] = Recent(entries=100, weight=50)
    for number in range(20):
        recent.keep(number, number, 20)
    assert (len(recent), recent.weight) == (2, 40)


def test_what_is_too_heavy_is_kept_alone() -> None:
    recent: Recent[str, int] = Recent(entries=10, weight=50)
    recent.keep("light", 1, 10)
    recent.keep("heavy", 2, 500)
    assert (recent.get("light"), recent.get("heavy"), recent.weight) == (None, 2, 500)
    recent.keep("light", 1, 10)
    assert (recent.get("light"), recent.get("heavy"), recent.weight) == (1, None, 10)
