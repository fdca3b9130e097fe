"""The network as GraphML and as a page: whole, readable by others, and deaf to what documents say."""

import io
import sys
from pathlib import Path

import networkx
import pytest

sys.path.insert(0, str(Path(__file__).parent))
from simulated import Workshop, model

from docscan.errors import OutputError
from docscan.series import joining, network

HOSTILE = '<script>alert("1")</script>\x00\x1b[31m\u202e]]>&'


@pytest.fixture(scope="module")
def linked():
    shop = Workshop(1)
    return dict(enumerate(joining.find([shop.document() for _ in range(5)], model()), start=1))


@pytest.fixture
def nodes():
    return {i: network.Node(f"{HOSTILE}{i}", {"state": "UTO", "holder": HOSTILE}) for i in range(5)}


def test_graphml_is_read_back_with_every_document_and_link(nodes, linked):
    graph = networkx.read_graphml(io.BytesIO(network.graphml(nodes, linked)))
    assert len(graph) == 5
    assert graph.number_of_edges() == len(linked[1].links)
    assert all(data["log10_lr"] >= joining.LINK for *_, data in graph.edges(data=True))
    assert {data["series"] for _, data in graph.nodes(data=True)} == {1}


def test_the_page_runs_nothing_and_shows_texts_as_texts(nodes, linked):
    page = network.html(nodes, linked, 9)
    assert "<script" not in page
    assert "&lt;script&gt;" in page
    assert "default-src 'none'" in page
    assert not any(mark in page for mark in ("\x00", "\x1b", "\u202e"))
    assert page.count("<circle") == 5


def test_a_drawing_stays_within_its_frame_and_is_the_same_each_time(nodes, linked):
    one, other = (network.drawing(1, nodes, linked[1]) for _ in range(2))
    assert one == other
    assert all(0 <= dot.x <= network.WIDTH and 0 <= dot.y <= network.HEIGHT for dot in one.dots)


def test_a_page_without_series_says_so():
    assert "0 of 0 documents" in network.html({}, {}, 0)


def test_a_place_that_cannot_be_written_is_a_sentence(tmp_path):
    with pytest.raises(OutputError, match="cannot be written"):
        network.write(b"", tmp_path / "none" / "x.html")
