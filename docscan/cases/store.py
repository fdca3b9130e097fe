"""Opening a case store, reading in it and writing to it, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.orm import Session

from docscan.cases.failures import explained
from docscan.cases.pictures import Pictures
from docscan.errors import StoreDamaged, StoreNotFound, StoreTooNew

WAIT_S = 30.0
"""How long a writer waits for its turn before the store is called busy."""
_WRITER = 0x646F63_7363616E
"""PostgreSQL's name for the right to write ("docscan")."""
_MIGRATIONS = Path(__file__).parent / "migrations"


@dataclass(frozen=True, eq=False)
class Store:
    """An open case store. Sessions are short: one question or one change."""

    engine: sa.Engine
    pictures: Pictures

    @property
    def url(self) -> str:
        """Fit for messages: without a password."""
        return self.engine.url.render_as_string(hide_password=True)

    @property
    def files(self) -> tuple[Path, ...]:
        """Where the store lies on this machine: nothing there is a scan to be examined."""
        if self.engine.dialect.name != "sqlite":
            return (self.pictures.folder,)
        file = str(self.engine.url.database)
        return (*(Path(f"{file}{end}") for end in ("", "-wal", "-shm", "-journal")), self.pictures.folder)

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session on the store as it is at the first question.

        Raises StoreError where the store cannot be read.
        """
        with self._session(self.engine) as session:
            yield session

    @contextmanager
    def writing(self) -> Iterator[Session]:
        """A session whose changes are kept together, or not at all. One writer at a time, over all processes and
        machines: what it reads nobody changes before it is done.

        Raises StoreBusy where its turn does not come within WAIT_S, StoreFull, StoreNotPermitted.
        """
        with self._session(self.engine.execution_options(docscan_writes=True)) as session:
            session.connection()  # its turn is now, not at its first question
            yield session
            session.commit()

    @contextmanager
    def _session(self, engine: sa.Engine) -> Iterator[Session]:
        with explained(self.url), Session(engine, expire_on_commit=False) as session:
            yield session

    def tidy(self) -> None:
        """Leaves nothing of what was removed in SQLite's log of changes."""
        if self.engine.dialect.name == "sqlite":
            with explained(self.url), self.engine.connect() as connection:
                connection.exec_driver_sql("COMMIT")  # a checkpoint cannot run within a transaction
                connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
                connection.exec_driver_sql("BEGIN")

    def close(self) -> None:
        self.engine.dispose()


def open_store(url: str, *, create: bool = True, wait_s: float = WAIT_S) -> Store:
    """The store at `url`: the path of an SQLite file, `sqlite:///file` or `postgresql://...`. A new one is made and an
    older one brought to this version; `create=False` refuses to make one.

    Pictures lie in a folder beside the SQLite file; `?pictures=/folder` in the URL names another, and must for
    PostgreSQL.

    Raises:
        StoreNotFound: no such URL, folder, database or server, or no store in it where none may be made.
        StoreNotPermitted, StoreBusy, StoreFull
        StoreTooNew: a newer docscan wrote it.
        StoreDamaged: something else than a case store.
    """
    address, pictures = _address(url)
    if address.get_backend_name() == "sqlite" and not create and not Path(str(address.database)).exists():
        raise StoreNotFound(f"There is no case store {address.database}.")
    engine = sa.create_engine(address, **_options(address, wait_s))
    _speak(engine, wait_s)
    store = Store(engine, Pictures(pictures))
    try:
        with store.reading() as session:
            known, version = _version(session)
        _migrate(store, known, version, create=create)
    except BaseException:
        store.close()
        raise
    return store


