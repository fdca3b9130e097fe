"""The same picture under another identity is found in the store, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest

from docscan.cases import saving
from docscan.cases.engines import Engine
from docscan.cases.history import InStore
from docscan.checks.history_portrait import HistoryPortrait
from docscan.document import Outcome


@pytest.fixture
def keep(store, make_report):
    """Puts a profile into the store, as another person's document."""

    def put(profile, **about):
        report = make_report(**{"surname": "SOMEBODY", "given_names": "ELSE", "sha256": "7" * 64} | about)
        with store.writing() as session:
            kept = profile.model_dump(mode="json")
            saving.save(session, report, Engine({"docscan": "0.1.0"}, {}), by="test", profile=kept)

    return put


def answer(exam, store):
    (finding,) = HistoryPortrait()(replace(exam, history=InStore(store) if store else None))
    return finding


def test_the_same_portrait_in_another_persons_document_fails(inspections, profiles, store, keep):
    keep(profiles["genuine"])
    finding = answer(inspections["genuine"].exam, store)
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "portrait_of_another_person")
    assert "document 1" in finding.message
    assert finding.regions
    assert finding.measures == {"other_identities": 1.0}


def test_another_face_passes(inspections, profiles, store, keep):
    keep(profiles["counterfeit"])
    assert answer(inspections["genuine"].exam, store).code == "portrait_new"


def test_the_holders_own_document_seen_again_passes(inspections, profiles, store, keep):
    read = inspections["genuine"].report.mrz
    fields = {field.name: field.text.rstrip("<") for field in read.fields}
    names = next(line for line in read.lines)[5:].strip("<").split("<<")
    keep(
        profiles["genuine"],
        surname=names[0].replace("<", " "),
        given_names=names[1].replace("<", " "),
        birth=fields["date_of_birth"],
    )
    assert answer(inspections["genuine"].exam, store).code == "portrait_new"


def test_without_a_store_it_is_not_done(inspections):
    assert answer(inspections["genuine"].exam, None).code == "no_store"


def test_without_a_template_it_is_not_done(inspections, store):
    assert answer(replace(inspections["genuine"].exam, match=None), store).code == "no_portrait"
