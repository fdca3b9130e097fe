"""What a database says when it cannot, told in docscan's errors."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.exc import DBAPIError, InterfaceError, OperationalError

from docscan.errors import StoreBusy, StoreDamaged, StoreError, StoreFull, StoreNotFound, StoreNotPermitted

_FULL = (StoreFull, "No room is left for the store {url}.")
_BUSY = (StoreBusy, "Another program holds the store {url} locked.")
_NOT_PERMITTED = (StoreNotPermitted, "The store {url} may not be opened or written.")
_DAMAGED = (StoreDamaged, "{url} is damaged, or no case store.")
_SQLITE = {
    "SQLITE_FULL": _FULL,
    "SQLITE_BUSY": _BUSY,
    "SQLITE_LOCKED": _BUSY,
    "SQLITE_READONLY": _NOT_PERMITTED,
    "SQLITE_PERM": _NOT_PERMITTED,
    "SQLITE_AUTH": _NOT_PERMITTED,
    "SQLITE_CANTOPEN": _NOT_PERMITTED,
    "SQLITE_NOTADB": _DAMAGED,
    "SQLITE_CORRUPT": _DAMAGED,
}
"""By the beginning of SQLite's name for the error: SQLITE_BUSY_SNAPSHOT is a kind of SQLITE_BUSY."""
_POSTGRESQL = {
    "53100": _FULL,
    "55P03": _BUSY,
    "53300": _BUSY,
    "42501": _NOT_PERMITTED,
    "28000": _NOT_PERMITTED,
    "28P01": _NOT_PERMITTED,
    "25006": _NOT_PERMITTED,
    "3D000": (StoreNotFound, "The server has no database of that name: {url}."),
}
_NO_ANSWER = (StoreNotFound, "No server answers at {url}.")


@contextmanager
def explained(url: str) -> Iterator[None]:
    """Turns what a database raises into a StoreError; what it says about its rows stays out of the message."""
    try:
        yield
    except DBAPIError as error:
        kind, sentence = _kind(error)
        raise kind(sentence.format(url=url)) from error
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise StoreFull("No room is left for the store's pictures.") from error
        raise


def _kind(error: DBAPIError) -> tuple[type[StoreError], str]:
    name = getattr(error.orig, "sqlite_errorname", None)
    if name is not None:
        if name.startswith("SQLITE_IOERR"):
            return StoreNotFound, "The store {url} cannot be read from where it lies."
        found = next((known for start, known in _SQLITE.items() if name.startswith(start)), None)
    else:
        state = getattr(error.orig, "sqlstate", None)
        found = _POSTGRESQL.get(state or "")
        if found is None and isinstance(error, (OperationalError, InterfaceError)):
            said = str(error.orig)
            found = _of_connection(said) if state is None else _NO_ANSWER
    if found is None:
        raise error
    return found


def _of_connection(said: str) -> tuple[type[StoreError], str]:
    """psycopg gives no code for what went wrong while connecting, only the server's words."""
    if "does not exist" in said and "database" in said:
        return _POSTGRESQL["3D000"]
    if "authentication failed" in said or "no password supplied" in said or "pg_hba" in said:
        return _NOT_PERMITTED
    return _NO_ANSWER
