"""consistency.viz_mrz where the characters of a field were looked at one by one."""

import pytest
from pages import at, lines, row, shapes

from docscan.document import FieldReading, Outcome

PASS, FAIL, UNSURE = Outcome.PASS, Outcome.FAIL, Outcome.UNSURE


def seen(text: str, doubts: dict[int, dict[str, float]], confidence: float = 0.95) -> FieldReading:
    return at(text, "date_of_birth", confidence=confidence).model_copy(update={"symbols": shapes(text, doubts)})


@pytest.mark.parametrize("confidence", [0.3, 0.95])
def test_shapes_tell_lookalikes_apart(make_exam, confidence):
    """A 1 that is surely no 7 contradicts, whatever the engine's confidence."""
    found = row(make_exam(lines(), date_of_birth=seen("25 JAN 1981", {}, confidence)), "date_of_birth")
    assert (found.outcome, found.differs, found.distance) == (FAIL, (10,), pytest.approx(1 / 6, abs=0.01))


@pytest.mark.parametrize(
    ("printed", "differs"),
    [("00 JAN 1987", (0, 1)), ("25/51/1987", (3,)), ("1987-01-95", (8,)), ("01.52.1987", (3, 4))],
)
def test_a_day_that_no_calendar_has_contradicts(make_exam, printed, differs):
    """A copied digit often makes no date at all."""
    unseen = row(make_exam(lines(), date_of_birth=printed), "date_of_birth")
    assert unseen.outcome is UNSURE
    found = row(make_exam(lines(), date_of_birth=seen(printed, {})), "date_of_birth")
    assert (found.outcome, found.differs) == (FAIL, differs)


def test_a_year_that_is_surely_another_contradicts_though_the_day_cannot_be_read(make_exam):
    unseen = row(make_exam(lines(), date_of_birth=at("~v.01.1996", "date_of_birth", confidence=0.1)), "date_of_birth")
    assert unseen.outcome is UNSURE
    found = row(make_exam(lines(), date_of_birth=seen("~v.01.1996", {}, confidence=0.1)), "date_of_birth")
    assert (found.outcome, found.differs) == (FAIL, (8, 9))


def test_an_engine_alone_is_outvoted_by_mrz_and_shape(make_exam):
    """What is left then is the one character that is altered."""
    field = at("12349C1X8", "document_number", confidence=0.4)
    symbols = shapes("L2349C1X8", {0: {"L": 0.9, "1": 0.09}})
    found = row(make_exam(lines(), document_number=field.model_copy(update={"symbols": symbols})), "document_number")
    assert (found.outcome, found.printed, found.differs) == (FAIL, "L2349C1X8", (8,))


def test_a_month_that_is_no_word_is_read_by_shape(make_exam):
    field = at("25 JAV 1987", "date_of_birth", confidence=0.4)
    field = field.model_copy(update={"symbols": shapes("25 JAN 1987", {4: {"N": 0.7, "V": 0.29}})})
    found = row(make_exam(lines(), date_of_birth=field), "date_of_birth")
    assert (found.outcome, found.printed) == (PASS, "25 JAN 1987")


@pytest.mark.parametrize("printed", ["00 MAR 1987", "25", "87 51 36", "99/99/9999", "JAN JAN", "0025 JAN 1987 7"])
def test_what_is_no_altered_date_is_not_understood(make_exam, printed):
    assert row(make_exam(lines(), date_of_birth=seen(printed, {})), "date_of_birth").outcome is UNSURE


def test_shapes_that_are_in_doubt_too_leave_it_unsure(make_exam):
    found = row(make_exam(lines(), date_of_birth=seen("25 JAN 1981", {8: {"1": 0.9, "7": 0.1}})), "date_of_birth")
    assert (found.outcome, found.differs) == (UNSURE, (10,))


def test_shapes_put_an_engine_right(make_exam):
    """Both ways: what it misread agrees, and what it read as the MRZ has it does not."""
    misread = row(make_exam(lines(), date_of_birth=seen("25 JAN 1984", {8: {"7": 0.9999, "4": 1e-5}})), "date_of_birth")
    assert (misread.outcome, misread.printed) == (PASS, "25 JAN 1987")
    overlooked = row(
        make_exam(lines(), date_of_birth=seen("25 JAN 1987", {8: {"4": 0.9999, "7": 1e-5}})), "date_of_birth"
    )
    assert (overlooked.outcome, overlooked.printed) == (FAIL, "25 JAN 1984")


def test_shapes_for_the_mrz_make_a_clear_difference_doubtful(make_exam):
    found = row(make_exam(lines(), date_of_birth=seen("25 JAN 1984", {8: {"7": 0.8, "4": 0.19}})), "date_of_birth")
    assert found.outcome is UNSURE


def test_shapes_of_other_characters_than_the_engine_saw_say_nothing(make_exam):
    field = at("25 JAN 1981", "date_of_birth").model_copy(update={"symbols": shapes("25 JAN 19B1J", {})[2:]})
    assert row(make_exam(lines(), date_of_birth=field), "date_of_birth").outcome is UNSURE


def test_a_part_of_a_name_in_two_scripts_contradicts_nobody(make_exam):
    """The engine lost the half that the MRZ repeats; by shape both stand there."""
    field = at("ANNH", "given_names", confidence=0.87).model_copy(update={"symbols": shapes("ANNHANNA", {})})
    exam = make_exam(lines(given_names="Anna"), given_names=field)
    assert row(exam, "given_names").outcome is UNSURE
    whole = field.model_copy(update={"symbols": shapes("ANNH", {})})
    assert row(make_exam(lines(given_names="Anna"), given_names=whole), "given_names").outcome is FAIL


def test_shapes_do_not_overrule_a_doubt_in_the_mrz(make_exam):
    exam = make_exam(lines(), {(1, 14): (0.6, (("1", 0.39),))}, date_of_birth=seen("25 JAN 1981", {}))
    assert row(exam, "date_of_birth").outcome is UNSURE
