"""The tables of the case store.

Times are UTC in ISO 8601, digests SHA-256 in hexadecimal; JSON is kept as canonical text (`canonical`), so that it is
the same bytes on SQLite and PostgreSQL. What changes here needs a migration (docs/cases.md).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import ForeignKey, ForeignKeyConstraint, Index, MetaData, String, Text, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

Digest = String(64)
Time = String(32)


def now() -> str:
    return datetime.now(UTC).isoformat(timespec="microseconds")


def canonical(value: Mapping[str, Any] | list[Any]) -> str:
    """One text for one value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False)


def digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class Case(Base):
    """An investigation: whatever is put together under one name."""

    __tablename__ = "cases"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    opened_at: Mapped[str] = mapped_column(Time)


class Engine(Base):
    """The versions and settings that a verdict depends on; `id` is their digest."""

    __tablename__ = "engines"

    id: Mapped[str] = mapped_column(Digest, primary_key=True)
    versions: Mapped[str] = mapped_column(Text)
    """JSON: docscan, models, tesseract, templates."""
    settings: Mapped[str] = mapped_column(Text)
    """JSON: operating point, thorough, and the day of validity where one was named."""


class Scan(Base):
    """One file as it came; its bytes lie among the pictures under this digest."""

    __tablename__ = "scans"

    sha256: Mapped[str] = mapped_column(Digest, primary_key=True)
    kind: Mapped[str] = mapped_column(String(16))
    path: Mapped[str] = mapped_column(Text)
    """Where it was first seen."""
    pages: Mapped[int | None]
    """None where only some of its pages were handed in."""
    added_at: Mapped[str] = mapped_column(Time)


class Document(Base):
    """One travel document in a scan as one engine saw it. The columns beside `report` are what is searched for."""

    __tablename__ = "documents"
    __table_args__ = (
        UniqueConstraint("scan", "page", "number", "engine"),
        Index("ix_documents_state_number_key", "state", "number_key"),
        Index("ix_documents_outcome", "outcome"),
        Index("ix_documents_examined_at", "examined_at"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    scan: Mapped[str] = mapped_column(ForeignKey("scans.sha256"))
    page: Mapped[int]
    """From 1."""
    number: Mapped[int]
    """Its place on the page, from 1."""
    engine: Mapped[str] = mapped_column(ForeignKey("engines.id"))
    examined_at: Mapped[str] = mapped_column(Time)
    format: Mapped[str | None] = mapped_column(String(16))
    template: Mapped[str | None] = mapped_column(Text)
    state: Mapped[str] = mapped_column(Text)
    """Issuing State as printed; empty where none was read, as the columns below."""
    type: Mapped[str] = mapped_column(Text)
    """Document code: P, PD, I ..."""
    document_number: Mapped[str] = mapped_column(Text)
    number_key: Mapped[str] = mapped_column(Text)
    """Its letters and digits alone: what is compared."""
    name: Mapped[str] = mapped_column(Text)
    """Surname, comma, given names."""
    nationality: Mapped[str] = mapped_column(Text)
    date_of_birth: Mapped[str] = mapped_column(Text)
    """YYMMDD as the MRZ prints it."""
    date_of_expiry: Mapped[str] = mapped_column(Text)
    sex: Mapped[str] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))
    """Of the last verdict: clear, refer, suspect, unreadable."""
    probability: Mapped[float]
    report: Mapped[str] = mapped_column(Text)
    """The whole `Report` as JSON: the record itself, which the audit trail vouches for."""
    profile: Mapped[str | None] = mapped_column(Text)
    """JSON of docscan.series: what links documents of one workshop."""
    file: Mapped[Scan] = relationship(viewonly=True)


class CaseDocument(Base):
    """Which documents belong to which case."""

    __tablename__ = "case_documents"

    case: Mapped[int] = mapped_column(ForeignKey("cases.id"), primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True)


class Reading(Base):
    """One field, as the MRZ has it and as the page prints it."""

    __tablename__ = "readings"

    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    mrz: Mapped[str | None] = mapped_column(Text)
    printed: Mapped[str | None] = mapped_column(Text)
    outcome: Mapped[str] = mapped_column(String(16))


