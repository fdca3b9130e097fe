"""Numbers seen before, and numbers on a list."""

import pytest
import sqlalchemy as sa

from docscan.cases import history, saving, searching, tables
from docscan.cases.engines import Engine
from docscan.cases.verifying import verify
from docscan.cases.watchlist import load
from docscan.checks.history_watchlist import HistoryWatchlist
from docscan.document import Decision, Outcome
from docscan.errors import WatchlistError

HEAD = "state,type,first,last,kind\n"


def finding(report):
    (found,) = (finding for finding in report.findings if finding.check == "history.number")
    return found


@pytest.fixture
def told(store, engine, make_report):
    """Saves documents and gives what history.number says of each in the end, with their outcomes."""

    def save(*documents):
        with store.writing() as session:
            for place, document in enumerate(documents, start=1):
                given = {"sha256": f"{place}" * 64, **document}
                saving.save(session, make_report(**given), engine, by="batch")
        with store.reading() as session:
            assert list(verify(session)) == []
            return [(found.outcome, finding(searching.report(found))) for found in searching.documents(session)]

    return save


ANNA = {"surname": "ERIKSSON", "given_names": "ANNA MARIA", "birth": "740812"}
JO = {"surname": "MUELLER", "given_names": "JO", "birth": "640101"}


def test_a_number_for_two_persons_flags_both_and_each_names_the_other(told):
    (one, first), (other, second) = told(ANNA, JO)
    assert (one, other) == (Decision.REFER, Decision.REFER)
    assert (first.outcome, first.code) == (Outcome.FAIL, "number_of_another_person")
    assert first.message == "The same number is in the case store for another person, as document 2."
    assert second.message == "The same number is in the case store for another person, as document 1."
    assert "MUELLER" not in first.message + first.expected


def test_the_store_says_the_same_whatever_came_first(told, store):
    ((_, a), (_, b), (_, c)) = told(ANNA, JO, ANNA)
    assert [f.code for f in (a, b, c)] == ["number_of_another_person"] * 3
    assert b.message == "The same number is in the case store for another person, as document 1, 3."
    assert a.message == c.message


@pytest.mark.parametrize(
    ("other", "code", "outcome"),
    [
        (ANNA, "number_seen_before", Outcome.PASS),
        (ANNA | {"given_names": "ANNA"}, "number_of_another_person", Outcome.UNSURE),
        (ANNA | {"birth": "740813"}, "number_of_another_person", Outcome.FAIL),
        (ANNA | {"expiry": "390101"}, "number_on_another_document", Outcome.UNSURE),
        (JO | {"confidence": 0.6}, "number_of_another_person", Outcome.UNSURE),
        (JO | {"state": "ZZA"}, "number_new", Outcome.PASS),
        (JO | {"number": "L898902C4"}, "number_new", Outcome.PASS),
    ],
)
def test_what_another_document_of_the_number_means(told, other, code, outcome):
    (_, first), (_, second) = told(ANNA, other)
    assert (second.code, second.outcome) == (code, outcome)
    assert (first.code, first.outcome) == (code, outcome)


def test_a_document_is_not_held_against_itself_by_another_engine(store, engine, make_report):
    with store.writing() as session:
        saving.save(session, make_report(**ANNA), engine, by="batch")
        saving.save(session, make_report(**ANNA), Engine({"docscan": "2"}, {}), by="batch")
    with store.reading() as session:
        assert [finding(searching.report(d)).code for d in searching.documents(session)] == ["number_new"] * 2


def test_without_an_mrz_nothing_is_looked_up(told):
    ((outcome, found),) = told({"with_mrz": False})
    assert (outcome, found.outcome, found.code) == (Decision.CLEAR, Outcome.NOT_DONE, "no_mrz")


def test_every_verdict_that_was_amended_is_in_the_trail(told, store):
    told(ANNA, JO)
    with store.reading() as session:
        rows = session.execute(sa.select(tables.Audit.subject, tables.Audit.why).order_by(tables.Audit.id)).all()
    assert rows == [("document 1", ""), ("document 2", ""), ("document 1", "document 2 has the same number")]


# --- the watchlist ----------------------------------------------------------------------------------------------------


@pytest.fixture
def listed(tmp_path):
    def make(*rows, head=HEAD):
        path = tmp_path / "list.csv"
        path.write_text(head + "\n".join(rows) + "\n", encoding="utf-8")
        return load(path)

    return make


