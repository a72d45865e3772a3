"""Addresses of what keeps files and looks into them, as settings write them."""

from __future__ import annotations

from urllib.parse import SplitResult, urlsplit

_STORAGES = {"s3", "gs", "az"}


def read_storage_url(value: str) -> str:
    """The object storage's address; raise `ValueError`, without repeating any of it, for one of no known storage."""
    parts = _parts(value)
    if parts.scheme not in _STORAGES or not parts.hostname:
        raise ValueError("this must be s3://bucket/prefix, gs://bucket/prefix or az://container/prefix")
    if parts.query or parts.fragment or parts.username is not None:
        raise ValueError("this must have no query, fragment or user name; keys come from variables of their own")
    return value.rstrip("/")


def read_host_and_port(value: str) -> str:
    """`host:port`; raise `ValueError` for what is none."""
    parts = _parts(f"tcp://{value}")
    if not parts.hostname or not parts.port or parts.path or parts.query or parts.username is not None:
        raise ValueError("this must be a host and a port, such as clamd:3310")
    return value


def _parts(value: str) -> SplitResult:
    try:
        parts = urlsplit(value)
        _ = parts.port
    except ValueError:
        raise ValueError("this is not a well-formed address") from None
    return parts
