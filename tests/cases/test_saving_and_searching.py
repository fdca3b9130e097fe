"""A report comes back as it was, once, and is found by what it says."""

from datetime import UTC, date, datetime, timedelta

import pytest
import sqlalchemy as sa

from docscan.cases import saving, searching, tables
from docscan.cases.deciding import Fraud, Ruling, decide, decisions, standing, tags
from docscan.cases.engines import Engine
from docscan.cases.searching import Filter
from docscan.document import Decision
from docscan.errors import NoSuchRecord, UsageError

NUL = "A\0B\ud800"


def found(store, **wanted):
    with store.reading() as session:
        assert searching.count(session, Filter(**wanted)) == len(list(searching.documents(session, Filter(**wanted))))
        return [document.id for document in searching.documents(session, Filter(**wanted))]


@pytest.fixture
def three(store, engine, make_report):
    people = (
        ("ERIKSSON", "ANNA MARIA", "L898902C3", "UTO", Decision.CLEAR),
        ("MUELLER", "JO", "AB1234567", "ZZA", Decision.SUSPECT),
        ("DE LA CRUZ", "ANNA", "100_000", "UTO", Decision.UNREADABLE),
    )
    with store.writing() as session:
        for place, (surname, given, number, state, outcome) in enumerate(people, start=1):
            report = make_report(
                surname=surname,
                given_names=given,
                number=number.replace("_", "X"),
                state=state,
                outcome=outcome,
                sha256=f"{place}" * 64,
            )
            saving.save(session, report, engine, by="batch", case="Seizure 7" if place < 3 else "Seizure 8")
    return store


def test_a_report_comes_back_as_it_was(store, engine, make_report):
    report = make_report(outcome=Decision.SUSPECT)
    with store.writing() as session:
        saved = saving.save(session, report, engine, by="batch", profile={"pitch": 2.54})
    with store.reading() as session:
        document = searching.document(session, saved.document)
        *others, looked_up = searching.report(document).findings
        assert searching.report(document) == report.model_copy(update={"findings": (*others, looked_up)})
        assert (tuple(others), looked_up.code) == (report.findings, "number_new")
        assert document.profile == '{"pitch":2.54}'
        assert (document.name, document.state) == ("ERIKSSON, ANNA MARIA", "UTO")


def test_it_is_kept_once_for_one_engine(store, engine, make_report):
    other = Engine({"docscan": "0.2.0"}, {"operating_point": "checkpoint"})
    with store.writing() as session:
        first = saving.save(session, make_report(), engine, by="batch")
        again = saving.save(session, make_report(outcome=Decision.SUSPECT), engine, by="batch")
        elsewhere = saving.save(session, make_report(), other, by="batch")
    assert first.new
    assert again == (first.document, False, Decision.CLEAR)
    assert elsewhere.new
    with store.reading() as session:
        assert session.execute(sa.select(sa.func.count(tables.Verdict.id))).scalar() == 2


def test_what_no_database_can_hold_is_replaced_in_the_columns_and_kept_in_the_report(store, engine, make_report):
    report = make_report()
    row = report.fields[1].model_copy(update={"printed": "A\0B"})
    report = report.model_copy(update={"fields": (report.fields[0], row)})
    with store.writing() as session:
        document = saving.save(session, report, engine, by=NUL, case=NUL).document
    with store.reading() as session:
        assert searching.report(searching.document(session, document)).fields == report.fields
        assert session.get(tables.Reading, (document, 2)).printed == "A\N{REPLACEMENT CHARACTER}B"


FOUND = (
    ({}, [1, 2, 3]),
    ({"state": "uto"}, [1, 3]),
    ({"number": "ab-123"}, [2]),
    ({"number": "%"}, [1, 2, 3]),
    ({"name": "anna"}, [1, 3]),
    ({"name": "maria anna"}, [1]),
    ({"name": "müller"}, [2]),
    ({"name": "%"}, []),
    ({"name": "_"}, []),
    ({"outcomes": frozenset({Decision.SUSPECT, Decision.UNREADABLE})}, [2, 3]),
    ({"reason": "mrz.check_digits"}, [2]),
    ({"reason": "check_digit_wrong"}, [2]),
    ({"reason": "' OR 1=1 --"}, []),
    ({"case": "Seizure 7"}, [1, 2]),
    ({"case": "Seizure 7", "state": "UTO"}, [1]),
    ({"decided": True}, []),
    ({"decided": False}, [1, 2, 3]),
)


def test_documents_are_found(three):
    for wanted, expected in FOUND:
        assert found(three, **wanted) == expected, wanted


def test_documents_are_found_by_the_day_of_their_examination(three):
    today = datetime.now(UTC).date()
    assert found(three, since=today - timedelta(days=1), until=today + timedelta(days=1)) == [1, 2, 3]
    assert found(three, since=date(2999, 1, 1)) == []
    assert found(three, until=date(2000, 1, 1)) == []


def test_a_page_of_the_list(three):
    with three.reading() as session:
        assert [document.id for document in searching.documents(session, limit=1, offset=1)] == [2]


def test_a_decision_stands_until_its_person_decides_again_or_withdraws(three):
    with three.writing() as session:
        decide(session, 2, Ruling.FORGED, by="anna", kind=Fraud.COUNTERFEIT, tags=["b", "a", "a"])
        decide(session, 2, Ruling.GENUINE, by="ben", note="Seen the original.")
        decide(session, 2, Ruling.WITHDRAWN, by="anna")
        decide(session, 2, Ruling.INCONCLUSIVE, by="ben")
    with three.reading() as session:
        assert [decision.ruling for decision in decisions(session, 2)] == [
            "forged",
            "genuine",
            "withdrawn",
            "inconclusive",
        ]
        assert tags(decisions(session, 2)[0]) == ["a", "b"]
        assert [(decision.by, decision.ruling) for decision in standing(session, 2)] == [("ben", "inconclusive")]
    assert found(three, decided=True) == [2]


def test_nobody_decides_on_what_is_not_there(three):
    with pytest.raises(NoSuchRecord, match="no document 99"), three.writing() as session:
        decide(session, 99, Ruling.FORGED, by="anna")
    with pytest.raises(UsageError), three.writing() as session:
        decide(session, 2, Ruling.GENUINE, by="anna", kind=Fraud.FANTASY)
