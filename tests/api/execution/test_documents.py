from __future__ import annotations

import pytest

from api.execution.documents import DocumentRefused, Documents
from api.execution.guard import Limits
from tests.api.execution.graph import core


def documents(most_documents: int = 3, most_bytes: int = 10_000) -> Documents:
    return Documents(
        core, Limits(), introspection=True, suggestions=False, most_documents=most_documents, most_bytes=most_bytes
    )


def test_a_text_is_read_once() -> None:
    kept = documents()
    assert kept.read("{ name }") is kept.read("{ name }")


def test_the_least_recently_used_is_forgotten_first() -> None:
    kept = documents()
    first, second = kept.read("{ name }"), kept.read("{ a: name }")
    kept.read("{ b: name }")
    assert kept.read("{ name }") is first
    kept.read("{ c: name }")
    assert len(kept) == 3
    assert kept.read("{ name }") is first
    assert kept.read("{ a: name }") is not second


def test_the_bytes_are_bounded_too() -> None:
    kept = documents(most_documents=100, most_bytes=100)
    for name in "abcdefghijklmnop":
        kept.read(f"{{ {name}: name }}")
    assert kept.bytes_kept <= 100
    assert len(kept) == 100 // len("{ a: name }")


def test_what_is_refused_is_not_kept() -> None:
    kept = documents()
    for text in ("{ nonsense }", "{", "{" + "name " * 501 + "}"):
        with pytest.raises(DocumentRefused):
            kept.read(text)
    assert (len(kept), kept.bytes_kept) == (0, 0)
