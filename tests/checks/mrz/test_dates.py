from collections.abc import Callable
from datetime import date

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from docscan.checks.mrz_dates import MrzDates, likeliest_date
from docscan.checks.mrz_evidence import log_odds
from docscan.document import Examination, Finding, Outcome
from docscan.icao import Format, build, parse
from docscan.icao.dates import day_texts, read

Examine = Callable[..., Examination]
check = MrzDates()


def passport(birth: str = "740812", expiry: str = "300415", issuer: str = "UTO", code: str = "PP") -> tuple[str, ...]:
    return build(
        Format.TD3,
        document_code=code,
        issuing_state=issuer,
        surname="Eriksson",
        document_number="L898902C3",
        nationality=issuer,
        date_of_birth=birth,
        date_of_expiry=expiry,
    )


def only(exam: Examination) -> Finding:
    (finding,) = check(exam)
    return finding


def test_possible_dates(examine: Examine) -> None:
    finding = only(examine(passport()))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "dates_right")
    assert finding.message == (
        "The dates are possible. The holder is 51 years old. The document expires on 2030-04-15."
    )
    assert finding.measures == {"dates_wrong": 0.0, "validity_excess": 0.0}


def test_expired_is_told_not_suspected(examine: Examine) -> None:
    finding = only(examine(passport(expiry="120415")))
    assert (finding.outcome, finding.code) == (Outcome.PASS, "expired")
    assert finding.message.endswith("The document expired on 2012-04-15.")


def test_unknown_parts_are_no_fault(examine: Examine) -> None:
    assert only(examine(passport(birth="74<<<<"))).outcome is Outcome.PASS
    unknown = only(examine(passport(birth="<<<<<<", expiry="<<<<<<")))
    assert unknown.message == "The dates are possible."
    assert unknown.measures == {"dates_wrong": 0.0}


def test_nothing_read(examine: Examine) -> None:
    assert only(examine(None)).code == "no_mrz"
    assert only(examine(["HELLO"])).code == "no_dates"


@pytest.mark.parametrize("birth", ["741312", "740231", "74O812", "7408<2"])
def test_impossible_days(examine: Examine, birth: str) -> None:
    finding = only(examine(passport(birth=birth)))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "date_impossible")
    assert finding.message == f"The date of birth {birth} is no date. It is read as year, month, day."
    assert finding.seen == birth
    assert finding.measures["dates_wrong"] == 1
    assert finding.regions[0].box.x == 20 + 13 * 10
    assert only(examine(passport(birth=birth), detail=False)).outcome is Outcome.UNSURE


def test_an_impossible_day_may_be_misread(examine: Examine) -> None:
    finding = only(examine(passport(birth="740832"), doubts={(1, 17): (0.7, (("1", 0.29),))}))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "date_doubtful")
    assert finding.message.endswith(" It may be 740812.")


@pytest.mark.parametrize(
    ("birth", "doubts", "other"),
    [
        ("750229", {14: "4", 18: "8"}, "750228"),  # no leap year is as likely as another day
        ("750229", {14: "4", 18: "8", 13: "8"}, "750228"),
        ("750229", {14: "6"}, "760229"),
    ],
)
def test_a_29_february_of_a_common_year_may_be_another_day_or_year(
    examine: Examine, birth: str, doubts: dict[int, str], other: str
) -> None:
    exam = examine(passport(birth=birth), doubts={(1, at): (0.6, ((char, 0.39),)) for at, char in doubts.items()})
    field = parse(exam.reading.mrz.lines).field("date_of_birth")
    every = (f"{year:02}{day}" for year in range(100) for day in day_texts())
    dates = [text for text in every if read(text) is not None]
    odds, found = likeliest_date(exam, field)
    assert found == other
    assert odds == pytest.approx(log_odds(exam.reading.mrz, field.places, dates)[0])


def test_zeros_are_printed_by_some_issuers(examine: Examine) -> None:
    assert only(examine(passport(birth="740000"))).code == "date_with_zeros"
    assert only(examine(passport(birth="740000"))).outcome is Outcome.UNSURE


