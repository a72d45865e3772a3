"""What the built-in scanner finds, in a process that may break."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Any

import pikepdf
import pytest

from adapters.storage import examination
from adapters.storage.examination import EICAR, Examination
from domain.disputes.file_content import FileType, is_whole
from domain.disputes.storage import Verdict, VerdictKind
from domain.kernel.errors import Unavailable
from tests.builders.files import (
    a_bomb,
    a_document,
    a_document_with_attachment,
    a_locked_document,
    a_picture,
    a_scripted_document,
)

if TYPE_CHECKING:
    from pathlib import Path

PDF, PNG, JPEG = FileType.PDF, FileType.PNG, FileType.JPEG
CLEAN, INFECTED, UNREADABLE = VerdictKind.CLEAN, VerdictKind.INFECTED, VerdictKind.UNREADABLE


@pytest.fixture
def scanner() -> Examination:
    return Examination()


@pytest.mark.parametrize(
    ("content", "kind", "pages"),
    [
        (a_document(3), PDF, 3),
        (a_document(OpenAction=pikepdf.Dictionary(S=pikepdf.Name.GoTo)), PDF, 1),
        (a_picture(PNG), PNG, None),
        (a_picture(JPEG), JPEG, None),
        (a_picture(JPEG, progressive=True), JPEG, None),
    ],
)
async def test_honest_files(scanner: Examination, content: bytes, kind: FileType, pages: int | None) -> None:
    assert await scanner.scan(content, kind) == Verdict(kind=CLEAN, pages=pages)


async def test_the_test_virus(scanner: Examination) -> None:
    assert len(EICAR) == 68
    for content, kind in ((EICAR, PDF), (a_document() + b"%" + EICAR, PDF), (a_picture(JPEG) + EICAR, JPEG)):
        assert await scanner.scan(content, kind) == Verdict(kind=INFECTED, found="EICAR")


@pytest.mark.parametrize(
    "content",
    [
        a_scripted_document(),
        a_scripted_document("/Launch"),
        a_scripted_document("/ImportData"),
        a_document_with_attachment(),
        a_document(AcroForm=pikepdf.Dictionary(XFA=pikepdf.String("<xdp/>"))),
        a_document(AA=pikepdf.Dictionary(WC=pikepdf.Dictionary(S=pikepdf.Name.SubmitForm))),
    ],
)
async def test_active_content(scanner: Examination, content: bytes) -> None:
    assert is_whole(content, PDF)
    verdict = await scanner.scan(content, PDF)
    assert verdict.kind is INFECTED
    assert verdict.found
    assert verdict.found.startswith("/")


async def test_active_content_in_other_spellings(scanner: Examination) -> None:
    with pikepdf.open(pikepdf_input(a_scripted_document())) as pdf:
        plain = saved(pdf, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    hexadecimal = plain.replace(b"/JavaScript", b"/J#61vaScript").replace(b"/JS", b"/J#53")
    assert b"/JavaScript" not in hexadecimal
    assert (await scanner.scan(hexadecimal, PDF)).kind is INFECTED


def pikepdf_input(content: bytes) -> Any:
    from io import BytesIO

    return BytesIO(content)


def saved(pdf: pikepdf.Pdf, **options: Any) -> bytes:
    output = pikepdf_input(b"")
    pdf.save(output, **options)
    return output.getvalue()


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (a_locked_document(), PDF),
        (a_locked_document(user="secret"), PDF),
        (b"%PDF-1.7\n%%EOF", PDF),
        (a_document(0), PDF),
        (a_document()[:-100], PDF),
        (a_picture(PNG, (200, 200))[:3000], PNG),
        (a_picture(PNG), JPEG),
        (a_bomb(), PNG),
        (b"", PDF),
    ],
)
async def test_what_nobody_could_read(scanner: Examination, content: bytes, kind: FileType) -> None:
    assert (await scanner.scan(content, kind)).kind is UNREADABLE


async def test_an_examiner_that_dies(scanner: Examination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for source in ("import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)", "x = ' ' * 10**12"):
        script = tmp_path / "examiner.py"
        script.write_text(source)
        monkeypatch.setattr(examination, "_EXAMINER", script)
        assert (await scanner.scan(a_document(), PDF)).kind is UNREADABLE


async def test_an_examiner_that_does_not_come_to_an_end(
    scanner: Examination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, started = tmp_path / "examiner.py", tmp_path / "pid"
    script.write_text(f"import os, time; open({str(started)!r}, 'w').write(str(os.getpid())); time.sleep(600)")
    monkeypatch.setattr(examination, "_EXAMINER", script)
    monkeypatch.setattr(examination, "_LONGEST_SECONDS", 2)
    assert (await scanner.scan(a_document(), PDF)).kind is UNREADABLE
    with pytest.raises(ProcessLookupError):
        os.kill(int(started.read_text()), 0)


async def test_it_gets_none_of_our_secrets(
    scanner: Examination, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    script, seen = tmp_path / "examiner.py", tmp_path / "seen"
    script.write_text(f"import os; open({str(seen)!r}, 'w').write(' '.join(os.environ))")
    monkeypatch.setattr(examination, "_EXAMINER", script)
    monkeypatch.setenv("PAYDESK_SECRET_KEY", "secret")
    await scanner.scan(a_document(), PDF)
    assert not {name for name in seen.read_text().split() if name.startswith(("PAYDESK", "AWS", "DATABASE"))}


async def test_no_process_can_be_started(scanner: Examination, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(examination.sys, "executable", "/nowhere/python")
    with pytest.raises(Unavailable, match="cannot be examined"):
        await scanner.scan(a_document(), PDF)


async def test_many_at_once(scanner: Examination) -> None:
    verdicts = await asyncio.gather(*(scanner.scan(a_document(n), PDF) for n in range(1, 7)))
    assert [verdict.pages for verdict in verdicts] == [1, 2, 3, 4, 5, 6]
