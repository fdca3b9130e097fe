from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docscan.checks.mrz_codes import MrzCodes
from docscan.document import Examination, Finding, Outcome
from docscan.icao import Format, build

Examine = Callable[..., Examination]
check = MrzCodes()
ON = date(2026, 3, 1)


def passport(
    issuer: str = "LKA", nationality: str = "LKA", code: str = "PP", expires: str = "300101", surname: str = "Perera"
) -> tuple[str, ...]:
    return build(
        Format.TD3,
        document_code=code,
        issuing_state=issuer,
        surname=surname,
        given_names="Anna",
        document_number="N1234567",
        nationality=nationality,
        date_of_birth="740812",
        sex="F",
        date_of_expiry=expires,
    )


def by_code(exam: Examination) -> dict[str, Finding]:
    return {finding.code: finding for finding in check(exam)}


def test_codes_that_exist(examine: Examine) -> None:
    findings = list(check(examine(passport(nationality="XXA"))))
    assert [(f.outcome, f.code) for f in findings] == [
        (Outcome.PASS, "issuing_state_known"),
        (Outcome.PASS, "nationality_known"),
        (Outcome.PASS, "document_code_right"),
    ]
    assert findings[0].message == "The issuing State LKA is that of Sri Lanka."
    assert findings[2].message == "The document code PP is right: ordinary passport."
    assert all(finding.measures == {"codes_wrong": 0.0} for finding in findings)


def test_nothing_read(examine: Examine) -> None:
    assert list(by_code(examine(None))) == ["no_mrz"]
    assert list(by_code(examine(["HELLO"]))) == ["no_codes"]


@pytest.mark.parametrize(
    ("issuer", "code", "said"),
    [
        ("WSA", "issuing_state_fantasy", "World Service Authority, which is no State"),
        ("QQQ", "issuing_state_unknown", "gives to no State"),
        ("BRD", "issuing_state_unknown", "that of no State or organization"),
        ("XXA", "issuing_state_person", "issues nothing"),
        ("IAO", "issuing_state_unprinted", "never printed"),
        ("SUN", "issuing_state_withdrawn", "withdrawn in 1992"),
        ("", "issuing_state_unknown", "is empty"),
    ],
)
def test_issuers_that_do_not_issue(examine: Examine, issuer: str, code: str, said: str) -> None:
    finding = by_code(examine(passport(issuer)))[code]
    assert finding.outcome is Outcome.FAIL
    assert said in finding.message
    assert finding.measures == {"codes_wrong": 1.0}
    assert finding.regions[0].label == "issuing State"
    assert finding.regions[0].box.x == 20 + 2 * 10
    assert finding.regions[1].label == "whole side"


def test_a_withdrawn_code_may_be_on_an_older_document(examine: Examine) -> None:
    assert by_code(examine(passport("ANT", expires="200101")))["issuing_state_withdrawn"].outcome is Outcome.UNSURE
    assert by_code(examine(passport("ANT", expires="300101")))["issuing_state_withdrawn"].outcome is Outcome.FAIL
    assert by_code(examine(passport(nationality="YUG")))["nationality_withdrawn"].outcome is Outcome.UNSURE


def test_a_code_that_may_be_misread_is_no_accusation(examine: Examine) -> None:
    exam = examine(passport("IKA"), doubts={(0, 2): (0.8, (("L", 0.19),))})
    finding = by_code(exam)["issuing_state_doubtful"]
    assert finding.outcome is Outcome.UNSURE
    assert finding.message.endswith(" It may be LKA.")
    assert "issuing_state_doubtful" in by_code(examine(passport("IKA"), detail=False))
    assert "issuing_state_unknown" in by_code(examine(passport("IKA"), doubts={(0, 2): (0.8, (("0", 0.1999),))}))


def test_an_enrolled_issuer_is_known_here(examine: Examine) -> None:
    findings = by_code(examine(passport("QQQ", "QQQ"), known_states=frozenset({"QQQ"})))
    assert findings["issuing_state_enrolled"].outcome is findings["nationality_enrolled"].outcome is Outcome.PASS


