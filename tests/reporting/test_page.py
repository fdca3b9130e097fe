import re
from collections.abc import Callable
from html.parser import HTMLParser
from pathlib import Path

import pypdfium2
import pytest

from docscan.document import Decision
from docscan.errors import OutputError
from docscan.pipeline import Inspection
from docscan.reporting import page

Make = Callable[..., Inspection]


class Seen(HTMLParser):
    """Tags, attributes and visible text of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.links: list[str] = []
        self.handlers: list[str] = []
        self.text = ""
        self._hidden = False
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.text += " "
        self._hidden = tag == "style"
        self.links += [value or "" for name, value in attrs if name in ("src", "href", "srcset", "action")]
        self.handlers += [name for name, _ in attrs if name.startswith("on")]

    def handle_data(self, data: str) -> None:
        self.text += "" if self._hidden else data


def words(text: str) -> str:
    return " ".join(Seen(text).text.split())


def test_the_page_needs_nothing_from_outside(make: Make) -> None:
    html = page.html([make(), make(Decision.CLEAR, faces=2)])
    seen = Seen(html)
    assert all(link.startswith(("data:image/jpeg;base64,", "#document-")) for link in seen.links)
    assert not {"script", "link", "iframe", "object"} & set(seen.tags)
    assert not seen.handlers
    assert "url(" not in html
    assert "default-src 'none'" in html


def test_what_an_officer_needs_is_on_the_page(make: Make) -> None:
    html = page.html([make()])
    text = words(html)
    for expected in (
        "Suspect",
        "very high (98 %)",
        "The printed date of birth is not the one in the MRZ.",
        "expected 12 AUG 1974 seen 12 AUG 1994",
        "genuine",
        "MRZ against printed page",
        "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<",
        "line 2, character 8: C (62%), O (31%), Q (2%)",
        "This document model has no second portrait to compare with. portrait.ghost",
        "300 ppi",
        "UTO-P-2020, fit 0.93",
        "3b" * 32,
        "0.84 s",
        "A person decides.",
        "tesseract 5.3.0 reads",
    ):
        assert expected in text, expected
    assert "<mark>1994</mark>" in html
    assert "<u>C</u>" in html


def test_outcomes_are_told_by_sign_and_word(make: Make) -> None:
    signs = {Decision.CLEAR: "✓", Decision.REFER: "▲", Decision.SUSPECT: "■", Decision.UNREADABLE: "?"}
    for outcome, sign in signs.items():
        text = words(page.html([make(outcome)]))
        assert f"{sign} {outcome.value.capitalize()}" in text


def test_a_bad_picture_is_no_suspicion(make: Make) -> None:
    text = words(page.html([make(Decision.UNREADABLE)]))
    assert "likelihood" not in text
    assert "What to do 1 Glare covers the MRZ: tilt the document and take it again." in text


def test_texts_of_a_document_do_nothing(make: Make, hostile: str) -> None:
    html = page.html([make(text=hostile, path=f"{hostile}.jpg")])
    assert "script" not in Seen(html).tags
    text = words(html)
    assert "{{ 7*7 }}" in text
    assert "<script>alert(1)</script>" in text.replace("‹U+001B›", "")
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\u2028]", html)


def test_several_documents_have_a_list_in_front(make: Make) -> None:
    seen = Seen(page.html([make(), make(Decision.CLEAR)]))
    assert [link for link in seen.links if link.startswith("#")] == ["#document-1", "#document-2"]
    assert "nav" not in Seen(page.html([make()])).tags


def test_no_document_is_a_page_too() -> None:
    assert "main" in Seen(page.html([])).tags


def test_a_pdf_is_made_of_the_same_page(make: Make, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import socket

    def refuse(*_: object) -> None:
        raise AssertionError("the network was asked for something")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    out = tmp_path / "report.pdf"
    page.write_pdf([make()], out)
    assert out.read_bytes().startswith(b"%PDF-")
    with pypdfium2.PdfDocument(out) as pdf:
        shown = "".join(sheet.get_textpage().get_text_range() for sheet in pdf)
    assert "Suspect" in shown
    assert "A person decides." in shown


@pytest.mark.parametrize("write", [page.write_html, page.write_pdf])
def test_a_file_that_cannot_be_written_is_an_error(write: Callable[..., None], make: Make, tmp_path: Path) -> None:
    with pytest.raises(OutputError, match=r"x\.out cannot be written"):
        write([make()], tmp_path / "nosuch" / "x.out")


def test_html_is_written_as_it_is(make: Make, tmp_path: Path) -> None:
    inspection = make()
    page.write_html([inspection], tmp_path / "report.html")
    assert (tmp_path / "report.html").read_text(encoding="utf-8") == page.html([inspection])


def test_a_referred_document_says_who_handed_it_on(make: Make) -> None:
    from dataclasses import replace

    referral = page.Referral(document=7, by="<b>officer</b>", at="2026-06-01 10:00", note="Look at the portrait.")
    text = words(page.render([replace(page.sheet(make()), referral=referral)]))
    assert "number 7 in the case store By <b>officer</b>, 2026-06-01 10:00 Note Look at the portrait." in text


def test_a_sheet_travels_between_processes(make: Make) -> None:
    import pickle

    sheet = page.sheet(make())
    assert page.render([pickle.loads(pickle.dumps(sheet))]) == page.render([sheet])  # noqa: S301
