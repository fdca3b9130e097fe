"""The comb and its reading, on answers made up here: no network takes part."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from docscan.reading.mrz.decode import NOTHING, SYMBOLS, UNREADABLE, Response, decode

STRIDE = 4
LINE = "L898902C36UTO7408122F1204159ZE184226B<<<<<10"


def answer(text, centres, width, *, sure=0.98, unseen=()):
    """What a perfect network says about `text` printed at `centres`."""
    cells = (np.arange(width // STRIDE) + 0.5) * STRIDE
    centres = np.asarray(centres, float)
    away = centres[None] - cells[:, None]
    nearest = np.abs(away).argmin(axis=1)
    away = away[np.arange(len(cells)), nearest]
    centre = np.exp(-(np.maximum(np.abs(away) - 2, 0) ** 2) / 8)
    centre[np.isin(nearest, unseen)] = 0.01
    p = np.full((len(cells), NOTHING + 1), (1 - sure) / NOTHING)
    own = [SYMBOLS.index(text[i]) if abs(d) < 10 else NOTHING for i, d in zip(nearest, away, strict=True)]
    p[np.arange(len(cells)), own] = sure
    return Response(
        stride=STRIDE,
        centre=centre,
        offset=np.clip(away, -6, 6),
        middle=np.full(len(cells), 15.0),
        cap=np.full(len(cells), 21.0),
        log_symbol=np.log(p),
    )


def test_reads_what_stands_on_an_even_comb():
    centres = 50 + 21.3 * np.arange(44)
    reading = decode(answer(LINE, centres, 1040))
    assert reading.chars == LINE
    assert np.abs(reading.centres + 0.5 - centres).max() < 0.5  # decode counts from the middle of the first pixel
    assert reading.pitch == pytest.approx(21.3, abs=0.05)
    assert reading.score > 0.9
    np.testing.assert_allclose(reading.probabilities.sum(axis=1), 1)
    np.testing.assert_allclose(reading.middles, 14.5)
    np.testing.assert_allclose(reading.caps, 21)


@pytest.mark.parametrize("bend", [-0.03, 0.03])
def test_follows_a_pitch_that_changes_along_the_line(bend):
    number = np.arange(44)
    centres = 60 + 20 * number + bend * number**2
    assert decode(answer(LINE, centres, int(centres[-1]) + 60)).chars == LINE


def test_reads_the_place_of_a_character_whose_centre_is_not_seen():
    centres = 50 + 21 * np.arange(44)
    reading = decode(answer(LINE, centres, 1020, unseen=(7, 8, 20)))
    assert reading.chars == LINE
    assert reading.seen[7] < 0.3 < reading.seen[6]


def test_a_character_out_of_its_place_is_reported_where_it_stands():
    centres = 50 + 21.0 * np.arange(44)
    centres[10] += 3
    reading = decode(answer(LINE, centres, 1020))
    assert reading.chars == LINE
    assert reading.centres[10] - reading.centres[9] == pytest.approx(24, abs=0.6)


@pytest.mark.parametrize("length", [30, 36, 44])
def test_finds_out_how_many_characters_the_line_has(length):
    text = LINE[:length]
    assert decode(answer(text, 50 + 21 * np.arange(length), 60 + 21 * (length + 2))).chars == text


def test_takes_any_length_where_none_is_given():
    text = LINE[:17]
    response = answer(text, 50 + 21 * np.arange(17), 450)
    assert decode(response, None).chars == text
    assert decode(response, (17,)).chars == text


def test_a_line_shorter_than_any_allowed_length_scores_low():
    text = LINE[:17]
    assert decode(answer(text, 50 + 21 * np.arange(17), 900)).score < 0.65


def test_doubt_between_two_symbols_is_kept():
    response = answer(LINE, 50 + 21 * np.arange(44), 1020)
    probabilities = np.exp(response.log_symbol)
    zero, letter = SYMBOLS.index("0"), SYMBOLS.index("O")
    told = probabilities[:, zero] > 0.5
    probabilities[told, zero], probabilities[told, letter] = 0.55, 0.43
    probabilities /= probabilities.sum(axis=1, keepdims=True)
    doubtful = Response(
        response.stride, response.centre, response.offset, response.middle, response.cap, np.log(probabilities)
    )
    reading = decode(doubtful)
    place = LINE.index("0")
    assert reading.chars[place] == "0"
    assert reading.probabilities[place, letter] == pytest.approx(0.43, abs=0.03)


def test_no_centres_no_reading():
    blank = answer(LINE, [-500.0] * 44, 400)
    assert decode(blank) is UNREADABLE
    assert decode(blank, None) is UNREADABLE


@settings(max_examples=150, deadline=None)
@given(
    centre=arrays(np.float64, 120, elements=st.floats(0, 1)),
    offset=arrays(np.float64, 120, elements=st.floats(-8, 8)),
    lengths=st.sampled_from([None, (30,), (30, 36, 44)]),
)
def test_whatever_the_network_says_a_reading_comes_back(centre, offset, lengths):
    flat = np.full((120, NOTHING + 1), -np.log(NOTHING + 1.0))
    reading = decode(Response(STRIDE, centre, offset, np.full(120, 16.0), np.full(120, 20.0), flat), lengths)
    assert 0 <= reading.score <= 1
    assert len(reading.chars) == len(reading.probabilities) == len(reading.centres) == len(reading.seen)
    assert np.isfinite(reading.centres).all()
    if reading.chars and lengths:
        assert len(reading.chars) in lengths
