"""A file is what its bytes are, from the first to the last one."""

from __future__ import annotations

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.disputes.file_content import FileType, is_whole, recognise
from tests.builders.files import a_chunk, a_document, a_picture, an_archive

PDF, PNG, JPEG = FileType.PDF, FileType.PNG, FileType.JPEG
HONEST = {PDF: a_document(), PNG: a_picture(PNG), JPEG: a_picture(JPEG)}


@pytest.mark.parametrize("kind", FileType)
def test_honest_files(kind: FileType) -> None:
    content = HONEST[kind]
    assert recognise(content) is kind
    assert [other for other in FileType if is_whole(content, other)] == [kind]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"%PDF",
        b"MZ\x90\0",
        b"GIF89a",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"PK\x03\x04",
        b"<html>%PDF-1.7",
        b"\n%PDF-1.7\n%%EOF",
        b"\xef\xbb\xbf%PDF-1.7\n%%EOF",
        b"%!PS-Adobe-3.0",
        b"\x89PNG\n",
        b"\xff\xd8",
    ],
)
def test_all_else_is_not_recognised(content: bytes) -> None:
    assert recognise(content) is None
    assert not any(is_whole(content, kind) for kind in FileType)


@pytest.mark.parametrize("kind", FileType)
@pytest.mark.parametrize("at", [0.3, 0.6, 0.9])
def test_half_a_file_is_not_whole(kind: FileType, at: float) -> None:
    content = HONEST[kind]
    assert not is_whole(content[: int(len(content) * at)], kind)


@pytest.mark.parametrize("kind", FileType)
@pytest.mark.parametrize("more", [b"MZ", b"<script>", b"PK\x03\x04", b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n"])
def test_nothing_may_follow(kind: FileType, more: bytes) -> None:
    assert not is_whole(HONEST[kind] + more, kind)


@pytest.mark.parametrize(("kind", "ending"), [(PDF, b"\n%%EOF\n"), (JPEG, b"\xff\xd9"), (PNG, a_chunk(b"IEND"))])
def test_an_archive_behind_it_whose_comment_ends_as_the_file_should(kind: FileType, ending: bytes) -> None:
    content = HONEST[kind]
    assert not is_whole(an_archive(content, ending), kind)
    assert not is_whole(an_archive(content), kind)
    # The same bytes without an archive are no reason.
    assert is_whole(HONEST[PDF] + b"\n" + ending, kind) is (kind is PDF)


def test_documents_may_end_in_white_space() -> None:
    assert is_whole(a_document() + b"\r\n\0 \t", PDF)


@pytest.mark.parametrize(
    "options", [{"progressive": True}, {"quality": 100}, {"restart_marker_rows": 1}, {"exif": b"Exif\0\0"}]
)
def test_pictures_however_they_are_written(options: dict[str, object]) -> None:
    assert is_whole(a_picture(JPEG, (300, 200), **options), JPEG)


def test_pictures_that_cameras_append() -> None:
    both = HONEST[JPEG] + b"\0\0\0" + HONEST[JPEG]
    assert is_whole(both, JPEG)
    assert is_whole(both + b"\0", JPEG)
    assert not is_whole(both + b"\0PK", JPEG)
    assert not is_whole(both[:-2], JPEG)


def test_fill_bytes_before_markers() -> None:
    content = HONEST[JPEG]
    assert is_whole(content[:2] + b"\xff\xff" + content[2:-2] + b"\xff" + content[-2:], JPEG)


def test_a_picture_without_a_picture() -> None:
    signature, header = HONEST[PNG][:8], HONEST[PNG][8:33]
    assert not is_whole(signature + header + a_chunk(b"IEND"), PNG)
    assert not is_whole(signature + a_chunk(b"IDAT") + a_chunk(b"IEND"), PNG)
    assert is_whole(signature + header + a_chunk(b"IDAT") + a_chunk(b"IEND"), PNG)
    assert not is_whole(b"\xff\xd8\xff\xd9", JPEG)
    assert not is_whole(b"\xff\xd8\xff\xe0\0\0\xff\xd9", JPEG)


def test_a_damaged_chunk() -> None:
    content = bytearray(HONEST[PNG])
    content[-14] ^= 1
    assert not is_whole(bytes(content), PNG)


def test_files_that_only_keep_a_server_busy() -> None:
    comments = b"\xff\xd8" + struct.pack(">2sH", b"\xff\xfe", 2) * 3_000_000
    assert not is_whole(comments, JPEG)
    pictures = HONEST[JPEG] * 2000
    assert not is_whole(pictures, JPEG)
    chunks = HONEST[PNG][:33] + a_chunk(b"tEXt") * 1_000_000
    assert not is_whole(chunks, PNG)
    zeros = HONEST[JPEG] + bytes(10_000_000)
    assert is_whole(zeros, JPEG)


@given(st.binary(max_size=400), st.sampled_from(FileType))
def test_no_content_is_more_than_one_thing_or_breaks_the_look(content: bytes, kind: FileType) -> None:
    for candidate in (content, HONEST[kind][:40] + content, HONEST[kind] + content, content + HONEST[kind]):
        found = recognise(candidate)
        assert [other for other in FileType if is_whole(candidate, other)] in ([], [found])


@given(st.data(), st.sampled_from([PNG, JPEG]))
def test_a_cut_picture_is_never_whole(data: st.DataObject, kind: FileType) -> None:
    content = HONEST[kind]
    assert not is_whole(content[: data.draw(st.integers(0, len(content) - 1))], kind)
