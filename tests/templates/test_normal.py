import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from docscan.templates.normal import deviate, normal, of_many, of_squares


def test_a_spread_is_never_nothing() -> None:
    _, spread = normal([1.0, 1.0, 1.0], floor=0.2)
    assert spread >= 0.1


def test_one_misread_specimen_neither_hides_nor_drowns() -> None:
    _, without = normal([1.0, 1.1, 0.9, 1.05, 0.95, 1.0], floor=0.01)
    _, with_one = normal([1.0, 1.1, 0.9, 1.05, 0.95, 9.0], floor=0.01)
    assert without < with_one < np.std([1.0, 1.1, 0.9, 1.05, 0.95, 9.0], ddof=1)


def test_few_specimens_say_less() -> None:
    assert deviate(5.0, 0.0, 1.0, 3) < deviate(5.0, 0.0, 1.0, 30)


def test_many_specimens_approach_the_normal_deviate() -> None:
    assert deviate(2.0, 0.0, 1.0, 10_000) == pytest.approx(2.0, abs=0.01)


@given(st.floats(0.01, 50), st.floats(0.01, 10), st.integers(3, 40))
def test_the_sign_is_kept(value: float, spread: float, specimens: int) -> None:
    above, below = deviate(value, 0.0, spread, specimens), deviate(-value, 0.0, spread, specimens)
    assert above > 0
    assert below == -above


@given(st.floats(0, 20), st.integers(1, 1000))
def test_more_comparisons_never_raise_suspicion(z: float, comparisons: int) -> None:
    assert of_many(z, comparisons + 1) <= of_many(z, comparisons) <= z + 1e-9


def test_squares_of_normal_deviates_come_together_as_one():
    rng = np.random.default_rng(7)
    squares = (rng.normal(size=(20_000, 10)) ** 2).sum(axis=1)
    found = of_squares(squares, 10)
    assert abs(found.mean()) < 0.05
    assert abs(found.std() - 1) < 0.05
