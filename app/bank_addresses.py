"""Addresses of banks, as settings write them."""

from __future__ import annotations

from urllib.parse import urlsplit

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.serialization import load_ssh_public_key

_STORAGES = frozenset({"s3", "gs", "az"})
_INBOX_FORM = "this must be s3://bucket/prefix, gs://, az:// or file:///folder"
_FORM = "this must be sftp://user@host:port/folder, s3://bucket/prefix, gs://, az:// or file:///folder"


def read_delivery_url(value: str) -> str:
    """Where payment files go; raise `ValueError`, without repeating any of it, for what names no such place."""
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("this is not a well-formed address") from None
    if parts.query or parts.fragment or parts.password is not None:
        raise ValueError("this must have no query, fragment or password; secrets have variables of their own")
    if parts.scheme == "sftp":
        fits = bool(parts.hostname and parts.username)
    elif parts.scheme == "file":
        fits = not parts.netloc and parts.path.startswith("/")
    else:
        fits = parts.scheme in _STORAGES and bool(parts.hostname) and parts.username is None
    if not fits:
        raise ValueError(_FORM)
    return value.rstrip("/")


def read_inbox_url(value: str) -> str:
    """Where statements come to; raise `ValueError`, without repeating any of it, for what names no such place."""
    try:
        place = read_delivery_url(value)
    except ValueError as error:
        raise ValueError(str(error).replace(_FORM, _INBOX_FORM)) from None
    if place.startswith("sftp:"):
        raise ValueError(_INBOX_FORM)
    return place


def read_host_key(value: str) -> str:
    """A server's public key; raise `ValueError` for a line that holds none."""
    try:
        load_ssh_public_key(value.encode())
    except (ValueError, UnsupportedAlgorithm):
        raise ValueError("this must be a public key, such as ssh-ed25519 AAAA...") from None
    return value
