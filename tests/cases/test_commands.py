"""The commands of the case store, as their user meets them."""

import csv
import io
import json
import re

import cheap_scans
import pytest
import sqlalchemy as sa
from typer.testing import CliRunner

from docscan.cases import open_store, saving
from docscan.cases.deciding import Ruling, decide
from docscan.cli import app
from docscan.document import Decision
from docscan.errors import AuditError, NoSuchRecord, OutputError, StoreNotFound, UsageError

HOSTILE = "\x1b[31m=cmd"


@pytest.fixture
def url(tmp_path, engine, make_report, monkeypatch):
    """A store with two documents, one of them decided on."""
    url = str(tmp_path / "cases.db")
    store = open_store(url)
    with store.writing() as session:
        for place, (number, outcome) in enumerate((("L1", Decision.SUSPECT), ("L2", Decision.CLEAR)), start=1):
            report = make_report(number=number, outcome=outcome, sha256=f"{place}" * 64, path=f"{HOSTILE}{place}.jpg")
            saving.save(session, report, engine, by="batch", case="Seizure 7")
        decide(session, 2, Ruling.GENUINE, by="anna", note=HOSTILE)
    store.close()
    monkeypatch.setenv("DOCSCAN_STORE", url)
    return url


def run(*words):
    """What a command prints; its error is raised."""
    done = CliRunner().invoke(app, [str(word) for word in words])
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.stdout


def test_documents_are_listed_searched_and_shown(url):
    assert "2 of 2 documents" in run("cases", "list")
    assert "1 of 1 documents" in run("cases", "list", "--outcome", "suspect", "--undecided")
    assert [json.loads(line)["document"] for line in run("cases", "search", "anna", "--json").splitlines()] == [1, 2]
    assert [json.loads(line)["document"] for line in run("cases", "search", "l2", "--json").splitlines()] == [2]
    shown = run("cases", "show", 2)
    assert "genuine" in shown
    assert "\x1b[31m" not in shown + run("cases", "list") + run("audit", "list")
    assert json.loads(run("cases", "show", 2, "--json"))["decisions"][0]["ruling"] == "genuine"
    with pytest.raises(NoSuchRecord, match="no document 9"):
        run("cases", "show", 9)
    with pytest.raises(UsageError, match="No verdict"):
        run("cases", "list", "--outcome", "forged")


def test_an_export_is_noted_before_it_is_out(url, tmp_path):
    rows = list(
        csv.DictReader(io.StringIO(run("cases", "export", "--name", "eriksson", "--by", "anna", "--why", "court")))
    )
    assert [row["document"] for row in rows] == ["1", "2"]
    run("cases", "export", "--format", "jsonl", "--out", tmp_path / "out.jsonl")
    assert len((tmp_path / "out.jsonl").read_text().splitlines()) == 2
    first, second = map(json.loads, run("audit", "list", "--json", "--limit", 2).splitlines())
    assert (first["by"], first["why"], json.loads(first["details"])["filter"]) == ("anna", "court", {"name": "given"})
    assert json.loads(second["details"])["format"] == "jsonl"
    with pytest.raises(OutputError):
        run("cases", "export", "--out", tmp_path / "none" / "out.csv")


def test_a_purge_is_said_first_and_done_with_yes(url):
    assert "1 documents would be purged" in run("cases", "purge", "--outcome", "clear")
    assert "0 documents would be purged" in run("cases", "purge", "--older-than", 1)
    with pytest.raises(UsageError, match="reason"):
        run("cases", "purge", "--outcome", "clear", "--yes")
    assert "1 documents purged" in run("cases", "purge", "--outcome", "clear", "--yes", "--why", "a year is over")
    assert "1 of 1 documents" in run("cases", "list")
    assert "is whole" in run("audit", "verify")
    with pytest.raises(UsageError, match="which documents"):
        run("cases", "purge", "--yes", "--why", "all")


def test_the_trail_is_proved_and_a_head_is_kept(url, tmp_path):
    run("audit", "head", "--out", tmp_path / "heads")
    head = re.match(r"[0-9a-f]{64}", (tmp_path / "heads").read_text())[0]
    assert f"3 rows, head {head}" in run("audit", "verify", "--head", head)
    with pytest.raises(AuditError, match="1 finding"):
        run("audit", "verify", "--head", "0" * 64)
    with pytest.raises(AuditError, match="2 findings"):
        run("audit", "verify", "--pictures")
    store = open_store(url)
    with store.engine.begin() as connection:
        connection.execute(sa.text("UPDATE decisions SET ruling = 'forged'"))
    store.close()
    done = CliRunner().invoke(app, ["audit", "verify"])
    assert isinstance(done.exception, AuditError)
    assert done.stdout == "Decision 3 on document 2 was changed.\n"
    assert done.exception.exit_code == 37


def test_no_store_is_a_sentence(monkeypatch, tmp_path):
    monkeypatch.delenv("DOCSCAN_STORE", raising=False)
    with pytest.raises(UsageError, match="Name the case store"):
        run("cases", "list")
    with pytest.raises(StoreNotFound):
        run("cases", "list", "--store", tmp_path / "none.db")
    assert list(tmp_path.iterdir()) == []


def test_check_looks_numbers_up_and_writes_nothing(tmp_path, monkeypatch):
    scan, watchlist, url = tmp_path / "one.png", tmp_path / "list.csv", str(tmp_path / "cases.db")
    scan.write_bytes(cheap_scans.png(1))
    watchlist.write_text("state,type,first,last,kind\nUTO,P,S1000000,S1999999,stolen blank\n")
    run("batch", scan, "--store", url, "--workers", 0)
    before = run("audit", "head", "--store", url)
    report = json.loads(run("check", scan, "--json", "--store", url, "--watchlist", watchlist))
    found = {finding["check"]: finding for finding in report["findings"]}
    assert found["history.number"]["code"] == "number_seen_before"
    assert (found["history.watchlist"]["outcome"], found["history.watchlist"]["code"]) == ("fail", "number_listed")
    assert report["verdict"]["outcome"] in ("refer", "suspect")
    assert "history.watchlist" in [reason["check"] for reason in report["verdict"]["reasons"]]
    assert run("audit", "head", "--store", url) == before
    assert "finished" in run("cases", "runs", 1, "--store", url)
    assert [json.loads(line)["pages"] for line in run("cases", "runs", "--json", "--store", url).splitlines()] == [1]
