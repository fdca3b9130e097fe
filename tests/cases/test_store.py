"""Opening a store: new, known, foreign, newer, locked, forbidden, full, and none at all."""

import hashlib
import sqlite3
import threading

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from docscan.cases import open_store, searching, tables
from docscan.errors import (
    DamagedSource,
    NoSuchRecord,
    StoreBusy,
    StoreDamaged,
    StoreFull,
    StoreNotFound,
    StoreNotPermitted,
    StoreTooNew,
)


def test_the_migrations_make_the_tables_of_the_program(store):
    with store.reading() as session:
        context = MigrationContext.configure(session.connection(), opts={"compare_type": True})
        assert compare_metadata(context, tables.Base.metadata) == []


def test_a_store_is_opened_again_with_what_is_in_it(store, store_url):
    with store.writing() as session:
        session.add(tables.Case(name="Seizure 7", opened_at=tables.now()))
    again = open_store(store_url, create=False)
    with again.reading() as session:
        assert session.scalars(sa.select(tables.Case.name)).all() == ["Seizure 7"]
    again.close()


def test_two_that_open_a_new_store_at_once_make_one(store_url):
    barrier, failed = threading.Barrier(4), []

    def opened():
        barrier.wait()
        try:
            open_store(store_url).close()
        except Exception as error:
            failed.append(error)

    threads = [threading.Thread(target=opened) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []


def test_what_fails_halfway_leaves_nothing(store):
    def fail():
        with store.writing() as session:
            session.add(tables.Case(name="Seizure 7", opened_at=tables.now()))
            session.flush()
            searching.document(session, 1)

    with pytest.raises(NoSuchRecord):
        fail()
    with store.reading() as session:
        assert session.scalars(sa.select(tables.Case.name)).all() == []


def test_a_newer_store_is_refused(store, store_url):
    with store.writing() as session:
        session.execute(sa.text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(StoreTooNew, match="newer docscan"):
        open_store(store_url)


def test_a_database_of_something_else_is_refused(store, store_url):
    with store.writing() as session:
        session.execute(sa.text("DROP TABLE alembic_version"))
    with pytest.raises(StoreDamaged, match="something else"):
        open_store(store_url)


def test_a_file_that_is_no_database_is_refused(tmp_path):
    (tmp_path / "cases.db").write_bytes(b"No database at all. " * 400)
    with pytest.raises(StoreDamaged, match="no case store"):
        open_store(str(tmp_path / "cases.db"))


@pytest.mark.parametrize(
    "url",
    [
        "mysql://localhost/cases",
        "nonsense://",
        "postgresql:///cases",
        "sqlite://",
        "/no/such/folder/cases.db",
        "/",
        "postgresql://nobody@127.0.0.1:1/cases?pictures=pictures",
    ],
)
def test_no_store_can_be_at_such_a_url(url):
    with pytest.raises(StoreNotFound) as told:
        open_store(url)
    assert "\n" not in str(told.value)


def test_a_database_that_the_server_does_not_have(postgresql):
    with pytest.raises(StoreNotFound, match="no database of that name"):
        open_store(postgresql.url("elsewhere") + "&pictures=pictures")


def test_none_is_made_where_none_may_be(tmp_path):
    with pytest.raises(StoreNotFound, match="no case store"):
        open_store(str(tmp_path / "cases.db"), create=False)
    assert list(tmp_path.iterdir()) == []


def test_a_password_is_in_no_message():
    with pytest.raises(StoreNotFound) as told:
        open_store("postgresql://anna:secret@127.0.0.1:1/cases?pictures=pictures")
    assert "secret" not in str(told.value)


def test_a_writer_waits_for_its_turn_and_then_says_who_holds_it(store, store_url):
    with store.writing() as session:
        session.add(tables.Case(name="held", opened_at=tables.now()))
        session.flush()
        other = open_store(store_url, wait_s=0.2)
        with pytest.raises(StoreBusy, match="holds the store"), other.writing():
            pass
        with other.reading() as reader:
            assert reader.scalars(sa.select(tables.Case.name)).all() == []
        other.close()


def test_a_store_that_may_only_be_read(tmp_path):
    store = open_store(str(tmp_path / "cases.db"))
    sa.event.listen(store.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA query_only = ON"), named=False)
    with store.reading() as session:
        assert session.scalars(sa.select(tables.Case.name)).all() == []
    with pytest.raises(StoreNotPermitted, match="may not be"), store.writing() as session:
        session.add(tables.Case(name="Seizure 7", opened_at=tables.now()))
    store.close()


def test_no_room_is_a_sentence_and_damages_nothing(tmp_path):
    path = tmp_path / "cases.db"
    store = open_store(str(path))
    sa.event.listen(
        store.engine, "begin", lambda c: c.exec_driver_sql("PRAGMA max_page_count = 90"), insert=True, named=False
    )

    def fill():
        for number in range(1000):
            with store.writing() as session:
                session.add(tables.Case(name=f"{number}" * 200, opened_at=tables.now()))

    with pytest.raises(StoreFull, match="No room"):
        fill()
    store.close()
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT count(*) FROM cases").fetchone()[0] > 0


def test_pictures_are_named_for_their_content_and_found_out_when_changed(store, tmp_path):
    scan = tmp_path / "scan.jpg"
    scan.write_bytes(b"pixels")
    name = hashlib.sha256(b"other pixels").hexdigest()
    with scan.open("rb") as stream, pytest.raises(DamagedSource, match="changed while"):
        store.pictures.keep(stream, name)
    assert not store.pictures.has(name)
    name = hashlib.sha256(b"pixels").hexdigest()
    with scan.open("rb") as stream:
        kept = store.pictures.keep(stream, name)
    assert store.pictures.verified(name) == kept
    kept.write_bytes(b"pixelS")
    with pytest.raises(DamagedSource, match="was changed"):
        store.pictures.verified(name)
    store.pictures.drop(name)
    with pytest.raises(NoSuchRecord):
        store.pictures.verified(name)
