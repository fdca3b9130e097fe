"""How words on a page are put in order."""

from docscan.geometry import Box
from docscan.reading.layout import Word, rows, segments


def test_words_of_one_row_are_read_from_left_to_right() -> None:
    """An engine that takes one row for several gives them in any order, none exactly as high as the others."""
    words = (
        Word("FEB", 0.96, Box(x=80, y=10, width=60, height=30), line=0),
        Word("12", 0.95, Box(x=10, y=13, width=40, height=29), line=1),
        Word("2022", 0.96, Box(x=170, y=11, width=80, height=31), line=0),
        Word("ZENITH", 0.9, Box(x=10, y=60, width=120, height=30), line=2),
    )
    placed = rows(segments(words))
    assert [" ".join(segment.text for segment in row) for row in placed] == ["12 FEB 2022", "ZENITH"]
