"""Exports, purges and bundles: what leaves the store, and what stays when it has left."""

import csv
import io
import json
import sqlite3
import zipfile
from datetime import UTC, date, datetime
from pathlib import Path

import cheap_scans
import pytest
import sqlalchemy as sa

from docscan import templates
from docscan.cases import audit, bundles, exporting, purging, saving, searching, tables
from docscan.cases.deciding import Fraud, Ruling, decide
from docscan.cases.engines import Engine
from docscan.cases.exporting import safe_cell
from docscan.cases.searching import Filter
from docscan.cases.verifying import verify
from docscan.document import Decision
from docscan.errors import BundleError, DamagedSource, NoSuchRecord, UsageError
from docscan.pipeline import Settings, examine

HOSTILE = "=HYPERLINK(1)"


@pytest.fixture
def kept(store, engine, make_report, tmp_path):
    """Two documents, one of them with a decision, and a page that could not be examined."""
    with store.writing() as session:
        for place, (number, outcome) in enumerate((("L1", Decision.SUSPECT), ("L2", Decision.CLEAR)), start=1):
            report = make_report(number=number, outcome=outcome, sha256=f"{place}" * 64, path=f"{HOSTILE}.jpg")
            saving.save(session, report, engine, by="batch", case="Seizure 7")
        decide(session, 1, Ruling.FORGED, by="anna", kind=Fraud.COUNTERFEIT, note="ERIKSSON told so.")
        case = session.scalar(sa.select(tables.Case.id))
        run = tables.Run(
            case=case, engine=engine.id, source="[]", as_of="2026-06-01", by="anna", started_at=tables.now()
        )
        session.add(run)
        session.flush()
        for place, (scan, error) in enumerate((("1" * 64, None), (None, "EmptySource"))):
            session.add(
                tables.Task(
                    run=run.id, item=f"{place}", page=place, path="ERIKSSON.jpg", scan=scan, documents=0, error=error,
                    exit_code=13, message="The file has 0 bytes.", remedy="", seconds=0, at=tables.now(),
                )
            )  # fmt: skip
    return store


def exported(store, form, **wanted):
    out = io.BytesIO()
    with store.reading() as session:
        found = exporting.export(session, Filter(**wanted), out, form)
    return found, out.getvalue().decode()


def test_an_export_has_a_row_a_document_and_a_row_an_error(kept):
    found, text = exported(kept, "csv")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert found.rows == len(rows) == 3
    assert [row["document"] for row in rows] == ["1", "2", ""]
    assert rows[0]["rulings"] == "anna: forged (counterfeit)"
    assert rows[0]["reasons"] == "mrz.check_digits/check_digit_wrong"
    assert rows[2]["error"] == "EmptySource"
    assert rows[0]["path"] == f"'{HOSTILE}.jpg"


def test_json_lines_carry_the_whole_report(kept):
    _, text = exported(kept, "jsonl", outcomes=frozenset({Decision.SUSPECT}))
    (row,) = map(json.loads, text.splitlines())
    with kept.reading() as session:
        assert row["report"] == json.loads(searching.document(session, 1).report)
    assert row["path"] == f"{HOSTILE}.jpg"


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "\n=1", "\uff1d1"])
def test_no_cell_starts_a_formula(text):
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"A{text}") == f"A{text}"
    assert safe_cell(-1) == -1


def test_the_audit_trail_is_told_of_a_filter_without_names_and_numbers():
    wanted = Filter(
        name="ERIKSSON", number="L1", state="UTO", since=date(2026, 1, 1), outcomes=frozenset({Decision.CLEAR})
    )
    assert exporting.described(wanted) == {
        "name": "given",
        "number": "given",
        "state": "UTO",
        "since": "2026-01-01",
        "outcomes": ["clear"],
    }


def test_a_purge_leaves_no_trace_of_holders_and_a_whole_trail(kept, tmp_path):
    kept.pictures.path("1" * 64).parent.mkdir(parents=True)
    kept.pictures.path("1" * 64).write_bytes(b"pixels")
    assert purging.purge(kept, Filter(outcomes=frozenset({Decision.SUSPECT})), by="anna", why="a year is over") == 1
    with kept.reading() as session:
        assert list(verify(session)) == []
        assert [found.id for found in searching.documents(session)] == [2]
        last = audit.rows(session, limit=1)[0]
        assert (last["action"], last["why"], last["details"]) == ("purge", "a year is over", '{"documents":[1]}')
        assert session.scalars(sa.select(tables.Decision.id)).all() == []
        assert (
            "ERIKSSON.jpg" not in session.scalars(sa.select(tables.Task.path).where(tables.Task.error.is_(None))).all()
        )
    assert not kept.pictures.has("1" * 64)
    if kept.engine.dialect.name == "sqlite":
        kept.close()
        path = Path(str(kept.engine.url.database))
        assert b"ERIKSSON told so" not in b"".join(
            file.read_bytes() for file in path.parent.glob("cases.db*") if file.is_file()
        )
        with sqlite3.connect(path) as connection:
            assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_what_was_removed_without_a_purge_is_still_named(kept):
    purging.purge(kept, Filter(outcomes=frozenset({Decision.CLEAR})), by="anna", why="a year is over")
    with kept.engine.begin() as connection:
        connection.execute(sa.text("DELETE FROM documents WHERE id = 1"))
    with kept.reading() as session:
        assert "Document 1 was removed." in list(verify(session))