def _address(url: str) -> tuple[sa.URL, Path]:
    """SQLAlchemy's URL and the folder of pictures."""
    try:
        address = sa.make_url(url) if "://" in url else sa.URL.create("sqlite", database=url)
        backend = address.get_backend_name()
    except (sa.exc.ArgumentError, ValueError) as error:
        raise StoreNotFound("The store's URL cannot be understood.") from error
    if backend not in ("sqlite", "postgresql"):
        raise StoreNotFound(f"{backend!r} is no kind of store that docscan knows.")
    pictures = address.query.get("pictures")
    address = address.difference_update_query(["pictures"])
    if backend == "postgresql":
        if not pictures:
            raise StoreNotFound("A PostgreSQL store needs a folder for pictures: end its URL in ?pictures=/folder.")
        return address.set(drivername="postgresql+psycopg"), Path(str(pictures))
    if not address.database or address.database == ":memory:":
        raise StoreNotFound("The store needs a file.")
    file = Path(address.database)
    if not file.parent.is_dir():
        raise StoreNotFound(f"The folder {file.parent} does not exist.")
    if file.is_dir():
        raise StoreNotFound(f"{file} is a folder.")
    return address, Path(str(pictures)) if pictures else file.with_name(file.name + ".pictures")


def _options(address: sa.URL, wait_s: float) -> dict[str, Any]:
    if address.get_backend_name() == "sqlite":
        return {"connect_args": {"timeout": wait_s}}
    return {"connect_args": {"connect_timeout": 10}, "pool_pre_ping": True}


def _speak(engine: sa.Engine, wait_s: float) -> None:
    """Sets up connections, and makes those who write wait for one another when their transaction begins."""
    if engine.dialect.name == "sqlite":

        @event.listens_for(engine, "connect")
        def _connected(connection: Any, _: Any) -> None:
            connection.isolation_level = None  # the module's own BEGIN comes too late: at the first change
            cursor = connection.cursor()
            _write_ahead(cursor, wait_s)
            cursor.execute("PRAGMA synchronous = FULL")  # what was committed survives a power cut
            cursor.execute("PRAGMA foreign_keys = ON")
            cursor.execute("PRAGMA secure_delete = ON")  # what was purged is overwritten
            cursor.close()

        @event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            writes = connection.get_execution_options().get("docscan_writes")
            connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
    else:

        @event.listens_for(engine, "begin")
        def _begun(connection: sa.Connection) -> None:
            if connection.get_execution_options().get("docscan_writes"):
                connection.exec_driver_sql(f"SET LOCAL lock_timeout = '{int(wait_s * 1000)}ms'")
                connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({_WRITER})")
            else:
                connection.exec_driver_sql("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ")


def _write_ahead(cursor: sqlite3.Cursor, wait_s: float) -> None:
    """The change to a write-ahead log needs the file for itself, and SQLite does not wait for that by its timeout."""
    until = time.monotonic() + wait_s
    while True:
        try:
            cursor.execute("PRAGMA journal_mode = WAL")
            return
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > until:
                raise
            time.sleep(0.01)


def _version(session: Session) -> tuple[bool, str | None]:
    """Whether there is anything in the database, and the version of its tables."""
    tables = sa.inspect(session.connection()).get_table_names()
    if "alembic_version" not in tables:
        return bool(tables), None
    return True, session.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def _migrate(store: Store, known: bool, version: str | None, *, create: bool) -> None:
    from alembic import command
    from alembic.config import Config
    from alembic.script import ScriptDirectory
    from alembic.util import CommandError

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS).replace("%", "%%"))
    scripts = ScriptDirectory.from_config(config)
    if version == scripts.get_current_head():
        return
    if known and version is None:
        raise StoreDamaged(f"{store.url} is a database of something else, not a case store.")
    if not known and not create:
        raise StoreNotFound(f"There is no case store at {store.url}.")
    if version is not None:
        try:
            scripts.get_revision(version)
        except CommandError as error:
            raise StoreTooNew(f"The store {store.url} was written by a newer docscan.") from error
    with store.writing() as session:
        config.attributes["connection"] = session.connection()
        command.upgrade(config, "head")
