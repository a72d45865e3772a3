"""The catalogues, read once from the files beside this one."""

from __future__ import annotations

import tomllib
from collections import Counter
from enum import StrEnum
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, TypeVar

from domain.disputes.category import DisputeCategory
from domain.disputes.evidence_kind import EvidenceKind
from domain.disputes.network import Network
from domain.disputes.reason_codes.reason_code import ReasonCode
from domain.disputes.reason_codes.rulebook import Rulebook, spelling
from domain.disputes.stage import DisputeStage

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_HEAD = {"network", "document", "about", "response_days", "codes"}
_CODE = {
    "code",
    "name",
    "category",
    "required",
    "any_of",
    "helpful",
    "response_days",
    "section",
    "retired",
    "replaced_by",
    "aliases",
}
_MOST_DAYS = 365
_Word = TypeVar("_Word", bound=StrEnum)


class CatalogueBroken(ValueError):
    """A file says something that no catalogue may say; the message names the place."""


def find_reason_code(network: Network, code: str) -> ReasonCode:
    """A network's code, however it is spelled; of category GENERAL when it is in no catalogue."""
    return rulebooks()[network].find(code)


@cache
def catalogue() -> Mapping[Network, Mapping[str, ReasonCode]]:
    """Every code of every network, by the network's own spelling, in the order of the files."""
    return MappingProxyType({network: book.codes for network, book in rulebooks().items()})


@cache
def rulebooks() -> Mapping[Network, Rulebook]:
    """The rulebook of each network; raise `CatalogueBroken` for a file that cannot be right."""
    folder = files("domain.disputes.reason_codes")
    books = {
        network: parse_rulebook(folder.joinpath(f"{network.lower()}.toml").read_text("utf-8")) for network in Network
    }
    for network, book in books.items():
        if book.network is not network:
            raise CatalogueBroken(f"{network.lower()}.toml is of {book.network}.")
    return MappingProxyType(books)


def parse_rulebook(text: str) -> Rulebook:
    """A rulebook from TOML; raise `CatalogueBroken` for words that are none, for holes and for doubles."""
    try:
        head = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise CatalogueBroken(str(error)) from error
    _known_keys(head, _HEAD, "the file")
    network = _word(Network, head.get("network"), "network")
    document = _text(head, "document", "the file")
    days = _days(head.get("response_days"), "the file")
    if DisputeStage.CHARGEBACK not in days:
        raise CatalogueBroken("The file has no response days for CHARGEBACK.")
    codes: dict[str, ReasonCode] = {}
    index: dict[str, ReasonCode] = {}
    for entry in head.get("codes", []):
        code = _code(entry, network, document, days)
        codes[code.code] = code
        for name in (code.code, *entry.get("aliases", [])):
            if index.setdefault(spelling(str(name)), code) is not code:
                raise CatalogueBroken(f"{name} stands in the file twice.")
    for code in codes.values():
        if code.replaced_by is not None and code.replaced_by not in codes:
            raise CatalogueBroken(f"{code.code} was replaced by {code.replaced_by}, which is not in the file.")
    return Rulebook(
        network=network,
        document=document,
        about=_text(head, "about", "the file"),
        response_days=days,
        codes=MappingProxyType(codes),
        index=MappingProxyType(index),
    )


def _code(entry: Mapping[str, Any], network: Network, document: str, days: Mapping[DisputeStage, int]) -> ReasonCode:
    code = _text(entry, "code", "a code")
    _known_keys(entry, _CODE, code)
    required, any_of, helpful = (
        tuple(_word(EvidenceKind, kind, code) for kind in entry.get(need, []))
        for need in ("required", "any_of", "helpful")
    )
    wanted = Counter((*required, *any_of, *helpful))
    if not wanted:
        raise CatalogueBroken(f"{code} wants no evidence.")
    if wanted.most_common(1)[0][1] > 1:
        raise CatalogueBroken(f"{code} wants {wanted.most_common(1)[0][0]} twice.")
    replaced_by = entry.get("replaced_by")
    return ReasonCode(
        network=network,
        code=code,
        name=_text(entry, "name", code),
        category=_word(DisputeCategory, entry.get("category"), code),
        required=required,
        any_of=any_of,
        helpful=helpful,
        response_days=MappingProxyType({**days, **_days(entry.get("response_days", {}), code)}),
        source=f"{document}, {_text(entry, 'section', code)}",
        in_force=replaced_by is None and not entry.get("retired", False),
        replaced_by=replaced_by,
    )


def _days(given: object, where: str) -> Mapping[DisputeStage, int]:
    if not isinstance(given, dict):
        raise CatalogueBroken(f"Of {where}, response_days is no table.")
    days = {_word(DisputeStage, stage, where): number for stage, number in given.items()}
    for stage, number in days.items():
        if type(number) is not int or not 0 < number <= _MOST_DAYS:
            raise CatalogueBroken(f"Of {where}, {stage} has {number} response days.")
    return MappingProxyType(days)


def _word(kind: type[_Word], given: object, where: str) -> _Word:
    try:
        return kind(given)
    except ValueError as error:
        raise CatalogueBroken(f"Of {where}: {error}.") from error


def _text(table: Mapping[str, Any], key: str, where: str) -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value.strip():
        raise CatalogueBroken(f"Of {where}, {key} has to be a text.")
    return value


def _known_keys(table: Mapping[str, Any], known: Iterable[str], where: str) -> None:
    strange = sorted(set(table) - set(known))
    if strange:
        raise CatalogueBroken(f"Of {where}, nobody knows {', '.join(strange)}.")
