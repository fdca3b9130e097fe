"""One language: its catalogue, and sentences put together from parts taken apart again."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from gettext import NullTranslations
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from babel.messages.catalog import Catalog

LANGUAGES = {"en": "English", "ms": "Bahasa Melayu", "si": "සිංහල", "ta": "தமிழ்"}
"""Each by the name that its speakers give it."""

SENTENCE = "finding"
"""Context under which catalogues hold what findings are made of."""
_PLACE = re.compile(r"\{(\d+)\}")
_NEXT_SENTENCE = re.compile(r"(?<=\.) (?=[A-Z])")
_DEEPEST = 4
BLOT = "▒▒▒"
"""In place of what is not to be seen."""
_SMALL = re.compile(r"\d{0,2}")
"""Numbers of lines and characters tell nothing about a holder."""
_JOINTS = ("; ", ": ", ", ")


@dataclass(frozen=True, eq=False)
class Language:
    code: str

    @property
    def name(self) -> str:
        return LANGUAGES[self.code]

    @cached_property
    def catalogue(self) -> NullTranslations:
        """For whoever speaks gettext."""
        return _catalogue(self.code)

    def say(self, text: str) -> str:
        """A text of the pages."""
        return self.catalogue.gettext(text) if text else text

    def masked(self, text: str) -> str:
        """The same as `sentence`, but whatever was put into it from a document is blotted out."""
        return _each(self, text, masked=True)

    def sentence(self, text: str) -> str:
        """What a finding says, put together in English: the pattern that each sentence was made by is found again, and
        its parts are said in this language as far as they are known."""
        return text if self.code == "en" else _each(self, text)

    @cached_property
    def patterns(self) -> tuple[tuple[re.Pattern[str], str], ...]:
        """What sentences are made by, and how each is said here; those with most words of their own first."""
        found = [(source, said) for source, said in _sentences(self.code) if said]
        found.sort(key=lambda pair: -len(_PLACE.sub("", pair[0])))
        return tuple((_pattern(source), said) for source, said in found)


@cache
def language(code: str) -> Language:
    """The language of that code; English for one that is not known."""
    return Language(code if code in LANGUAGES else "en")


ENGLISH = language("en")


def sentences(text: str) -> list[str]:
    """Each sentence of a text by itself: they are translated one by one."""
    return _NEXT_SENTENCE.split(text)


def _each(said_in: Language, text: str, masked: bool = False) -> str:
    return " ".join(_capital(_sentence(said_in, one, 0, masked), one) for one in sentences(text))


def _sentence(said_in: Language, text: str, depth: int, masked: bool = False) -> str:
    for pattern, said in said_in.patterns if depth < _DEEPEST else ():
        met = pattern.fullmatch(text)
        if met:
            parts = {name: _sentence(said_in, part, depth + 1, masked) for name, part in met.groupdict().items()}
            return _filled(said, parts)
    if text.endswith("."):
        return _sentence(said_in, text[:-1], depth, masked) + "."
    for joint in _JOINTS:
        if joint in text:
            return joint.join(_sentence(said_in, part, depth + 1, masked) for part in text.split(joint))
    return BLOT if masked and not _SMALL.fullmatch(text) else text


def _capital(said: str, source: str) -> str:
    """Begins with a capital where the source did."""
    return said[:1].upper() + said[1:] if source[:1].isupper() else said


def _filled(said: str, parts: Mapping[str, str]) -> str:
    return _PLACE.sub(lambda place: parts[f"p{place[1]}"], said)


def _pattern(source: str) -> re.Pattern[str]:
    pieces, at = [], 0
    for place in _PLACE.finditer(source):
        between = source[at : place.start()]
        one_word = at > 0 and between == " "  # of two values side by side the second is one: a code, a date
        value = r"\S+?" if one_word else ".+?"
        pieces += [re.escape(between), f"(?P<p{place[1]}>{value})"]
        at = place.end()
    return re.compile("".join([*pieces, re.escape(source[at:])]), re.DOTALL)


@cache
def _read(code: str) -> Catalog:
    from babel.messages.pofile import read_po

    name = "messages.pot" if code == "en" else f"{code}.po"
    with (files(__package__) / name).open("rb") as stream:
        return read_po(stream, locale=code)


def _catalogue(code: str) -> NullTranslations:
    import io

    from babel.messages.mofile import write_mo
    from babel.support import Translations

    if code == "en":
        return NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, _read(code))
    compiled.seek(0)
    translations: NullTranslations = Translations(compiled)
    return translations


def _sentences(code: str) -> Iterator[tuple[str, str]]:
    for message in _read(code):
        if message.context == SENTENCE and isinstance(message.id, str) and not message.fuzzy:
            yield message.id, message.id if code == "en" else str(message.string)
