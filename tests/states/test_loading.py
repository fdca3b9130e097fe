"""A mistake in a file is an error that names file and key."""

from pathlib import Path

import pytest

from docscan.errors import StateDataError
from docscan.states import loading

GOOD = """
name = "Nowhere"
codes = ["XNW"]
kind = "specimen"
source = "invented"
"""
NUMBER = '\n[[numbers]]\ndocuments = ["P*"]\npattern = "A"\nsource = "s"\nconfidence = "soft"\n'


def write(folder: Path, text: str, name: str = "XNW.toml") -> Path:
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def test_a_good_file_is_read(tmp_path: Path) -> None:
    state = loading.read(write(tmp_path, GOOD + NUMBER))
    assert state.code == "XNW"
    assert state.numbers[0].matches("A")


@pytest.mark.parametrize(
    ("text", "key"),
    [
        (GOOD.replace('name = "Nowhere"', ""), "name"),
        (GOOD.replace('"specimen"', '"kingdom"'), "kind"),
        (GOOD.replace('["XNW"]', '["xnw"]'), "codes.0"),
        (GOOD + "capital = 'X'", "capital"),
        (GOOD + NUMBER.replace('"A"', '"("'), "numbers.0.pattern"),
        (GOOD + NUMBER.replace('"s"', '""'), "numbers.0.source"),
        (GOOD + NUMBER.replace('"soft"', '"sure"'), "numbers.0.confidence"),
        (GOOD + NUMBER.replace('["P*"]', '["p"]'), "numbers.0.documents.0"),
        (GOOD + NUMBER.replace('["P*"]', "[]"), "numbers.0.documents"),
        (GOOD + NUMBER + "issued_from = 2020-02-01\nissued_until = 2020-01-01\n", "numbers.0"),
        (GOOD + '[[validity]]\ndocuments=["P"]\nmonths=0\nsource="s"\nconfidence="soft"', "validity.0.months"),
        (GOOD + '[[national_numbers]]\nname="n"\nrule="x.y"\nsource="s"\nconfidence="soft"', "national_numbers.0.rule"),
        (GOOD.replace('["XNW"]', '["XNX"]'), "codes"),
    ],
)
def test_a_mistake_names_file_and_key(tmp_path: Path, text: str, key: str) -> None:
    with pytest.raises(StateDataError) as caught:
        loading.read(write(tmp_path, text))
    assert str(caught.value).startswith(f"XNW.toml: {key}:")


def test_what_is_no_toml_names_the_file(tmp_path: Path) -> None:
    with pytest.raises(StateDataError, match=r"^XNW\.toml: "):
        loading.read(write(tmp_path, "name = "))


def test_what_is_no_text_names_the_file(tmp_path: Path) -> None:
    path = tmp_path / "XNW.toml"
    path.write_bytes(b"name = '\xff'")
    with pytest.raises(StateDataError, match=r"^XNW\.toml: "):
        loading.read(path)


def test_two_files_may_not_share_a_code(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, GOOD, "XNW-XNX.toml")
    write(tmp_path, GOOD, "XNW.toml")
    monkeypatch.setattr(loading, "DATA", tmp_path)
    loading._files.cache_clear()
    try:
        with pytest.raises(StateDataError, match="XNW is already in"):
            loading.load("XNW")
    finally:
        loading._files.cache_clear()
