"""Whatever is changed, removed, added or moved behind the store's back is named."""

import threading

import pytest
import sqlalchemy as sa

from docscan.cases import audit, open_store, saving, tables
from docscan.cases.deciding import Fraud, Ruling, decide
from docscan.cases.verifying import verify
from docscan.document import Decision


@pytest.fixture
def kept(store, engine, make_report):
    """A store with three documents and two decisions: audit rows 1 to 5."""
    with store.writing() as session:
        for number, outcome in enumerate((Decision.CLEAR, Decision.SUSPECT, Decision.REFER), start=1):
            report = make_report(outcome=outcome, sha256=f"{number}" * 64, number=f"L89890{number}")
            saving.save(session, report, engine, by="batch")
        decide(session, 2, Ruling.FORGED, by="anna", kind=Fraud.ALTERATION, note="Digit altered.", tags=["box 3"])
        decide(session, 3, Ruling.GENUINE, by="anna")
    assert told(store) == []
    return store


def told(store, *heads):
    with store.reading() as session:
        return list(verify(session, heads))


def tamper(store, statement):
    with store.engine.begin() as connection:
        connection.execute(sa.text(statement))


TEXT = {
    "audit": ("at", "by", "action", "why", "details", "vouches", "hash", "previous", "subject"),
    "decisions": ("at", "by", "ruling", "kind", "note", "tags"),
    "findings": ("check", "code", "outcome", "message"),
    "documents": ("report", "outcome", "state", "document_number", "name"),
    "verdicts": ("outcome", "operating_point"),
    "readings": ("name", "mrz", "printed", "outcome"),
    "reasons": ("check", "code"),
}
NAMED = {
    "audit": "Audit row 4",
    "decisions": "Decision 4 on document 2",
    "findings": "Finding 1 of document 2",
    "documents": "document 2",
    "verdicts": "Verdict 2 on document 2",
    "readings": "Reading 1 of document 2",
    "reasons": "Reason 1 of document 2",
}


def test_one_changed_byte_is_named(kept):
    other = "CASE WHEN length({0}) > 0 THEN substr({0}, 1, length({0}) - 1) || '~' ELSE '~' END"
    place = {"audit": "id = 4", "decisions": "id = 4", "documents": "id = 2", "verdicts": "id = 2"}
    for table, columns in TEXT.items():
        for column in columns:
            quoted = f'"{column}"'
            where = place.get(table, "document = 2 AND position = 1")
            with kept.reading() as session:  # left without a commit: the next column is tried on a whole store
                session.execute(sa.text(f"UPDATE {table} SET {quoted} = {other.format(quoted)} WHERE {where}"))  # noqa: S608
                sentences = list(verify(session))
            assert any(NAMED[table] in sentence for sentence in sentences), (table, column, sentences)
    assert told(kept) == []


def test_a_probability_is_vouched_for(kept):
    tamper(kept, "UPDATE documents SET probability = 0.01 WHERE id = 2")
    assert told(kept) == ["The probability of document 2 was changed: its report says something else."]


def test_a_verdict_cannot_be_turned_even_in_all_its_places(kept):
    tamper(kept, "UPDATE documents SET outcome = 'clear', report = replace(report, 'suspect', 'clear') WHERE id = 2")
    tamper(kept, "UPDATE verdicts SET outcome = 'clear' WHERE document = 2")
    assert told(kept)[:2] == [
        "Verdict 2 on document 2 was changed.",
        "The report on document 2 was changed: it is not the one of audit row 2.",
    ]


def test_the_report_of_one_document_does_not_pass_for_that_of_another(kept):
    tamper(kept, "UPDATE documents SET report = (SELECT report FROM documents WHERE id = 1) WHERE id = 2")
    assert any("report on document 2 was changed" in sentence for sentence in told(kept))