class Finding(Base):
    """One answer of one check."""

    __tablename__ = "findings"

    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(64))
    outcome: Mapped[str] = mapped_column(String(16))
    message: Mapped[str] = mapped_column(Text)


class Reason(Base):
    """What spoke against a document in its last verdict, heaviest first."""

    __tablename__ = "reasons"

    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    check: Mapped[str] = mapped_column(String(64), index=True)
    code: Mapped[str] = mapped_column(String(64))
    weight: Mapped[float]


class Verdict(Base):
    """Every verdict that was ever given on a document; `id` is that of the audit row which vouches for it."""

    __tablename__ = "verdicts"

    id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    outcome: Mapped[str] = mapped_column(String(16))
    probability: Mapped[float]
    operating_point: Mapped[str] = mapped_column(String(32))


class Decision(Base):
    """What a person decided; never changed, only followed by another. `id` is that of its audit row."""

    __tablename__ = "decisions"

    id: Mapped[int] = mapped_column(ForeignKey("audit.id"), primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    at: Mapped[str] = mapped_column(Time)
    by: Mapped[str] = mapped_column(Text)
    ruling: Mapped[str] = mapped_column(String(16))
    """forged, genuine, inconclusive; withdrawn where the person takes the one before back."""
    kind: Mapped[str] = mapped_column(String(32))
    """Kind of fraud, where forged."""
    note: Mapped[str] = mapped_column(Text)
    tags: Mapped[str] = mapped_column(Text)
    """JSON list, sorted."""


class Series(Base):
    """Documents that are held to come from one source."""

    __tablename__ = "series"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    found_at: Mapped[str] = mapped_column(Time)


class SeriesMember(Base):
    __tablename__ = "series_members"

    series: Mapped[int] = mapped_column(ForeignKey("series.id", ondelete="CASCADE"), primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True)


class Link(Base):
    """Two documents that have something in common; `one` is the lower number."""

    __tablename__ = "links"

    one: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True)
    other: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), primary_key=True, index=True)
    strength: Mapped[float]
    """Decimal logarithm of the likelihood ratio: one source against two."""
    evidence: Mapped[str] = mapped_column(Text)
    """JSON: what they have in common, and where."""


class Run(Base):
    """One batch, from its start to its end, whatever number of sittings that took."""

    __tablename__ = "runs"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    case: Mapped[int] = mapped_column(ForeignKey("cases.id"))
    engine: Mapped[str] = mapped_column(ForeignKey("engines.id"))
    source: Mapped[str] = mapped_column(Text)
    """What was handed in, as JSON list of paths."""
    as_of: Mapped[str] = mapped_column(String(10))
    """The day as of which validity was asked."""
    by: Mapped[str] = mapped_column(Text)
    started_at: Mapped[str] = mapped_column(Time)
    finished_at: Mapped[str | None] = mapped_column(Time)
    """None while it runs, and where it was interrupted."""


