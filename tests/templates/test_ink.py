"""A template takes its own print away, so that what is written on the ground can be read."""

import numpy as np
from cards import examination, rect_pixels, specimen
from specimens.draw import bare

from docscan.checks.template_grammar import TemplateGrammar
from docscan.document import Outcome, Template
from docscan.icao.transliteration import transliterate
from docscan.reading.viz import read_fields
from docscan.templates import inks

SEED = 40


def test_fields_over_guilloche_are_read_as_printed(template: Template) -> None:
    exam = examination(template, SEED)
    read = {field.name: field.text for field in read_fields(exam.document, None, inks(exam.match))}
    front = specimen(SEED).face("front")
    for name in ("surname", "given_names", "document_number", "date_of_expiry"):
        assert transliterate(read[name]) == transliterate(front.texts[name]), name


def emptied(pixels: np.ndarray, side: str) -> np.ndarray:
    """The card with its surname taken out and the ground below it whole."""
    if side == "front":
        rows, columns = rect_pixels(SEED, side, "surname")
        card = specimen(SEED)
        margin = 8
        at = (slice(rows.start - margin, rows.stop + margin), slice(columns.start - margin, columns.stop + margin))
        pixels[at] = bare(card.design, side, card.face(side).ppi, card.press, at)
    return pixels


def test_an_empty_field_that_is_never_empty_is_told(template: Template) -> None:
    genuine, forged = (TemplateGrammar()(examination(template, SEED, edit)) for edit in (None, emptied))
    assert "fields_filled" in {finding.code for finding in genuine}
    (finding,) = (finding for finding in forged if finding.measures.get("empty", 0) > 0)
    assert (finding.outcome, finding.code) == (Outcome.FAIL, "field_empty")
    assert "surname" in finding.message


def test_ink_is_bare_where_nothing_is_written(template: Template) -> None:
    written, empty = (inks(examination(template, SEED, edit).match)[0] for edit in (None, emptied))
    assert "surname" in written.places
    assert "surname" not in empty.places


def test_print_is_darker_than_paper_unless_it_is_lighter_than_what_is_around_it(template: Template) -> None:
    front = next(face for face in template.faces if face.side == "front")
    fields = [zone for zone in front.zones if zone.kind == "field"]
    assert len(fields) >= 6
    assert not any(zone.light_on_dark for zone in fields)


def test_without_template_there_is_no_ink() -> None:
    assert inks(None) == ()