def test_a_specimen_is_told_not_accused(examine: Examine) -> None:
    utopia = list(check(examine(passport("UTO", "UTO"))))
    assert {finding.outcome for finding in utopia} == {Outcome.PASS}
    assert "no travel document" in utopia[0].message
    named = list(check(examine(passport("QQQ", "QQQ", surname="Specimen"))))
    assert [f.outcome for f in named] == [Outcome.UNSURE, Outcome.UNSURE, Outcome.PASS, Outcome.PASS]
    assert named[-1].code == "specimen"


def test_a_document_code_of_no_passport(examine: Examine) -> None:
    finding = by_code(examine(passport(code="I<")))["document_code_wrong"]
    assert finding.outcome is Outcome.FAIL
    assert finding.message == "The document code I< is not right. The document code of a passport begins with P."
    doubtful = by_code(examine(passport(code="F<"), doubts={(0, 0): (0.6, (("P", 0.4),))}))
    assert doubtful["document_code_doubtful"].message.endswith(" It may be P.")


@pytest.mark.parametrize(
    ("code", "expires", "printed", "outcome", "name"),
    [
        ("PB", "340101", {"date_of_issue": "01 JAN 2024"}, Outcome.PASS, "document_code_right"),
        ("PB", "360201", {"date_of_issue": "01 FEB 2026"}, Outcome.FAIL, "document_code_out_of_use"),
        ("PB", "340101", {}, Outcome.UNSURE, "document_code_depends"),
        ("P<", "360201", {"date_of_issue": "01 FEB 2026"}, Outcome.PASS, "document_code_right"),
        ("P<", "380101", {}, Outcome.FAIL, "document_code_out_of_use"),
        ("PB", "250101", {}, Outcome.PASS, "document_code_right"),
    ],
)
def test_the_second_letter_and_the_date_of_issue(
    examine: Examine, code: str, expires: str, printed: dict[str, str], outcome: Outcome, name: str
) -> None:
    finding = by_code(examine(passport(code=code, expires=expires), printed=printed))[name]
    assert finding.outcome is outcome


def test_a_date_of_issue_hard_to_read_does_not_decide(examine: Examine) -> None:
    exam = examine(passport(code="PB"), printed={"date_of_issue": "01 FEB 2026"}, printed_confidence=0.6)
    assert by_code(exam)["document_code_depends"].outcome is Outcome.UNSURE


def test_the_page_names_no_state(examine: Examine) -> None:
    printed = {"issuing_state": "British Honduras"}
    finding = by_code(examine(passport("BLZ"), printed=printed))["printed_issuer_fantasy"]
    assert finding.outcome is Outcome.FAIL
    assert "BRITISH HONDURAS" in finding.message
    assert finding.regions[0].box.x == 5
    exam = examine(passport("BLZ"), printed=printed, printed_confidence=0.5)
    assert by_code(exam)["printed_issuer_doubtful"].outcome is Outcome.UNSURE
    assert "printed_issuer_fantasy" not in by_code(examine(passport(), printed={"issuing_state": "Sri Lanka"}))


def test_cards_and_visas(examine: Examine) -> None:
    card = build(Format.TD1, document_code="IV", issuing_state="D", nationality="D", surname="A")
    findings = by_code(examine(card))
    assert findings["document_code_wrong"].message == (
        "The document code IV is not right. V must not be the second letter of the document code of a card."
    )
    assert findings["issuing_state_known"].message == "The issuing State D is that of Germany."
    visa = build(Format.MRV_B, document_code="VC", issuing_state="POL", nationality="UTO", surname="A")
    assert {finding.outcome for finding in check(examine(visa))} == {Outcome.PASS}


@given(st.lists(st.text("PVIUTO<19?", min_size=44, max_size=44), min_size=2, max_size=2))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_lines_get_an_answer(examine: Examine, lines: list[str]) -> None:
    findings = list(check(examine(lines)))
    assert findings
    assert all(finding.message.endswith(".") for finding in findings)


def test_a_country_by_its_two_letters_is_told_not_accused(examine: Examine) -> None:
    found = by_code(examine(passport(issuer="SI", nationality="SI")))
    assert found["issuing_state_of_two_letters"].outcome is Outcome.UNSURE
    assert "Slovenia" in found["nationality_of_two_letters"].message
    assert "issuing_state_of_two_letters" not in by_code(examine(passport(issuer="QQ")))
