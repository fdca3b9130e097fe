"""The recogniser as installed, on lines it never saw. Figures at length are in models/mrz.json."""

import json
from dataclasses import replace

import numpy as np
import pytest
from mrz_lines import glyphs, texts
from mrz_lines.conditions import Conditions
from mrz_lines.lines import laid_wrong, print_other
from mrz_lines.measure import flatbed, whole_line
from mrz_lines.stock import stock

from docscan import models
from docscan.errors import ModelError
from docscan.reading.mrz.decode import NOTHING, SYMBOLS
from docscan.reading.mrz.recognise import MODEL, _session, normalised, recognise, responses

SEED = 20_000


@pytest.fixture(scope="module")
def drawn():
    wrong = tuple(font for font in glyphs.WRONG if font.package in {"fonts-liberation", "fonts-dejavu-core"})
    return stock(SEED, size=12, wrong=wrong)


def scanned(number, drawn, ppi=300, write=texts.document_line, length=44, **printed):
    """A held-out line as a careful flatbed scan shows it."""
    rng = np.random.default_rng([SEED, number])
    text = write(rng, length)
    conditions = flatbed(ppi)(Conditions.draw(rng))
    conditions = replace(conditions, print=replace(conditions.print, wrong_font=False, **printed))
    return text, whole_line(text, conditions, drawn, rng)


def test_reads_scanned_lines_of_every_length_exactly(drawn):
    lines = [scanned(n, drawn, length=(30, 36, 44)[n % 3]) for n in range(45)]
    readings = recognise([line.strip for _, line in lines])
    wrong = sum(reading.chars != text for (text, _), reading in zip(lines, readings, strict=True))
    assert wrong <= 1


def test_random_strings_are_read_as_well_as_names(drawn):
    lines = [scanned(100 + n, drawn, write=texts.random_line) for n in range(30)]
    readings = recognise([line.strip for _, line in lines])
    errors = sum(
        len(text) if len(text) != len(reading.chars) else sum(a != b for a, b in zip(text, reading.chars, strict=True))
        for (text, _), reading in zip(lines, readings, strict=True)
    )
    assert errors / (30 * 44) < 0.01


def test_says_where_each_character_stands(drawn):
    for number in range(10):
        text, line = scanned(200 + number, drawn)
        (reading,) = recognise([line.strip], (len(text),))
        assert np.abs(reading.centres + 0.5 - line.centres).max() < 2.0
        assert np.abs(reading.middles + 0.5 - line.middles).mean() < 1.0
        assert np.abs(reading.caps - line.caps).mean() < 1.5


def test_distributions_add_up_and_scores_are_shares(drawn):
    _, line = scanned(300, drawn)
    (reading,) = recognise([line.strip])
    assert reading.probabilities.shape == (44, NOTHING + 1)
    np.testing.assert_allclose(reading.probabilities.sum(axis=1), 1)
    assert 0.8 < reading.score <= 1


def test_a_coarse_picture_makes_it_less_sure(drawn):
    def sureness(ppi):
        strips = [scanned(400 + n, drawn, ppi)[1].strip for n in range(10)]
        return np.mean([reading.probabilities.max(axis=1).mean() for reading in recognise(strips, (44,))])

    assert sureness(300) > sureness(40) + 0.05


def test_what_is_no_mrz_scores_low(drawn):
    strips = []
    for number in range(40):
        rng = np.random.default_rng([SEED, 500, number])
        strips.append(print_other(flatbed(300)(Conditions.draw(rng)), drawn, rng, width=960).strip)
    assert sum(reading.score > 0.5 for reading in recognise(strips)) <= 1


def lopsided(rng, length):
    """Symbols that look like no other one when turned or mirrored."""
    return "".join(rng.choice(list("FGJLPQR47"), length))


@pytest.mark.parametrize("way", [(-1, -1), (1, -1), (-1, 1)])
def test_a_line_laid_wrong_scores_lower_than_the_line(drawn, way):
    for number in range(10):
        _, line = scanned(600 + number, drawn, write=lopsided)
        right, wrong = recognise([line.strip, laid_wrong(line, way).strip])
        assert wrong.score < right.score - 0.2


def test_a_batch_reads_as_its_strips_do_alone(drawn):
    strips = [scanned(700 + n, drawn, length=length)[1].strip for n, length in enumerate((30, 44, 36))]
    for alone, together in zip([recognise([strip])[0] for strip in strips], recognise(strips), strict=True):
        assert alone.chars == together.chars
        np.testing.assert_allclose(alone.probabilities, together.probabilities, atol=2e-3)


@pytest.mark.parametrize("value", [0, 128, 255])
def test_blank_strips_have_no_reading(value):
    (reading,) = recognise([np.full((32, 900), value, np.uint8)])
    assert reading.score < 0.3


def test_noise_and_slivers_never_raise():
    rng = np.random.default_rng(0)
    for width in (1, 3, 17, 400, 3001):
        (reading,) = recognise([rng.integers(0, 256, (32, width), dtype=np.uint8)])
        assert reading.score < 0.5


def test_no_strips_no_readings():
    assert recognise([]) == []
    assert responses([]) == []


def test_normalised_is_blind_to_brightness_and_contrast():
    strip = np.random.default_rng(0).integers(0, 100, (32, 64)).astype(np.uint8)
    brighter = (strip + 100).astype(np.uint8)
    np.testing.assert_allclose(normalised(strip), normalised(brighter), atol=1e-4)


def test_symbols_are_the_37_of_the_standard():
    assert len(SYMBOLS) == len(set(SYMBOLS)) == 37


def test_the_card_speaks_of_the_model_that_is_installed():
    card = json.loads((models.folder() / "mrz.json").read_text(encoding="utf-8"))
    assert card["sha256"][:12] == models.version(MODEL)
    assert card["bytes"] == (models.folder() / MODEL).stat().st_size < 5_000_000


def test_another_model_than_the_manifest_names_is_refused(tmp_path, monkeypatch):
    (tmp_path / MODEL).write_bytes(b"something else")
    (tmp_path / "manifest.json").write_text(json.dumps({MODEL: "0" * 64}), encoding="utf-8")
    monkeypatch.setenv("DOCSCAN_MODELS", str(tmp_path))
    models.verified.cache_clear()
    _session.cache_clear()
    try:
        with pytest.raises(ModelError, match="is not the file"):
            recognise([np.zeros((32, 100), np.uint8)])
    finally:
        models.verified.cache_clear()
        _session.cache_clear()
