"""Who works with the pages: accounts, their passwords, and the tokens by which programs work in their name.

Of passwords, invitations and tokens only digests are kept. Every change is a row of the audit trail.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.orm import Session

from docscan.cases import audit, tables
from docscan.cases.rows import storable
from docscan.cases.store import Store
from docscan.cases.tables import now
from docscan.errors import UsageError

if TYPE_CHECKING:
    from argon2 import PasswordHasher

SHORTEST_PASSWORD = 12
INVITED_FOR = timedelta(days=3)
TOKEN_FOR = timedelta(days=365)
TOKEN_START = "docscan_"  # noqa: S105 - how tokens are told from other secrets, by whoever finds one


class Role(StrEnum):
    TRAINEE = "trainee"
    OFFICER = "officer"
    REVIEWER = "reviewer"
    TRAINER = "trainer"
    ADMINISTRATOR = "administrator"


@dataclass(frozen=True)
class Account:
    id: int
    name: str
    role: Role
    is_open: bool
    has_password: bool
    language: str


@dataclass(frozen=True)
class Token:
    id: int
    name: str
    made_at: str
    expires_at: str


def everybody(store: Store) -> list[Account]:
    with store.reading() as session:
        return [_account(row) for row in session.scalars(sa.select(tables.Account).order_by(tables.Account.name_key))]


def find(store: Store, number: int) -> Account | None:
    with store.reading() as session:
        row = session.get(tables.Account, number)
        return _account(row) if row else None


def by_name(store: Store, name: str) -> Account | None:
    with store.reading() as session:
        row = _named(session, name)
        return _account(row) if row else None


def login(store: Store, name: str, password: str) -> Account | None:
    """The open account of that name and password; takes as long whether there is one or not."""
    with store.reading() as session:
        row = _named(session, name)
    kept = row.password if row and row.password and row.is_open else _nobodys_password()
    right = _fits(kept, password)
    return _account(row) if row and row.password and row.is_open and right else None


def invite(store: Store, name: str, role: Role, *, by: str) -> str:
    """Makes an account and gives the secret that sets its password. Raises UsageError where the name is no name or
    taken."""
    name = " ".join(storable(name).split())
    if not 1 <= len(name) <= 64 or not name.isprintable():
        raise UsageError("An account's name has 1 to 64 printable characters.")
    secret = secrets.token_urlsafe(32)
    with store.writing() as session:
        if _named(session, name):
            raise UsageError("There is an account of that name already.")
        row = tables.Account(
            name=name,
            name_key=_key(name),
            role=str(role),
            password="",
            is_open=True,
            language="",
            **_invitation(secret),
        )
        session.add(row)
        session.flush()
        audit.append(session, "account", f"account {row.id}", by=by, details={"made": str(role)})
    return secret


def invite_again(store: Store, number: int, *, by: str) -> str:
    """A new secret for an account whose password was forgotten; the old password counts no longer."""
    secret = secrets.token_urlsafe(32)
    _change(store, number, {"password": "", **_invitation(secret)}, by=by, said={"invited": "again"})
    return secret


def invited(store: Store, secret: str) -> Account | None:
    """Whose invitation this is."""
    with store.reading() as session:
        row = session.scalar(sa.select(tables.Account).where(tables.Account.invitation == _digest(secret)))
        return _account(row) if row and row.is_open and row.invited_until > now() else None


def set_password(store: Store, number: int, password: str, *, by: str) -> None:
    """Raises UsageError where it is too short."""
    if len(password) < SHORTEST_PASSWORD:
        raise UsageError(f"A password has {SHORTEST_PASSWORD} characters or more.")
    hashed = _hasher().hash(password)
    changed = {"password": hashed, "invitation": "", "invited_until": ""}
    _change(store, number, changed, by=by, said={"password": "set"})


def set_role(store: Store, number: int, role: Role, *, by: str) -> None:
    _change(store, number, {"role": str(role)}, by=by, said={"role": str(role)})


def set_open(store: Store, number: int, is_open: bool, *, by: str) -> None:
    _change(store, number, {"is_open": is_open}, by=by, said={"open": is_open})


def set_language(store: Store, number: int, language: str) -> None:
    with store.writing() as session:
        session.execute(sa.update(tables.Account).where(tables.Account.id == number).values(language=language))


def make_token(store: Store, number: int, name: str, *, by: str) -> str:
    """A new token; this is the only time that it is seen."""
    secret = TOKEN_START + secrets.token_urlsafe(32)
    until = (datetime.now(UTC) + TOKEN_FOR).isoformat(timespec="seconds")
    with store.writing() as session:
        row = tables.Token(
            account=number, name=storable(name)[:64] or "-", digest=_digest(secret), made_at=now(), expires_at=until
        )
        session.add(row)
        session.flush()
        audit.append(session, "account", f"account {number}", by=by, details={"token": row.id})
    return secret


def tokens(store: Store, number: int) -> list[Token]:
    with store.reading() as session:
        found = session.scalars(sa.select(tables.Token).where(tables.Token.account == number).order_by(tables.Token.id))
        return [Token(row.id, row.name, row.made_at, row.expires_at) for row in found]


def revoke_token(store: Store, number: int, token: int, *, by: str) -> None:
    """Ends a token of this account; one that is not there is no error."""
    with store.writing() as session:
        session.execute(sa.delete(tables.Token).where(tables.Token.id == token, tables.Token.account == number))
        audit.append(session, "account", f"account {number}", by=by, details={"token_ended": token})


def by_token(store: Store, secret: str) -> Account | None:
    """The account in whose name a program comes."""
    with store.reading() as session:
        found = sa.select(tables.Account).join(tables.Token, tables.Token.account == tables.Account.id)
        row = session.scalar(found.where(tables.Token.digest == _digest(secret), tables.Token.expires_at > now()))
        return _account(row) if row else None


def _change(store: Store, number: int, values: Mapping[str, object], *, by: str, said: Mapping[str, object]) -> None:
    with store.writing() as session:
        changed = session.execute(sa.update(tables.Account).where(tables.Account.id == number).values(**values))
        if not changed.rowcount:  # type: ignore[attr-defined]
            raise UsageError("There is no such account.")
        audit.append(session, "account", f"account {number}", by=by, details=said)


def _invitation(secret: str) -> dict[str, str]:
    until = (datetime.now(UTC) + INVITED_FOR).isoformat(timespec="microseconds")
    return {"invitation": _digest(secret), "invited_until": until}


def _named(session: Session, name: str) -> tables.Account | None:
    return session.scalar(sa.select(tables.Account).where(tables.Account.name_key == _key(storable(name))))


def _key(name: str) -> str:
    return " ".join(name.split()).casefold()


def _account(row: tables.Account) -> Account:
    return Account(row.id, row.name, Role(row.role), row.is_open, bool(row.password), row.language)


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "replace")).hexdigest()


@cache
def _hasher() -> PasswordHasher:
    from argon2 import PasswordHasher

    return PasswordHasher()


@cache
def _nobodys_password() -> str:
    return _hasher().hash(secrets.token_urlsafe(16))


def _fits(kept: str, password: str) -> bool:
    from argon2.exceptions import VerificationError

    try:
        return bool(_hasher().verify(kept, password))
    except VerificationError:
        return False
