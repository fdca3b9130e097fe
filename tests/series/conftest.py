"""Two samples examined once for all tests of this room."""

from datetime import date
from pathlib import Path

import numpy as np
import pytest

from docscan import templates
from docscan.pipeline import Inspection, Settings, examine
from docscan.series import Profile, profile_of

SAMPLES = Path(__file__).resolve().parents[2] / "samples"


@pytest.fixture(scope="session")
def inspections() -> dict[str, Inspection]:
    """Of a genuine passport and of a counterfeit of the same model."""
    settings = Settings(templates=templates.load_all([]), on=date(2026, 6, 1))
    files = {"genuine": "01-passport.jpg", "counterfeit": "22-counterfeit.jpg"}
    return {name: next(examine(SAMPLES / file, settings)) for name, file in files.items()}


@pytest.fixture(scope="session")
def profiles(inspections) -> dict[str, Profile]:
    return {name: profile_of(one.exam, one.report.findings) for name, one in inspections.items()}


@pytest.fixture
def rng():
    return np.random.default_rng(5)
