"""Writes docscan/languages/messages.pot from the code and pages, and brings each language's catalogue up to it.

scripts/catalogues            writes them
scripts/catalogues --check    says what is missing, and fails where the template is not the code's

Texts of pages are gettext's; what sentences of findings are made of is collected from the f-strings of the rooms that
say them, under the context "finding", each inserted part as {0}, {1} ...
"""

from __future__ import annotations

import argparse
import ast
import io
import itertools
import re
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po, write_po

from docscan.checks import registry
from docscan.icao import codes
from docscan.languages.language import LANGUAGES, SENTENCE
from docscan.reporting import wording
from docscan.series.wording import SCALE, strength
from docscan.version import VERSION
from docscan.web import measures, words

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / "docscan" / "languages"
TEMPLATE = FOLDER / "messages.pot"
SPEAKING = (
    "docscan/checks/*.py",
    "docscan/intake/quality.py",
    "docscan/judging/verdict.py",
    "docscan/icao/codes.py",
    "docscan/icao/mrz.py",
    "docscan/errors.py",
)
"""Where sentences for a person at a document are made."""
HEADER = """# What docscan says. Apache 2.0, as all of docscan.
# Drafted without native speakers, and not yet reviewed by any: corrections are welcome.
#"""
_PLACE = re.compile(r"\{\d+\}")
_BETWEEN_SENTENCES = re.compile(r"(?<=\.) (?=[A-Z{])|(?<=^\{0\}) (?=[A-Z])")
"""Some of them are put in as they are."""
JINJA = {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true", "trimmed": "true"}


def template() -> Catalog:
    """All that can be said."""
    made = Catalog(project="docscan", fuzzy=False, charset="utf-8")
    for folder, methods in (
        ("docscan/web", [("**.py", "python"), ("pages/**.j2", "jinja2")]),
        ("docscan/reporting", [("pages/**.j2", "jinja2")]),
    ):
        options = {"pages/**.j2": JINJA}
        for file, _, message, comments, context in extract_from_dir(
            ROOT / folder, method_map=methods, options_map=options
        ):
            made.add(message, locations=[(f"{folder}/{file}", None)], auto_comments=comments, context=context)
    signs = (*wording.DECISIONS.values(), *wording.OUTCOMES.values())
    texts = [text for sign in signs for text in (sign.word, sign.meaning)]
    texts += [*wording.AGREEMENT.values(), *wording.FACES.values(), *wording.OPERATING_POINTS.values()]
    for text in texts:
        made.add(text, locations=[("docscan/reporting/wording.py", None)])
    for name in words.FIELDS:
        made.add(wording.field_name(name), locations=[("docscan/web/words.py", None)])
    for pattern in SPEAKING:
        for path in sorted(ROOT.glob(pattern)):
            for text in sentences(path.read_text(encoding="utf-8")):
                made.add(text, locations=[(str(path.relative_to(ROOT)), None)], context=SENTENCE)
    for text in (wording.UNDER, wording.OVER, wording.WIDTH, wording.PLACE):
        made.add(text, locations=[("docscan/reporting/wording.py", None)], context=SENTENCE)
    for _, word in wording._LIKELIHOODS:
        made.add(f"{word} ({{0}})", locations=[("docscan/reporting/wording.py", None)], context=SENTENCE)
    for least, _ in SCALE:
        made.add(strength(least), locations=[("docscan/series/wording.py", None)], context=SENTENCE)
    for check in registry.ALL:
        for measure in check.measures:
            made.add(measures.in_words(measure), locations=[("docscan/web/measures.py", None)])
    for type_of_passport in codes.passport_types().values():
        made.add(type_of_passport, locations=[("docscan/icao/data/codes.toml", None)], context=SENTENCE)
    for name in words.FIELDS:
        made.add(name.replace("_", " "), locations=[("docscan/web/words.py", None)], context=SENTENCE)
    return made


def sentences(source: str) -> Iterator[str]:
    """What the strings of a module say: texts of several words, and words that are put into them."""
    tree = ast.parse(source)
    silent = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}  # docstrings
    inside = {
        id(part)
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr)
        for part in node.values
        if isinstance(part, ast.Constant)
    }
    for node in ast.walk(tree):
        if isinstance(node, ast.JoinedStr):
            text = _pattern(node)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in silent | inside:
            text = node.value
        else:
            continue
        for one in _BETWEEN_SENTENCES.split(text):
            said = _PLACE.sub("", one)
            several = isinstance(node, ast.JoinedStr) or " " in said.strip()
            if several and re.search("[a-z]{3}", said) and "_" not in said and one == one.strip() and "\\" not in one:
                yield _numbered(one)


def _pattern(node: ast.JoinedStr) -> str:
    parts, places = [], 0
    for part in node.values:
        if isinstance(part, ast.Constant):
            parts.append(str(part.value))
        else:
            parts.append(f"{{{places}}}")
            places += 1
    return "".join(parts)


def _numbered(text: str) -> str:
    """The same with its places counted from 0."""
    places = itertools.count()
    return _PLACE.sub(lambda _: f"{{{next(places)}}}", text)


def text_of(catalogue: Catalog) -> str:
    out = io.BytesIO()
    catalogue.project, catalogue.version, catalogue.fuzzy = "docscan", VERSION, False
    catalogue.msgid_bugs_address, catalogue.last_translator = "", ""
    catalogue.header_comment = HEADER
    write_po(out, catalogue, width=120, sort_output=True, omit_header=False, include_lineno=False)
    # The header's dates would make every run another file.
    return re.sub(r'"(POT-Creation|PO-Revision)-Date:.*\n', "", out.getvalue().decode())


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--check", action="store_true")
    check = parser.parse_args().check
    made = template()
    stale = not TEMPLATE.exists() or TEMPLATE.read_text(encoding="utf-8") != text_of(made)
    if not check:
        TEMPLATE.write_text(text_of(made), encoding="utf-8")
    elif stale:
        print("messages.pot is not what the code says: run scripts/catalogues.")
    for code in LANGUAGES:
        path = FOLDER / f"{code}.po"
        if code == "en":
            continue
        with path.open("rb") if path.exists() else io.BytesIO(b"") as stream:
            known = read_po(stream, locale=code)
        known.update(made, no_fuzzy_matching=True)
        known.obsolete.clear()
        if not check:
            path.write_text(text_of(known), encoding="utf-8")
        done = sum(bool(m.string) and any(m.string) for m in known if m.id)
        print(f"{LANGUAGES[code]}: {done} of {len(known)} said")
    return int(check and stale)


if __name__ == "__main__":
    sys.exit(main())
