from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.docs.markdown import ROOT, anchors, documents, links

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("document", documents(), ids=lambda path: str(path.relative_to(ROOT)))
def test_every_link_leads_somewhere(document: Path) -> None:
    broken: list[str] = []
    for link in links(document):
        if link.startswith(("https://", "http://", "mailto:")):
            continue
        path, _, fragment = link.partition("#")
        target = (document.parent / path).resolve() if path else document
        if not target.exists() or (fragment and fragment not in anchors(target)):
            broken.append(link)
    assert not broken


def test_the_documents_link_to_each_other() -> None:
    assert sum(len(links(document)) for document in documents()) > 20


def test_every_decision_is_in_the_list() -> None:
    decisions = ROOT / "docs" / "adr"
    assert {path.name for path in decisions.glob("[0-9]*.md")} == set(links(decisions / "README.md"))
