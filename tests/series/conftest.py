"""Two samples examined once for all tests of this room."""

from datetime import date
from pathlib import Path

import pytest

from docscan import templates
from docscan.pipeline import Settings, examine
from docscan.series import Profile, profile_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session")
def profiles() -> dict[str, Profile]:
    """Of a genuine passport and of a counterfeit of the same model."""
    settings = Settings(templates=templates.load_all([]), on=date(2026, 6, 1))
    found = {}
    for name, file in {"genuine": "01-passport.jpg", "counterfeit": "22-counterfeit.jpg"}.items():
        inspection = next(examine(SAMPLES / file, settings))
        found[name] = profile_of(inspection.exam, inspection.report.findings)
    return found
