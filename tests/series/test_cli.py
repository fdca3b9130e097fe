"""`docscan series` on a store, from nothing to an explanation."""

import json
import sys
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

sys.path.insert(0, str(Path(__file__).parent))
from simulated import Workshop, genuine, model

from docscan import models
from docscan.cases import audit, linking, open_store, saving, tables
from docscan.cases.engines import Engine
from docscan.cli import app
from docscan.errors import NoSuchRecord, UsageError
from docscan.series import evidence

HOSTILE = "<b>X"


@pytest.fixture
def own_model(tmp_path, monkeypatch):
    """A small model in place of the one that comes with docscan."""
    folder = tmp_path / "models"
    folder.mkdir()
    text = json.dumps(evidence.encoded(model()))
    (folder / evidence.MODEL).write_text(text, encoding="utf-8")
    digest = sha256(text.encode()).hexdigest()
    (folder / "manifest.json").write_text(json.dumps({evidence.MODEL: digest}), encoding="utf-8")
    monkeypatch.setenv("DOCSCAN_MODELS", str(folder))
    for kept in (models.verified, evidence.shipped):
        kept.cache_clear()
    yield
    for kept in (models.verified, evidence.shipped):
        kept.cache_clear()


@pytest.fixture
def store(tmp_path, make_report, own_model):
    """Documents 1 to 4 of one workshop, 5 and 6 genuine, 7 without a profile; the picture of document 1."""
    opened = open_store(str(tmp_path / "cases.db"))
    engine = Engine({"docscan": "0.1.0"}, {})
    shop = Workshop(1)
    profiles = [shop.document() for _ in range(4)] + [genuine(i).document() for i in range(2)] + [None]
    picture = tmp_path / "one.png"
    cv2.imwrite(str(picture), np.full((800, 900, 3), 200, np.uint8))
    digest = sha256(picture.read_bytes()).hexdigest()
    with picture.open("rb") as source:
        opened.pictures.keep(source, digest)
    with opened.writing() as session:
        for place, profile in enumerate(profiles, start=1):
            report = make_report(
                number=f"L8988{place}{place}C{place}", sha256=digest if place == 1 else f"{place}" * 64
            )
            kept = profile.model_dump(mode="json") if profile else None
            saving.save(session, report, engine, by="batch", profile=kept)
        session.execute(sa.update(tables.Document).where(tables.Document.id == 2).values(document_number=HOSTILE))
    yield opened
    opened.close()


def run(store, *arguments):
    return CliRunner().invoke(app, ["series", *map(str, arguments), "--store", store.url])


def test_find_keeps_series_links_and_an_audit_row(store):
    found = run(store, "find", "--json", "--by", "anna")
    assert found.exit_code == 0, found.output
    (series,) = (json.loads(line) for line in found.output.splitlines())
    assert series["documents"] == [1, 2, 3, 4]
    assert all(link["log10_lr"] >= 2 for link in series["links"])
    with store.reading() as session:
        (kept,) = linking.series(session)
        assert kept.members == (1, 2, 3, 4)
        row = session.scalars(sa.select(tables.Audit).order_by(tables.Audit.id.desc())).first()
        assert (row.action, row.by) == ("series", "anna")
        assert json.loads(row.details) == {"documents": 6, "linked": 4, "series": 1}
        assert audit.head(session).row == row.id


def test_finding_again_replaces_what_was_found(store):
    run(store, "find", "--by", "anna")
    run(store, "find", "--by", "anna")
    with store.reading() as session:
        assert session.execute(sa.select(sa.func.count(tables.SeriesMember.document))).scalar_one() == 4
        assert len(linking.series(session)) == 1


def test_show_lists_a_series_and_its_links_and_writes_the_network(store, tmp_path):
    run(store, "find", "--by", "anna")
    number = json.loads(run(store, "show", "--json").output)["series"]
    page, graph = tmp_path / "net.html", tmp_path / "net.graphml"
    shown = run(store, "show", number, "--html", page, "--graphml", graph)
    assert shown.exit_code == 0, shown.output
    assert "4 of 7 documents" in shown.output
    assert "support" in shown.output
    text = page.read_text(encoding="utf-8")
    assert "&lt;b&gt;X" in text
    assert HOSTILE not in text
    assert "<graphml" in graph.read_text(encoding="utf-8")


def test_a_series_that_is_not_there_is_a_sentence(store):
    shown = run(store, "show", 99)
    assert isinstance(shown.exception, NoSuchRecord)


def test_explain_says_what_links_two_documents_and_shows_it(store, tmp_path):
    page = tmp_path / "pair.html"
    told = run(store, "explain", 1, 2, "--html", page)
    assert told.exit_code == 0, told.output
    assert "for one workshop" in told.output
    assert "place of static print" in told.output
    text = page.read_text(encoding="utf-8")
    assert text.count('src="data:image/jpeg') >= 1
    assert "<script" not in text


def test_explain_as_json_is_an_explanation(store):
    told = json.loads(run(store, "explain", 1, 5, "--json").output)
    assert told["strength"] < 0
    assert told["speaks_against"]


def test_a_document_without_a_profile_cannot_be_explained(store):
    assert isinstance(run(store, "explain", 1, 7).exception, NoSuchRecord)


def test_no_store_is_a_sentence(own_model, monkeypatch):
    monkeypatch.delenv("DOCSCAN_STORE", raising=False)
    assert isinstance(CliRunner().invoke(app, ["series", "show"]).exception, UsageError)
