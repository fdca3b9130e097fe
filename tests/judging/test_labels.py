from pathlib import Path

import pytest

from docscan.errors import UsageError
from docscan.geometry import Box
from docscan.judging import labels


def table(tmp_path: Path, text: str) -> Path:
    path = tmp_path / "labels.csv"
    path.write_text(text, encoding="utf-8")
    return path


def test_file_and_truth_are_enough(tmp_path: Path) -> None:
    rows = labels.read(table(tmp_path, "file,truth\na.jpg,genuine\nb.jpg, Forged \n"))
    assert [(row.file, row.forged) for row in rows] == [("a.jpg", False), ("b.jpg", True)]


def test_all_columns(tmp_path: Path) -> None:
    text = "file,truth,attack,skill,device,state,design,check,boxes,note\n"
    text += "a.jpg,forged,erasure,crude,phone,UTO,UTO-P-2020,template.background|mrz.print,1 2 3 4;5 6 7 8.5,?\n"
    (row,) = labels.read(table(tmp_path, text))
    assert (row.attack, row.skill, row.device, row.state) == ("erasure", "crude", "phone", "UTO")
    assert row.template == "UTO-P-2020"
    assert row.checks == ("template.background", "mrz.print")
    assert row.boxes == (Box(x=1, y=2, width=3, height=4), Box(x=5, y=6, width=7, height=8.5))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("file\na.jpg\n", "no column truth"),
        ("file,truth\n", "no rows"),
        ("", "no rows"),
        ("file,truth\na.jpg,maybe\n", "row 2, column truth"),
        ("file,truth\n,forged\n", "row 2, column file"),
        ("file,truth,boxes\na.jpg,genuine,\nb.jpg,forged,1 2 3\n", "row 3, column boxes"),
        ("file,truth,boxes\nb.jpg,forged,1 2 -3 4\n", "row 2, column boxes"),
        ("file,truth,boxes\nb.jpg,forged,1 2 nan 4\n", "row 2, column boxes"),
    ],
)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(UsageError, match=said):
        labels.read(table(tmp_path, text))


def test_a_table_that_is_none(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="cannot be read"):
        labels.read(tmp_path / "labels.csv")
    (tmp_path / "labels.csv").write_bytes(b"file,truth\n\xff\xfe,genuine\n")
    with pytest.raises(UsageError, match="UTF-8"):
        labels.read(tmp_path / "labels.csv")


def test_a_row_longer_than_its_heading_is_no_mistake(tmp_path: Path) -> None:
    assert len(labels.read(table(tmp_path, "file,truth\na.jpg,genuine,more,and more\n"))) == 1
