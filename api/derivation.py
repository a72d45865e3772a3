"""Fields that are worked out when they are asked for: a list that asks for three of forty pays for three."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from operator import attrgetter
from typing import TYPE_CHECKING, Any

import strawberry

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

DERIVATION = "derivation"
"""The metadata by which an executor reads a derived field without its property."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Derivation:
    """How a value follows from its object: what stands at a path of it, or what `make` makes of such.

    Without any path `make` is given the object itself.
    """

    make: Callable[..., Any] | None = None
    paths: tuple[str, ...] = ()
    named: Mapping[str, str] = dataclasses.field(default_factory=dict)

    def reader(self) -> Callable[[Any], Any]:
        """A function from the object to the value."""
        make, get = self.make, [attrgetter(path) for path in self.paths]
        named = {name: attrgetter(path) for name, path in self.named.items()}
        if make is None:
            return get[0]
        if not get and not named:
            return make
        return lambda self: make(*[read(self) for read in get], **{name: read(self) for name, read in named.items()})


def derived(description: str, make: str | Callable[..., Any], *paths: str, **named: str) -> Any:  # noqa: ANN401 - a dataclass field
    """A plain attribute: what stands at a path (`entity.status`), or what a function makes of such or of the object."""
    one = isinstance(make, str)
    derivation = Derivation(paths=(make,)) if one else Derivation(make=make, paths=paths, named=named)
    field = strawberry.field(
        description=description, default=property(derivation.reader()), metadata={DERIVATION: derivation}
    )
    # The property stays on the class, as the default of a field that no instance is given.
    field.init = False
    return field