def test_numbers_and_ranges_are_found_by_state_and_type(listed):
    numbers = listed(
        "UTO,P,L898902C3,,lost",
        "uto,,A 1234-500,A1234599,Stolen Blank",
        "UTO,P,A1234000,A1239999,revoked",
        "MYS,PD,100,199,stolen",
    )
    assert len(numbers) == 4
    assert numbers.find("UTO", "P", "L898902C3").kind == "lost"
    assert numbers.find("UTO", "PP", "l898902c3").kind == "lost"
    assert numbers.find("UTO", "I", "L898902C3") is None
    assert numbers.find("ZZA", "P", "L898902C3") is None
    assert numbers.find("UTO", "I", "A1234550").kind == "stolen_blank"
    assert numbers.find("UTO", "P", "A1234550").source.endswith("list.csv, line 3")
    assert numbers.find("UTO", "P", "A1235000").kind == "revoked"
    assert numbers.find("UTO", "P", "A12345") is None
    assert numbers.find("UTO", "P", "AA234550") is None
    assert numbers.find("MYS", "PD", "150").kind == "stolen"
    assert numbers.find("MYS", "P", "150") is None
    assert numbers.find("MYS", "PD", "") is None


def test_many_overlapping_ranges_answer_as_a_look_at_each_would(listed):
    ranges = [(first, first + 7 * (first % 13)) for first in range(100, 900, 11)]
    numbers = listed(*(f"UTO,P,{first},{min(last, 999)},lost" for first, last in ranges))
    for number in range(100, 1000):
        lines = [i for i, (first, last) in enumerate(ranges, start=2) if first <= number <= last]
        found = numbers.find("UTO", "P", str(number))
        assert (int(found.source.rsplit(" ", 1)[1]) if found else None) == min(lines, default=None), number


@pytest.mark.parametrize(
    ("row", "sentence"),
    [
        ("UTO,P,L898902C3,,gone", "line 3: The kind is none of lost, stolen, stolen_blank, revoked"),
        ("UTOPIA,P,L898902C3,,lost", "line 3: The state is not the code"),
        ("UTO,PASS,L898902C3,,lost", "line 3: The type is not a document code"),
        ("UTO,P,,,lost", "line 3: The first number is not one"),
        ("UTO,P,A200,A100,lost", "line 3: The last number comes before the first"),
        ("UTO,P,A200,2000,lost", "line 3: First and last number do not have letters and digits at the same places"),
        ("UTO,P,A200,lost", "line 3: The row does not have 5 columns"),
        ("UTO,P,A200,,lost,more", "line 3: The row does not have 5 columns"),
        ('UTO,P,"A200,,lost', "not a CSV file"),
    ],
)
def test_a_bad_row_is_named(listed, row, sentence):
    with pytest.raises(WatchlistError, match=sentence):
        listed("UTO,P,A100,,lost", row)


def test_a_file_that_is_no_list_is_refused(listed, tmp_path):
    with pytest.raises(WatchlistError, match="The heading lacks state, type, first, last, kind"):
        listed(head="number\n")
    (tmp_path / "picture.csv").write_bytes(b"\xff\xd8\xff\xe0")
    for path in (tmp_path / "picture.csv", tmp_path / "none.csv"):
        with pytest.raises(WatchlistError):
            load(path)


def test_a_listed_number_fails_only_where_it_is_surely_read(listed, make_report):
    numbers = listed("UTO,P,L898902C0,L898902C9,stolen_blank")
    for confidence, outcome in ((0.999, Outcome.FAIL), (0.6, Outcome.UNSURE)):
        exam = history.examination(make_report(confidence=confidence), watchlist=numbers)
        (found,) = HistoryWatchlist()(exam)
        assert (found.outcome, found.code) == (outcome, "number_listed")
        assert "stolen as a blank" in found.message
        assert found.expected == "L898902C0 - L898902C9"
        assert "L898902C3" not in found.message
    for report, asked, code in (
        (make_report(number="L77"), numbers, "number_not_listed"),
        (make_report(), None, "no_watchlist"),
        (make_report(with_mrz=False), numbers, "no_mrz"),
    ):
        (found,) = HistoryWatchlist()(history.examination(report, watchlist=asked))
        assert found.code == code
