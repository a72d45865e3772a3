"""How large the values of an expression can become."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

# That many characters are compared, counted or copied in the time of one step.
_AT_ONCE = 40


@dataclass(frozen=True, slots=True)
class Plain:
    """A number, a moment, a duration, true or false."""

    @property
    def whole(self) -> int:
        """How many steps it takes to go through all of it."""
        return 1


@dataclass(frozen=True, slots=True)
class Text:
    """A text of so many characters at most."""

    length: int

    @property
    def whole(self) -> int:
        """As above."""
        return 1 + self.length // _AT_ONCE


@dataclass(frozen=True, slots=True)
class Many:
    """A list or a map of so many elements at most.

    `element` is what macros go through, which are the keys of a map; `value` is what it is asked for.
    """

    size: int
    element: Shape = Plain()
    value: Shape = Plain()

    @property
    def whole(self) -> int:
        """As above."""
        return 1 + self.size * max(self.element.whole, self.value.whole)


Shape: TypeAlias = "Plain | Text | Many"


def joined(shapes: Iterable[Shape]) -> Shape:
    """What any of these fits in; they are of one type, or lists of which some are empty."""
    widest: Shape = Plain()
    for shape in shapes:
        widest = _wider(widest, shape)
    return widest


def _wider(one: Shape, other: Shape) -> Shape:
    match one, other:
        case Text(), Text():
            return Text(max(one.length, other.length))
        case Many(), Many():
            elements, values = joined((one.element, other.element)), joined((one.value, other.value))
            return Many(max(one.size, other.size), elements, values)
        case Plain(), _:
            return other
        case _:
            return one
