"""The formats of Doc 9303: physical size and shape of the MRZ."""

from enum import StrEnum


class Format(StrEnum):
    TD1 = "TD1"
    TD2 = "TD2"
    TD3 = "TD3"
    MRV_A = "MRV-A"
    MRV_B = "MRV-B"
    FRA_ID = "FRA-ID"
    """French national identity card of 1988-2021: TD2's size and line length, an order of fields of its own."""

    @property
    def size_mm(self) -> tuple[float, float]:
        """Nominal width and height of the document in millimetres (Doc 9303 parts 4-7, section 2)."""
        return _SIZE_MM[self]

    @property
    def rows(self) -> int:
        return 3 if self is Format.TD1 else 2

    @property
    def columns(self) -> int:
        """Characters a line."""
        return _COLUMNS[self]


_SIZE_MM = {
    Format.TD1: (85.6, 54.0),
    Format.TD2: (105.0, 74.0),
    Format.TD3: (125.0, 88.0),
    Format.MRV_A: (120.0, 80.0),
    Format.MRV_B: (105.0, 74.0),
    Format.FRA_ID: (105.0, 74.0),
}
_COLUMNS = {
    Format.TD1: 30,
    Format.TD2: 36,
    Format.TD3: 44,
    Format.MRV_A: 44,
    Format.MRV_B: 36,
    Format.FRA_ID: 36,
}