class Task(Base):
    """One page of one file in a run: done, or failed with what to say about it. Page 0 is a file that did not open."""

    __tablename__ = "tasks"
    __table_args__ = (
        UniqueConstraint("run", "item", "page"),
        ForeignKeyConstraint(["run"], ["runs.id"], ondelete="CASCADE"),
        {"sqlite_autoincrement": True},
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    run: Mapped[int]
    item: Mapped[str] = mapped_column(Digest)
    """Digest of the path: paths may be longer than an index allows."""
    page: Mapped[int]
    path: Mapped[str] = mapped_column(Text)
    scan: Mapped[str | None] = mapped_column(Digest, index=True)
    pages: Mapped[int | None]
    """How many the file has; None where it did not open."""
    documents: Mapped[int]
    """How many documents were found on the page."""
    error: Mapped[str | None] = mapped_column(String(64))
    """Class of the error; None where the page was examined, as the columns below."""
    exit_code: Mapped[int | None]
    message: Mapped[str | None] = mapped_column(Text)
    remedy: Mapped[str | None] = mapped_column(Text)
    seconds: Mapped[float]
    at: Mapped[str] = mapped_column(Time)


class Audit(Base):
    """One row of the audit trail, chained to the one before it. Holds nothing about a holder: it outlives purges."""

    __tablename__ = "audit"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    """From 1, without a gap."""
    at: Mapped[str] = mapped_column(Time)
    by: Mapped[str] = mapped_column(Text)
    action: Mapped[str] = mapped_column(String(32))
    """verdict, decision, override, export, purge ..."""
    subject: Mapped[str] = mapped_column(Text, index=True)
    """For example "document 12"."""
    why: Mapped[str] = mapped_column(Text)
    details: Mapped[str] = mapped_column(Text)
    """JSON."""
    vouches: Mapped[str] = mapped_column(Digest)
    """Digest of what the row vouches for: the report of a verdict, the content of a decision; else empty."""
    previous: Mapped[str] = mapped_column(Digest)
    """Hash of the row before; empty in the first."""
    hash: Mapped[str] = mapped_column(Digest)
    """SHA-256 over all columns before this one as canonical JSON."""


# --- who works with the pages, and what they keep there ---------------------------------------------------------------


class Account(Base):
    __tablename__ = "accounts"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    name_key: Mapped[str] = mapped_column(Text, unique=True)
    """The name in small letters: no two accounts differ by capitals alone."""
    role: Mapped[str] = mapped_column(String(16))
    password: Mapped[str] = mapped_column(Text)
    """Argon2's; empty until the invitation is taken up."""
    invitation: Mapped[str] = mapped_column(Digest)
    """Of the link that sets a password, once; empty where there is none."""
    invited_until: Mapped[str] = mapped_column(Time)
    is_open: Mapped[bool]
    language: Mapped[str] = mapped_column(String(8))
    """Empty where the account has chosen none."""


class Token(Base):
    """By what a program works in the name of an account."""

    __tablename__ = "tokens"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    name: Mapped[str] = mapped_column(Text)
    digest: Mapped[str] = mapped_column(Digest, unique=True)
    made_at: Mapped[str] = mapped_column(Time)
    expires_at: Mapped[str] = mapped_column(Time)


class SavedFilter(Base):
    """A view of the review desk that an account comes back to."""

    __tablename__ = "saved_filters"
    __table_args__ = (UniqueConstraint("account", "name"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"))
    name: Mapped[str] = mapped_column(Text)
    query: Mapped[str] = mapped_column(Text)
    """As in the page's address."""


class Lesson(Base):
    """A set of reviewed documents to learn from."""

    __tablename__ = "lessons"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(Text)
    by: Mapped[str] = mapped_column(Text)
    made_at: Mapped[str] = mapped_column(Time)
    is_open: Mapped[bool]
    """Whether trainees see it."""


class LessonItem(Base):
    """A document of a lesson, with what the reviewers had decided when the lesson was made."""

    __tablename__ = "lesson_items"

    lesson: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    document: Mapped[int] = mapped_column(ForeignKey("documents.id", ondelete="CASCADE"), index=True)
    ruling: Mapped[str] = mapped_column(String(16))
    kind: Mapped[str] = mapped_column(String(32))


class QuizAnswer(Base):
    """What somebody said of a document before they saw the answer; the first answer counts."""

    __tablename__ = "quiz_answers"
    __table_args__ = (UniqueConstraint("lesson", "position", "account"), {"sqlite_autoincrement": True})

    id: Mapped[int] = mapped_column(primary_key=True)
    lesson: Mapped[int] = mapped_column(ForeignKey("lessons.id", ondelete="CASCADE"))
    position: Mapped[int]
    account: Mapped[int] = mapped_column(ForeignKey("accounts.id"), index=True)
    at: Mapped[str] = mapped_column(Time)
    ruling: Mapped[str] = mapped_column(String(16))
    """forged or genuine."""
    kind: Mapped[str] = mapped_column(String(32))
    face: Mapped[int | None]
    """Where they pointed: face, and share of its width and height. None where they pointed nowhere."""
    x: Mapped[float | None]
    y: Mapped[float | None]
    is_right: Mapped[bool]
    """Forged or genuine, as the reviewers had it."""
    kind_is_right: Mapped[bool | None]
    """None where the document is genuine."""
    place_is_right: Mapped[bool | None]
    """None where no place is known."""
