"""Errors are facts about the business; the outer rooms decide how to say them."""

from __future__ import annotations


class DomainError(Exception):
    """A rule of the business refused what was asked.

    `code` is the stable name that clients branch on; `message` says what to do about it.
    """

    code = "DOMAIN_ERROR"

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(DomainError):
    """Nothing by that id exists for this actor (another tenant's object is not found, never forbidden)."""

    code = "NOT_FOUND"

    def __init__(self, what: str, path: tuple[str, ...] | None = None) -> None:
        super().__init__(f"{what} was not found; check the id and the merchant it belongs to.")
        self.path = path


class Forbidden(DomainError):
    """The actor lacks a permission; `message` says more where the permission alone would not be enough."""

    code = "PERMISSION_DENIED"

    def __init__(self, permission: str, message: str | None = None) -> None:
        super().__init__(message or f"This needs the permission {permission}; ask an owner to grant it.")
        self.permission = permission


class Invalid(DomainError):
    """A value breaks a rule of its own, whatever the state of the world."""

    code = "INVALID_INPUT"

    def __init__(self, path: tuple[str, ...], rule: str) -> None:
        super().__init__(rule)
        self.path = path

    def under(self, *prefix: str) -> Invalid:
        """The same fact, seen from an outer value that holds the broken one."""
        return Invalid((*prefix, *self.path), self.message)


class Conflict(DomainError):
    """The request is well formed, but not in the present state of the world."""

    code = "INVALID_STATE"


class Unavailable(DomainError):
    """Something that we depend on does not answer now; the same request may succeed later."""

    code = "UNAVAILABLE"
