"""Series in the store: profiles out of it, what was found into it.

Series are found anew each time, over all that is in the store by then; what was found before is replaced, and the
audit trail says when, by whom, and how many there were.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import NamedTuple

import sqlalchemy as sa
from pydantic import ValidationError
from sqlalchemy.orm import Session

from docscan import intake
from docscan.cases import audit, searching, tables
from docscan.cases.store import Store
from docscan.errors import NoSuchRecord
from docscan.geometry import Pixels
from docscan.series import Profile
from docscan.series.evidence import GROUPS
from docscan.series.joining import Link, Series


class Profiled(NamedTuple):
    document: int
    profile: Profile


class Kept(NamedTuple):
    """A series of the store."""

    number: int
    name: str
    members: tuple[int, ...]
    links: tuple[Link, ...]
    """Between numbers of documents, strongest first."""


def profiles(session: Session) -> Iterator[Profiled]:
    """The profiles of all documents, in order of their numbers; of a document that several engines examined, the last
    one's. Documents without a profile of this edition are left out."""
    table = tables.Document
    last = (
        sa.select(sa.func.max(table.id))
        .where(table.profile.is_not(None))
        .group_by(table.scan, table.page, table.number)
    )
    found = (
        sa.select(table.id, table.profile).where(table.id.in_(last)).order_by(table.id).execution_options(yield_per=200)
    )
    for number, text in session.execute(found):
        profile = _read(text)
        if profile is not None:
            yield Profiled(number, profile)


def profile(session: Session, number: int) -> Profile:
    """Raises NoSuchRecord where there is no such document, or no profile of it."""
    found = _read(searching.document(session, number).profile)
    if found is None:
        raise NoSuchRecord(f"The store has no profile of document {number}; examine it again.")
    return found


def _read(text: str | None) -> Profile | None:
    if text is None:
        return None
    try:
        return Profile.model_validate_json(text)
    except ValidationError:
        return None


def page(store: Store, session: Session, number: int) -> Pixels | None:
    """The picture that a document lies on; None where the store has it no longer. Raises SourceError."""
    found = searching.document(session, number)
    if not store.pictures.has(found.scan):
        return None
    _, pages = intake.open_source(store.pictures.verified(found.scan))
    return next((page.pixels for page in pages if page.number == found.page), None)


def replace(session: Session, documents: Sequence[int], found: Sequence[Series], *, by: str) -> None:
    """Keeps series and links instead of those that were there, within a writing session. `documents` are the numbers
    behind the places that series name."""
    for table in (tables.Link, tables.SeriesMember, tables.Series):
        session.execute(sa.delete(table))
    at = tables.now()
    for number, series in enumerate(found, start=1):
        kept = tables.Series(name=f"Series {number}", found_at=at)
        session.add(kept)
        session.flush()
        members = [{"series": kept.id, "document": documents[member]} for member in series.members]
        session.execute(sa.insert(tables.SeriesMember), members)
        session.execute(sa.insert(tables.Link), [_row(link, documents) for link in series.links])
    details = {"documents": len(documents), "series": len(found), "linked": sum(len(s.members) for s in found)}
    audit.append(session, "series", "all documents", by=by, details=details)


def _row(link: Link, documents: Sequence[int]) -> dict[str, object]:
    one, other = sorted((documents[link.one], documents[link.other]))
    evidence = dict(zip(GROUPS, link.groups, strict=True))
    return {"one": one, "other": other, "strength": link.strength, "evidence": tables.canonical(evidence)}


def series(session: Session, number: int | None = None) -> list[Kept]:
    """All series, or the one of a number, the largest first. Raises NoSuchRecord."""
    asked = sa.select(tables.Series.id, tables.Series.name)
    if number is not None:
        asked = asked.where(tables.Series.id == number)
    names = {row.id: row.name for row in session.execute(asked)}
    if number is not None and not names:
        raise NoSuchRecord(f"The store has no series {number}.")
    members: dict[int, list[int]] = {one: [] for one in names}
    for one, document in session.execute(sa.select(tables.SeriesMember.series, tables.SeriesMember.document)):
        if one in members:
            members[one].append(document)
    owner = {document: one for one, own in members.items() for document in own}
    links: dict[int, list[Link]] = {one: [] for one in names}
    for link in session.scalars(sa.select(tables.Link).order_by(tables.Link.strength.desc(), tables.Link.one)):
        if link.one in owner and owner.get(link.other) == owner[link.one]:
            shares = json.loads(link.evidence)
            groups = tuple(float(shares.get(name, 0.0)) for name in GROUPS)
            links[owner[link.one]].append(Link(link.one, link.other, link.strength, groups))
    kept = [Kept(one, names[one], tuple(sorted(members[one])), tuple(links[one])) for one in names]
    return sorted(kept, key=lambda k: (-len(k.members), k.number))
