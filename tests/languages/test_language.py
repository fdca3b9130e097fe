"""What pages and findings say, in every language."""

import ast
import re
import sys
from pathlib import Path

import catalogues
import pytest
from babel.messages.pofile import read_po

from docscan.checks import registry
from docscan.languages import ENGLISH, LANGUAGES, language
from docscan.languages.language import BLOT, SENTENCE

OTHERS = [code for code in LANGUAGES if code != "en"]
SAID = (
    "The portrait is not as on genuine specimens: the pattern printed over it.",
    "The check digit of the date of birth is printed as 3, but what it covers cannot have one; its edge.",
    "All 5 check digits fit.",
    "The surname on the printed page is not the one in the MRZ as read, but the page was not read surely enough.",
    "Page and MRZ agree: surname, given names, date of birth.",
    "Take it again: the picture is blurred.",
    "The background below the field date of birth is not what genuine specimens show.",
)


def catalogue(code):
    with (catalogues.FOLDER / f"{code}.po").open("rb") as stream:
        return read_po(stream, locale=code)


def test_the_template_has_the_texts_of_the_pages_and_nearly_all_sentences():
    with catalogues.TEMPLATE.open("rb") as stream:
        kept = {(m.id, m.context) for m in read_po(stream)}
    said = {(m.id, m.context) for m in catalogues.template()}
    assert {m for m in said if m[1] is None} == {m for m in kept if m[1] is None}, "run scripts/catalogues"
    assert len(said & kept) > 0.9 * len(said), "run scripts/catalogues"


@pytest.mark.parametrize("code", OTHERS)
def test_each_translation_has_the_places_of_its_source(code):
    for message in catalogue(code):
        source = message.id if isinstance(message.id, str) else message.id[-1]
        for said in (message.string,) if isinstance(message.string, str) else message.string:
            if source and said:
                for place in (r"\{\d+\}", r"%\(\w+\)s"):
                    assert sorted(re.findall(place, said)) == sorted(re.findall(place, source)), source


@pytest.mark.parametrize("code", OTHERS)
def test_every_text_of_the_pages_is_said(code):
    assert [m.id for m in catalogue(code) if m.id and m.context != SENTENCE and not any(m.string)] == []


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("sentence", SAID)
def test_a_sentence_of_a_finding_is_taken_apart_and_said_anew(code, sentence):
    said = language(code).sentence(sentence)
    assert not set(re.findall("[a-z]{4,}", said)) & set(re.findall("[a-z]{4,}", sentence)) - {"digit", "format"}
    assert said.endswith(".")


@pytest.mark.parametrize("code", LANGUAGES)
def test_what_a_document_says_is_blotted_out(code):
    holder = "ZOUARI"
    masked = language(code).masked(f"The {holder} on the printed page is not the one in the MRZ.")
    assert holder not in masked
    assert BLOT in masked
    assert language(code).masked(SAID[0]) == language(code).sentence(SAID[0])


def test_english_and_unknown_languages_leave_it_as_it_is():
    assert ENGLISH.sentence("Anything at all.") == "Anything at all."
    assert language("xx").code == "en"


def test_every_message_that_is_one_text_is_in_the_template():
    known = {m.id for m in catalogues.template() if m.context == SENTENCE}
    for check in registry.ALL:
        module = sys.modules[type(check).__module__].__file__
        for node in ast.walk(ast.parse(Path(module).read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "message" and isinstance(node.value, ast.Constant):
                assert node.value.value in known
