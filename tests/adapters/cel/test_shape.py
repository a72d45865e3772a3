"""How large values can become."""

from __future__ import annotations

from adapters.cel.shape import Many, Plain, Text, joined


def test_what_holds_any_of_several() -> None:
    assert joined([]) == Plain()
    assert joined([Text(3), Text(7), Text(5)]) == Text(7)
    assert joined([Many(0), Many(3, Text(2), Text(2)), Many(1, Text(9), Text(1))]) == Many(3, Text(9), Text(2))
    assert joined([Plain(), Many(1)]) == Many(1)


def test_the_whole_of_a_value() -> None:
    assert (Plain().whole, Text(0).whole, Text(400).whole) == (1, 1, 11)
    assert Many(3, Text(400), Plain()).whole == 34
    assert Many(8, Many(8), Many(8)).whole == 73
