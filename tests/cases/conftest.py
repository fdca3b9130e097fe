import pytest

from docscan.cases.engines import Engine


@pytest.fixture
def engine():
    return Engine({"docscan": "0.1.0"}, {"operating_point": "checkpoint"})