def test_a_row_that_is_changed_and_hashed_anew_no_longer_fits_the_next(kept):
    with kept.writing() as session:
        row = dict(session.execute(sa.select(*tables.Audit.__table__.columns).filter_by(id=3)).mappings().one())
        row["details"] = row["details"].replace("refer", "clear")
        session.execute(
            sa.update(tables.Audit).where(tables.Audit.id == 3).values(details=row["details"], hash=audit.row_hash(row))
        )
    assert any("Audit row 4 does not follow row 3" in sentence for sentence in told(kept))


GONE = (
    ("DELETE FROM audit WHERE id = 3", "Audit row 3 is missing."),
    ("DELETE FROM decisions WHERE id = 4", "Decision 4 on document 2 was removed."),
    ("DELETE FROM documents WHERE id = 2", "Document 2 was removed."),
    ("DELETE FROM findings WHERE document = 2", "Finding 1 of document 2 was removed."),
    ("DELETE FROM verdicts WHERE id = 2", "Verdict 2 on document 2 was removed."),
    ("INSERT INTO reasons VALUES (1, 1, 'mrz.dates', 'expired', 1.0)", "Reason 1 of document 1 was added."),
    (
        "INSERT INTO decisions VALUES (1, 2, '2026', 'anna', 'genuine', '', '', '[]')",
        "Decision 1 on document 2 is not in the audit trail.",
    ),
)


def test_what_is_removed_or_added_is_named(kept):
    for statement, sentence in GONE:
        with kept.reading() as session:
            unguarded(session)
            session.execute(sa.text(statement))
            assert sentence in list(verify(session))
    assert told(kept) == []


def unguarded(session):
    """Foreign keys off until the end of the transaction, as whoever owns the database can have them."""
    if session.bind.dialect.name == "sqlite":
        session.rollback()
        connection = session.connection()
        connection.exec_driver_sql("COMMIT")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("BEGIN")
    else:
        session.execute(sa.text("SET LOCAL session_replication_role = replica"))


def test_rows_that_changed_places_are_named(kept):
    with kept.reading() as session:
        unguarded(session)
        for old, new in ((4, 99), (5, 4), (99, 5)):
            session.execute(sa.update(tables.Audit).where(tables.Audit.id == old).values(id=new))
        assert {"Audit row 4 was changed.", "Audit row 5 was changed."} <= set(verify(session))


def test_what_is_cut_off_at_the_end_is_found_by_a_head_that_was_written_out(kept):
    with kept.reading() as session:
        head = audit.head(session)
    assert head.row == 5
    tamper(kept, "DELETE FROM decisions WHERE id = 5")
    tamper(kept, "DELETE FROM audit WHERE id = 5")
    assert told(kept) == []
    assert "is not in the audit trail" in told(kept, head.hash)[0]


def test_a_head_stays_true_when_the_trail_goes_on(kept):
    with kept.reading() as session:
        head = audit.head(session)
    with kept.writing() as session:
        decide(session, 1, Ruling.INCONCLUSIVE, by="ben")
    assert told(kept, head.hash) == []


def test_a_ruling_against_the_verdict_is_an_override(kept):
    with kept.writing() as session:
        decide(session, 2, Ruling.GENUINE, by="ben")
    with kept.reading() as session:
        actions = session.execute(sa.select(tables.Audit.action).order_by(tables.Audit.id)).scalars().all()
    assert actions == ["verdict"] * 3 + ["decision"] * 2 + ["override"]


def test_many_writers_make_one_chain(store_url, engine, make_report):
    open_store(store_url).close()

    def write(writer):
        store = open_store(store_url)
        for number in range(5):
            with store.writing() as session:
                report = make_report(sha256=f"{writer}{number}" * 32, number=f"L{writer}{number}")
                saving.save(session, report, engine, by=f"writer {writer}", case="Seizure 7")
        store.close()

    threads = [threading.Thread(target=write, args=(writer,)) for writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    store = open_store(store_url)
    assert told(store) == []
    with store.reading() as session:
        assert audit.head(session).row == 20
    store.close()
