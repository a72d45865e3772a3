"""Media types of GraphQL over HTTP: which one an answer has, and whether a request's body is JSON in UTF-8."""

from __future__ import annotations

from enum import StrEnum


class MediaType(StrEnum):
    """How an answer is sent. The old type says 200 to every well-formed request, the new one has real statuses."""

    GRAPHQL = "application/graphql-response+json"
    JSON = "application/json"


def negotiated(accept: str) -> MediaType | None:
    """The type that an `Accept` header (all of them joined with commas) likes best; None when neither will do.

    Who does not say gets the old type, and who likes both equally and names the new one gets that.
    """
    if not accept.strip():
        return MediaType.JSON
    likings = {kind: _liking(accept, kind) for kind in MediaType}
    (new, named), (old, _) = likings[MediaType.GRAPHQL], likings[MediaType.JSON]
    if max(new, old) <= 0:
        return None
    return MediaType.GRAPHQL if new > old or (new == old and named) else MediaType.JSON


def prefers_page(accept: str) -> bool:
    """Whether this is a browser that opens an address: it names HTML, and no program of ours does."""
    return any(part.partition(";")[0].strip().lower() == "text/html" for part in accept.split(","))


def body_refusal(content_types: list[str]) -> str | None:
    """Why a body of this `Content-Type` is not read, or None: JSON in UTF-8 is."""
    if len(content_types) != 1:
        return "Send one Content-Type header: application/json."
    kind, *parameters = (part.strip().lower() for part in content_types[0].split(";"))
    if kind != MediaType.JSON:
        return "Send the request as application/json."
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "charset" and value.strip().strip('"') not in {"utf-8", "utf8"}:
            return "Send the request in UTF-8."
    return None


def _liking(accept: str, kind: MediaType) -> tuple[float, bool]:
    """The quality that the most specific range gives a type, and whether it names it (RFC 9110, section 12.5.1)."""
    best, quality = -1, 0.0
    for part in accept.split(","):
        media_range, *parameters = (piece.strip().lower() for piece in part.split(";"))
        rank = ("*/*", "application/*", kind.value).index(media_range) if _matches(media_range, kind) else -1
        if rank > best:
            best, quality = rank, _quality(parameters)
    return quality, best == 2  # noqa: PLR2004 - the last of the three above


def _matches(media_range: str, kind: MediaType) -> bool:
    return media_range in {"*/*", "application/*", kind.value}


def _quality(parameters: list[str]) -> float:
    for parameter in parameters:
        name, _, value = parameter.partition("=")
        if name.strip() == "q":
            try:
                return min(1.0, max(0.0, float(value)))
            except ValueError:
                return 0.0
    return 1.0
