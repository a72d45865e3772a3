"""What a person at the command line did or set up wrong: told in one message, without a traceback."""

from __future__ import annotations


class Refused(Exception):
    """Something cannot start or go on; the message says why and what to do."""
