"""Fields that fell apart where all specimens have letters in common."""

from docscan.document import MrzReading, Zone
from docscan.geometry import Box
from docscan.icao.formats import Format
from docscan.templates import parted

HOLDERS = (("740812", "120415"), ("850103", "280926"), ("691130", "310718"))


def field(name: str, x: float, width: float, y: float = 40.0) -> Zone:
    return Zone(name=name, kind="field", box=Box(x=x, y=y, width=width, height=2.5))


DAY, YEAR, SEX = field("field_1", 30.0, 8.0), field("field_2", 41.0, 4.0), field("field_3", 49.0, 2.0)
BELOW = field("field_4", 30.0, 14.0, y=48.0)


def mrz(birth: str, expiry: str) -> MrzReading:
    lines = ("P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<", f"L898902C36UTO{birth}2F{expiry}9ZE184226B<<<<<10")
    return MrzReading(engine="test", format=Format.TD3, lines=lines)


MRZS = [mrz(*holder) for holder in HOLDERS]


def printed(date: str) -> tuple[str, str, str]:
    year, month, day = date[:2], date[2:4], date[4:]
    return day, month, year


def test_what_stands_close_in_one_row_may_be_one_field() -> None:
    rows = parted.rows((SEX, BELOW, YEAR, DAY))
    assert rows == [(DAY, YEAR, SEX)]
    assert parted.candidates(rows[0]) == {
        "field_1+field_2": (DAY, YEAR),
        "field_2+field_3": (YEAR, SEX),
        "field_1+field_2+field_3": (DAY, YEAR, SEX),
    }
    assert parted.whole((DAY, YEAR)) == Box(x=30.0, y=40.0, width=15.0, height=2.5)


def test_columns_far_apart_are_no_parts_and_pictures_no_fields() -> None:
    far = field("field_5", 60.0, 10.0)
    picture = DAY.model_copy(update={"name": "ghost", "kind": "ghost"})
    assert parted.rows((DAY, far, picture)) == []


def test_parts_belong_together_that_say_a_date_of_the_mrz_only_together() -> None:
    found = parted.candidates((DAY, YEAR, SEX))
    together, alone = [], []
    for _, expiry in HOLDERS:
        day, month, year = printed(expiry)
        whole = f"{day}/{month}/20{year}"
        together.append({"field_1+field_2": whole, "field_1+field_2+field_3": f"{whole} F"})
        alone.append({"field_1": f"{day}/{month}/", "field_2": year, "field_3": "F"})
    assert parted.belonging(found, together, alone, MRZS) == [(DAY, YEAR)]


def test_a_field_that_says_it_alone_is_left_alone() -> None:
    found = parted.candidates((DAY, YEAR))
    texts = ["/".join([*printed(expiry)[:2], f"20{expiry[:2]}"]) for _, expiry in HOLDERS]
    together = [{"field_1+field_2": f"{text} B12"} for text in texts]
    alone = [{"field_1": text, "field_2": "B12"} for text in texts]
    assert parted.belonging(found, together, alone, MRZS) == []


def test_without_an_mrz_nothing_is_joined() -> None:
    found = parted.candidates((DAY, YEAR))
    together = [{"field_1+field_2": "15/04/2012"}] * 3
    assert parted.belonging(found, together, [{}] * 3, [None] * 3) == []