def test_a_purge_needs_a_reason_and_a_filter(kept):
    with pytest.raises(UsageError, match="reason"):
        purging.purge(kept, Filter(state="UTO"), by="anna", why=" ")
    with pytest.raises(UsageError, match="which documents"):
        purging.purge(kept, Filter(), by="anna", why="a year is over")


# --- bundles ----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def settings():
    return Settings(templates=templates.load_all([]), on=datetime.now(UTC).date())


@pytest.fixture(scope="module")
def examined(settings, tmp_path_factory):
    path = tmp_path_factory.mktemp("scan") / "one.png"
    path.write_bytes(cheap_scans.png(1))
    (inspection,) = examine(path, settings)
    return path, inspection.report


@pytest.fixture
def bundle(store, settings, examined, tmp_path):
    path, report = examined
    with path.open("rb") as stream:
        store.pictures.keep(stream, report.source.sha256)
    with store.writing() as session:
        number = saving.save(session, report, Engine.of(settings), by="anna").document
    digest = bundles.write(store, [number], tmp_path / "bundle.zip", by="anna", why="court")
    with store.reading() as session:
        assert digest in audit.rows(session, limit=1)[0]["details"]
    return tmp_path / "bundle.zip"


def changed(bundle, name, change):
    """A copy of the bundle in which one file is another, the manifest made to fit if the file is not the manifest."""
    target = bundle.with_name("changed.zip")
    with zipfile.ZipFile(bundle) as archive:
        files = {entry: archive.read(entry) for entry in archive.namelist()}
    match = next(entry for entry in files if entry.endswith(name))
    files[match] = change(files[match])
    with zipfile.ZipFile(target, "w") as archive:
        for entry, content in files.items():
            archive.writestr(entry, content)
    return target


def test_a_bundle_proves_itself_and_the_same_engine_gives_the_same_verdict(bundle, settings):
    (proof,) = bundles.verify(bundle, settings)
    assert (proof.same, proof.engine_differs, proof.before) == (True, (), proof.now)


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_changed_bundle_is_found_out(bundle, settings):
    for name in (".png", "report.json", "record.json"):
        with pytest.raises(BundleError, match="was changed"):
            list(bundles.verify(changed(bundle, name, lambda content: content[:-1] + b" "), settings))
    for change in (lambda content: b"{}", lambda content: b"\xff", lambda content: b"[]"):
        with pytest.raises(BundleError, match="no evidence bundle"):
            list(bundles.verify(changed(bundle, "manifest.json", change), settings))
    for content in (b"", b"No archive at all.", bundle.read_bytes()[:-40]):
        bundle.with_name("other.zip").write_bytes(content)
        with pytest.raises(BundleError):
            list(bundles.verify(bundle.with_name("other.zip"), settings))
    with pytest.raises(BundleError, match="no file"):
        list(bundles.verify(bundle.with_name("none.zip"), settings))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_a_report_that_the_trail_does_not_vouch_for_is_found_out_even_if_the_manifest_fits(bundle, settings):
    def turned(content):
        return content.replace(b'"outcome":"pass"', b'"outcome":"fail"', 1)

    target = changed(bundle, "report.json", turned)
    with zipfile.ZipFile(target) as archive:
        report = next(name for name in archive.namelist() if name.endswith("report.json"))
        digest = tables.digest(archive.read(report).decode())

    def refit(content):
        manifest = json.loads(content)
        manifest["files"][report] = digest
        return json.dumps(manifest).encode()

    target.replace(bundle)
    with pytest.raises(BundleError, match="does not vouch"):
        list(bundles.verify(changed(bundle, "manifest.json", refit), settings))


@pytest.mark.parametrize("store_url", ["sqlite"], indirect=True)
def test_no_bundle_is_made_of_what_is_missing_or_changed(store, bundle, examined, tmp_path):
    with pytest.raises(NoSuchRecord):
        bundles.write(store, [99], tmp_path / "other.zip", by="anna")
    store.pictures.path(examined[1].source.sha256).write_bytes(b"other pixels")
    with pytest.raises(DamagedSource):
        bundles.write(store, [1], tmp_path / "other.zip", by="anna")
    assert not (tmp_path / "other.zip").exists()
    assert list(tmp_path.glob("*.part")) == []
