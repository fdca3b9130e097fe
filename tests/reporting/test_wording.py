import unicodedata
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.document import Decision, NotDone, Outcome, Symbol
from docscan.pipeline import Inspection
from docscan.reporting import wording


@pytest.mark.parametrize(
    ("probability", "words"),
    [
        (0.0, "very low (under 1 %)"),
        (0.012, "very low (1 %)"),
        (0.2, "low (20 %)"),
        (0.5, "moderate (50 %)"),
        (0.75, "high (75 %)"),
        (0.98, "very high (98 %)"),
        (0.9999, "very high (over 99 %)"),
        (1.0, "very high (over 99 %)"),
    ],
)
def test_likelihood(probability: float, words: str) -> None:
    assert wording.likelihood(probability) == words


def test_every_answer_has_its_own_sign_and_word() -> None:
    for enum, signs in ((Decision, wording.DECISIONS), (Outcome, wording.OUTCOMES)):
        assert set(signs) == set(enum)
        assert len({s.symbol for s in signs.values()}) == len({s.word for s in signs.values()}) == len(signs)


@pytest.mark.parametrize("sign", [*wording.DECISIONS.values(), *wording.OUTCOMES.values()])
def test_colours_are_readable_on_white(sign: wording.Sign) -> None:
    """WCAG 2.2, 1.4.3: large or bold text needs a contrast of 3, other text 4.5."""
    channels = [int(sign.colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    luminance = 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
    assert 1.05 / (luminance + 0.05) >= 4.5


def test_no_verdict_says_forged() -> None:
    assert not any("forged" in sign.meaning or "forged" in sign.word for sign in wording.DECISIONS.values())


@given(st.text())
def test_shown_text_holds_nothing_that_acts(text: str) -> None:
    assert not any(unicodedata.category(c)[0] == "C" or c in "\u2028\u2029" for c in wording.printable(text))


@given(st.text(st.characters(categories=("L", "N", "P", "Zs")), max_size=100))
def test_ordinary_text_is_shown_as_it_is(text: str) -> None:
    assert wording.printable(text) == text


@given(st.text(max_size=50), st.sets(st.integers(0, 60)))
def test_pieces_are_the_text(text: str, marked: set[int]) -> None:
    parts = wording.pieces(text, marked)
    assert "".join(p.text for p in parts) == "".join(wording.printable(c) for c in text)
    assert any(p.marked for p in parts) == any(i < len(text) for i in marked)


def test_doubts_name_place_and_alternatives() -> None:
    sure = Symbol(char="A", confidence=0.99)
    line = (sure, Symbol(char="0", confidence=0.6, runners_up=(("O", 0.39), ("Q", 0.001))))
    assert wording.doubtful(line) == {1}
    assert wording.doubts(((sure,), line)) == ("line 2, character 2: 0 (60%), O (39%)",)


def test_what_was_not_checked_is_said_once(make: Callable[..., Inspection]) -> None:
    report = make().report
    missing = [NotDone(check=f"template.{name}", code="no_template", message="No template.") for name in ("a", "b")]
    together = report.model_copy(update={"not_done": (missing[0], *report.not_done, missing[1])})
    assert wording.not_done(together) == (
        ("No template.", ("template.a", "template.b")),
        (report.not_done[0].message, ("portrait.ghost",)),
    )
