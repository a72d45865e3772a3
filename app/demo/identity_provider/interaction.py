"""One walk of a browser through the pages, from the authorization request to the answer."""

from __future__ import annotations

from dataclasses import dataclass

INTERACTION_SECONDS = 15 * 60

Parameters = tuple[tuple[str, str], ...]
"""Names and values as they came, repetitions included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Interaction:
    """The authorization request that waits for a person.

    `browser` is the one that brought it, so that a link to somebody else's interaction opens nothing; `sid` is the
    session in which the person has signed in for this request, None until then.
    """

    id: str
    browser: str
    client_id: str
    scope: str
    parameters: Parameters
    sid: str | None = None

    def parameter(self, name: str) -> str:
        """The first value, or an empty text."""
        return next((value for key, value in self.parameters if key == name), "")
