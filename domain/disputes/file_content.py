"""What a file is by its bytes, whatever its name says: whole, of one of three types, and nothing else besides."""

from __future__ import annotations

import re
import struct
import zlib
from enum import StrEnum


class FileType(StrEnum):
    """The types that every network takes; the value is the media type."""

    PDF = "application/pdf"
    JPEG = "image/jpeg"
    PNG = "image/png"

    @property
    def endings(self) -> tuple[str, ...]:
        """How names of such files end; the first is the usual one."""
        return _ENDINGS[self]


_ENDINGS = {FileType.PDF: (".pdf",), FileType.JPEG: (".jpg", ".jpeg"), FileType.PNG: (".png",)}
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# ISO 32000-2, 7.5.2 has the header at the first byte. Readers forgive what stands before it, which could be anything.
_MAGIC = {
    FileType.PDF: (b"%PDF-1.", b"%PDF-2."),
    FileType.JPEG: (b"\xff\xd8\xff",),
    FileType.PNG: (_PNG_SIGNATURE,),
}
_PADDING = b"\0\t\n\f\r "
_IHDR_BYTES = 13
# Within a scan 0xFF is followed by a stuffed zero or a restart marker (ITU-T T.81, B.1.1.2).
_END_OF_SCAN = re.compile(rb"\xff[^\x00\xff\xd0-\xd7]")
_START, _END, _SCAN = b"\xff\xd8", b"\xff\xd9", b"\xff\xda"
_FILL = re.compile(rb"\xff*(?=\xff)")
_ZEROS = re.compile(rb"\0*")
# No camera, scanner or program comes near to these. Files made to keep a server busy do.
_MOST_CHUNKS = 20_000
_MOST_SEGMENTS = 2_000
_MOST_IMAGES = 8
_ZIP_END = b"PK\x05\x06"
_ZIP_END_BYTES = 22
_LONGEST_ZIP_COMMENT = 65_535


def recognise(content: bytes) -> FileType | None:
    """The type by the first bytes; None for any other."""
    return next((kind for kind, magic in _MAGIC.items() if content.startswith(magic)), None)


def is_whole(content: bytes, kind: FileType) -> bool:
    """Whether the file is complete from its first to its last byte, and not another kind of file at the same time."""
    if recognise(content) is not kind or _is_archive(content):
        return False
    if kind is FileType.PDF:
        return content.rstrip(_PADDING).endswith(b"%%EOF")
    return _is_whole_png(content) if kind is FileType.PNG else _is_whole_jpeg(content)


def _is_archive(content: bytes) -> bool:
    """ZIP readers look from the end: an archive may hide behind any other file, which may even be its comment."""
    at = content.rfind(_ZIP_END, max(0, len(content) - _LONGEST_ZIP_COMMENT - _ZIP_END_BYTES))
    if at < 0 or at + _ZIP_END_BYTES > len(content):
        return False
    (comment,) = struct.unpack_from("<H", content, at + _ZIP_END_BYTES - 2)
    return at + _ZIP_END_BYTES + comment == len(content)


def _is_whole_png(content: bytes) -> bool:
    """Chunk by chunk to IEND and not a byte further (PNG, third edition, section 5)."""
    at, pixels = len(_PNG_SIGNATURE), False
    for _ in range(_MOST_CHUNKS):
        if at + 12 > len(content):
            return False
        (length,) = struct.unpack_from(">I", content, at)
        kind, end = content[at + 4 : at + 8], at + 12 + length
        if end > len(content) or zlib.crc32(content[at + 4 : end - 4]) != struct.unpack_from(">I", content, end - 4)[0]:
            return False
        if at == len(_PNG_SIGNATURE) and not (kind == b"IHDR" and length == _IHDR_BYTES):
            return False
        if kind == b"IEND":
            return pixels and end == len(content)
        pixels = pixels or kind == b"IDAT"
        at = end
    return False


def _is_whole_jpeg(content: bytes) -> bool:
    """Segment by segment to the end of the image. Cameras append further images, of which each must be whole too."""
    at = 0
    for _ in range(_MOST_IMAGES):
        if not content.startswith(_START, at):
            return False
        found = _end_of_jpeg(content, at + len(_START))
        if found is None:
            return False
        at = _after(_ZEROS, content, found)
        if at == len(content):
            return True
    return False


def _end_of_jpeg(content: bytes, at: int) -> int | None:
    """Where the image ends whose segments begin here; None when it does not (ITU-T T.81, B.1.1)."""
    for _ in range(_MOST_SEGMENTS):
        at = _after(_FILL, content, at)
        marker = content[at : at + 2]
        if at + 4 > len(content) or not marker.startswith(b"\xff"):
            return None
        (length,) = struct.unpack_from(">H", content, at + 2)
        at += 2 + length
        if marker != _SCAN:
            continue
        found = _END_OF_SCAN.search(content, at)
        if found is None:
            return None
        at = found.start()
        if found.group() == _END:
            return found.end()
    return None


def _after(skipped: re.Pattern[bytes], content: bytes, at: int) -> int:
    found = skipped.match(content, at)
    return found.end() if found else at