def test_expiry_before_birth(examine: Examine) -> None:
    lines = passport(birth="200101", expiry="150101")
    finding = only(examine(lines))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "expired_before_birth")
    assert finding.message.endswith("The holder may have been born a hundred years earlier.")
    sure = only(examine(lines, printed={"date_of_birth": "01 JAN 2020"}))
    assert (sure.outcome, sure.code) == (Outcome.FAIL, "expired_before_birth")
    old = only(examine(lines, printed={"date_of_birth": "01 JAN 1920"}))
    assert old.outcome is Outcome.PASS


@pytest.mark.parametrize(
    ("birth", "printed", "code"),
    [
        ("300101", {"date_of_birth": "01 JAN 2030"}, "born_in_future"),
        ("740812", {"date_of_issue": "01 APR 2026"}, "issued_in_future"),
        ("740812", {"date_of_issue": "16 APR 2030"}, "expired_before_issue"),
        ("200101", {"date_of_issue": "31 DEC 2019", "date_of_birth": "01 JAN 2020"}, "issued_before_birth"),
    ],
)
def test_impossible_orders(examine: Examine, birth: str, printed: dict[str, str], code: str) -> None:
    findings = {f.code: f for f in check(examine(passport(birth=birth, expiry="300415"), printed=printed))}
    assert findings[code].outcome is Outcome.FAIL
    assert findings[code].measures["dates_wrong"] >= 1
    assert findings[code].regions


def test_what_was_read_badly_or_under_a_wrong_digit_proves_nothing(examine: Examine) -> None:
    printed = {"date_of_issue": "01 APR 2026"}
    badly = only(examine(passport(), printed=printed, printed_confidence=0.5))
    assert (badly.outcome, badly.code) == (Outcome.UNSURE, "issued_in_future")
    upper, lower = passport()
    wrong_digit = only(examine((upper, lower[:27] + "0" + lower[28:]), printed=printed))
    assert wrong_digit.outcome is Outcome.UNSURE


def test_a_firmly_known_validity(examine: Examine) -> None:
    printed = {"date_of_issue": "15 APR 2024"}
    finding = only(examine(passport(issuer="MYS", expiry="340415"), printed=printed))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "validity_too_long")
    assert finding.message == (
        "The document expires 10.0 years after it was issued. "
        "Such documents of Malaysia are valid for 5.5 years at most."
    )
    assert finding.measures["validity_excess"] == pytest.approx(4.5, abs=0.01)
    assert only(examine(passport(issuer="MYS", expiry="291001"), printed=printed)).outcome is Outcome.PASS
    assert only(examine(passport(issuer="MYS", expiry="300115"), printed=printed)).outcome is Outcome.UNSURE


def test_without_a_date_of_issue_the_day_of_examination_is_the_latest_it_can_be(examine: Examine) -> None:
    finding = only(examine(passport(issuer="MYS", expiry="340415")))
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "validity_too_long")
    assert "after it was examined" in finding.message


def test_the_usual_validity_proves_nothing(examine: Examine) -> None:
    printed = {"date_of_issue": "15 APR 2020"}
    finding = only(examine(passport(issuer="QQQ", expiry="330415"), printed=printed))
    assert (finding.outcome, finding.code) == (Outcome.UNSURE, "validity_too_long")
    assert "seldom valid for more than 10.0 years" in finding.message
    assert only(examine(passport(issuer="QQQ", expiry="301015"), printed=printed)).outcome is Outcome.PASS


def test_the_french_card_prints_no_expiry(examine: Examine) -> None:
    lines = build(Format.FRA_ID, document_code="ID", issuing_state="FRA", surname="A", date_of_birth="651206")
    assert only(examine(lines)).message == "The dates are possible. The holder is 60 years old."


@given(st.text("0123456789<O?", min_size=6, max_size=6), st.text("0123456789<", min_size=6, max_size=6), st.text())
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
def test_any_dates_get_an_answer(examine: Examine, birth: str, expiry: str, issue: str) -> None:
    upper, lower = passport(expiry=expiry)
    lines = (upper, lower[:13] + birth + lower[19:])
    printed = {"date_of_issue": issue, "date_of_birth": issue}
    findings = list(check(examine(lines, printed=printed, on=date(2026, 3, 1))))
    assert findings
    assert all(set(finding.measures) <= set(check.measures) for finding in findings)
