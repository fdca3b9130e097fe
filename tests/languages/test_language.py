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
from docscan.languages.language import BLOT, SENTENCE, sentences
from docscan.reading import labels
from docscan.web import words

OTHERS = [code for code in LANGUAGES if code != "en"]
SAID = (
    "The portrait is not as on genuine specimens: the pattern printed over it.",
    "The check digit of the date of birth is printed as 3, but what it covers needs 4. No likely misreading "
    "explains it.",
    "The check digit of the whole MRZ is printed as 3, but what it covers cannot have one. The O in line 2, "
    "character 15 may be 0. More characters are in doubt.",
    "All 5 check digits fit.",
    "The check digit fits. In line 1, character 9, no check digit tells 8, S apart.",
    "The dates are possible. The holder is 51 years old. The document expired on 2012-04-15.",
    "The document expires 12.0 years after it was issued. Such documents of XXA are valid for 10.0 years at most.",
    "The surname on the page, as read, is not the one in the MRZ. The page was not read surely enough.",
    "Page and MRZ agree: surname, given names, date of birth.",
    "Take it again: the picture is blurred.",
    "The document is cut off at the left.",
    "The background below the field date of birth is not what genuine specimens show.",
    "The field surname is not written as on genuine specimens. Its letters are of another shape. Its ink is of another "
    "colour.",
    "The name may hold letters and fillers only. Line 3, character 4 is 0. It may be O.",
    "Line 2 of the MRZ is unlike the rest. It is printed in another strength.",
    "The watchlist has the number as stolen as a blank (XXA). The number is not surely read.",
)
SPEAKING = [path for pattern in catalogues.SPEAKING for path in sorted(catalogues.ROOT.glob(pattern))]


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
def test_everything_is_said(code):
    assert [m.id for m in catalogue(code) if m.id and not any(m.string)] == []


@pytest.mark.parametrize("code", OTHERS)
def test_each_sentence_is_said_by_its_own_translation(code):
    """None is taken for another one that has much the same words."""
    for message in catalogue(code):
        if message.context == SENTENCE:
            values = [f"{place}ZZ" if f"}} {{{place}}}" in message.id else f"{place}ZZ {place}ZZ" for place in range(9)]
            assert language(code).sentence(message.id.format(*values)) == capital(message, values), message.id


def capital(message, values):
    said = message.string.format(*values)
    return said[:1].upper() + said[1:] if message.id.format(*values)[:1].isupper() else said


@pytest.mark.parametrize("code", OTHERS)
@pytest.mark.parametrize("sentence", SAID)
def test_a_sentence_of_a_finding_is_taken_apart_and_said_anew(code, sentence):
    said = language(code).sentence(sentence)
    assert not set(re.findall("[a-z]{3,}", said)) & set(re.findall("[a-z]{3,}", sentence)) - {"digit", "format"}
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
                assert set(sentences(node.value.value)) <= known


def strings(path):
    """The strings of a module, those inside of f-strings and docstrings left out."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inside = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in ast.walk(node)}
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            yield node, catalogues._pattern(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in inside | silent:
            yield node, node.value


def alternatives(text):
    """Strings with letters that an f-string may put in, keys and formats left out."""
    for place in text.values if isinstance(text, ast.JoinedStr) else ():
        if isinstance(place, ast.FormattedValue):
            keys = {id(node.slice) for node in ast.walk(place.value) if isinstance(node, ast.Subscript)}
            for node in ast.walk(place.value):
                if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in keys:
                    yield from re.findall("[a-z].*", node.value)


FRAGMENT = re.compile(
    r"""
    ^[\s,;:.)].*[a-z]{2}       # goes on with what stands elsewhere
    | [a-z]{2}.*[\s,;:(]$      # is gone on with elsewhere
    | [a-z]\{\d+\}|\{\d+\}[a-z]  # a word of which only a part stands here
    | ^\{\d+\}[,;]\ (but|and|or|though)\ # a sentence put into a sentence
    | ^[A-Z][a-z]*\ .*[^.?]$    # begins as a sentence and does not end as one
    """,
    re.VERBOSE,
)


def fragments(text):
    parts = catalogues._BETWEEN_SENTENCES.split(text) if "\\" not in text else ()
    return [part for part in parts if FRAGMENT.search(part)]


@pytest.mark.parametrize("module", SPEAKING, ids=lambda path: path.name)
def test_what_checks_say_is_made_of_whole_phrases(module):
    """Only these can be said in a language that orders, bends or joins its words in another way."""
    for node, text in strings(module):
        if [*catalogues.sentences(ast.unparse(node))]:
            assert not [*alternatives(node)], ast.unparse(node)
        assert not fragments(text), text


@pytest.mark.parametrize(
    "source",
    [
        "f\"The document expire{'d' if old else 's'} on {day}.\"",
        "f\"The field is not as it was: its {', its '.join(said)}.\"",
        "'; but it may be another one'",
        "'The name is empty'",
        "f'{said}, but it is not surely read.'",
    ],
)
def test_a_fragment_is_seen(tmp_path, source):
    (tmp_path / "x.py").write_text(f"x = {source}")
    assert any([*alternatives(node), *fragments(text)] for node, text in strings(tmp_path / "x.py"))


def test_every_check_and_every_field_has_a_name_for_the_pages():
    assert {check.name for check in registry.ALL} < set(words.CHECKS)
    assert {name for names in labels.dictionary().values() for name in names} <= set(words.FIELDS)
