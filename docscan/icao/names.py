"""The name field of the MRZ: taking it apart, laying a name out in it, and what truncation allows.

Rules: Doc 9303 Part 3 section 4.6; truncation Part 4 section 4.2.3, Part 5 4.2.3, Part 6 4.2.3, Part 7 4.2.3.
"""

from itertools import product
from typing import NamedTuple

from docscan.icao.check_digits import FILLER, LETTERS
from docscan.icao.transliteration import transliterate, transliterations

SEPARATOR = FILLER * 2
"""Between primary and secondary identifier."""


class Names(NamedTuple):
    """The components of a name field as printed."""

    primary: tuple[str, ...]
    secondary: tuple[str, ...]
    maybe_truncated: bool
    """The field ends in a letter: the name must be treated as cut, even if it only just fits."""


def split(field: str) -> Names:
    """The components of a printed name field; whatever follows the first double filler is secondary."""
    primary, _, secondary = field.strip(FILLER).partition(SEPARATOR)
    return Names(_parts(primary), _parts(secondary), field[-1:] in LETTERS and field != "")


def _parts(text: str) -> tuple[str, ...]:
    return tuple(part for part in text.split(FILLER) if part)


def lay_out(surname: str, given_names: str, width: int) -> str:
    """A name field of exactly `width` characters for names as the page prints them, truncated where it must be."""
    return fit(_parts(transliterate(surname)), _parts(transliterate(given_names)), width)


def fit(primary: tuple[str, ...], secondary: tuple[str, ...], width: int) -> str:
    """Components of A-Z laid out in exactly `width` characters.

    A name that does not fit loses letters of its longest primary components until the first letter of the secondary
    identifier fits, then its end; a cut name always fills the field and ends in a letter.
    """
    whole = _joined(primary, secondary)
    if len(whole) <= width:
        return whole.ljust(width, FILLER)
    first, second = list(primary), list(secondary)
    while second and len(FILLER.join(first)) + len(SEPARATOR) + 1 > width:
        _shorten(first)
    while (cut := _joined(tuple(first), tuple(second))[:width])[-1:] == FILLER:
        # The last position would be a filler: one letter less before it moves the next component's first letter in.
        _shorten(first if max(map(len, first), default=0) > 1 or not second else second)
    return cut.ljust(width, FILLER)


def _joined(primary: tuple[str, ...], secondary: tuple[str, ...]) -> str:
    return SEPARATOR.join(filter(None, (FILLER.join(primary), FILLER.join(secondary))))


def _shorten(components: list[str]) -> None:
    """Takes the last letter of the (last) longest component; of single letters the last one goes."""
    longest = max(range(len(components)), key=lambda index: (len(components[index]), index))
    if len(components[longest]) > 1:
        components[longest] = components[longest][:-1]
    else:
        components.pop()


def must_be_cut(surname: str, given_names: str, width: int) -> bool:
    """Whether names that the page prints are too long for `width` characters in every transliteration."""
    first, second = (min(map(len, transliterations(name))) for name in (surname, given_names))
    return first + second + (len(SEPARATOR) if first and second else 0) > width


def could_print(surname: str, given_names: str, field: str) -> bool:
    """Whether the standard lets names that the page prints become the printed name `field`.

    Any recommended transliteration will do. Only a name that does not fit may be cut; then components may lose
    letters at their ends, the last components may be missing, and the field ends in a letter.
    """
    return any(
        _could_become(_parts(first), _parts(second), field)
        for first, second in product(transliterations(surname), transliterations(given_names))
    )


def _could_become(primary: tuple[str, ...], secondary: tuple[str, ...], field: str) -> bool:
    whole = _joined(primary, secondary)
    if len(whole) <= len(field):
        return whole.ljust(len(field), FILLER) == field
    printed = split(field)
    return (
        printed.maybe_truncated
        and _joined(printed.primary, printed.secondary) == field
        and _shortened(printed.primary, primary)
        and _shortened(printed.secondary, secondary)
        and bool(printed.secondary) == bool(secondary)
    )


def _shortened(printed: tuple[str, ...], whole: tuple[str, ...]) -> bool:
    return len(printed) <= len(whole) and all(
        full.startswith(short) for short, full in zip(printed, whole, strict=False)
    )
