import io
import xml.etree.ElementTree as ET

from rich.console import Console

from docscan.document import Decision
from docscan.judging.assessment import Bin, Judged, assess
from docscan.judging.labels import Label
from docscan.reporting import evaluation, plots

HOSTILE = "<script>x</script>\x1b[31m"
FILES = [
    Judged(
        label=Label(file=f"{HOSTILE}{i}", truth="forged" if i % 2 else "genuine", attack=HOSTILE if i % 2 else ""),
        outcome=Decision.REFER if i % 3 == 0 else Decision.CLEAR,
        score=i / 20,
        first="mrz.print",
    )
    for i in range(20)
]


def test_the_terminal_shows_every_figure() -> None:
    out = io.StringIO()
    evaluation.show(assess(FILES, "checkpoint"), Console(file=out, width=130))
    text = out.getvalue()
    for word in ("AUC", "EER", "BPCER at APCER 5 %", "APCER at checkpoint", "Forgeries"):
        assert word in text
    assert "\x1b" not in text


def test_the_page_escapes_what_labels_say() -> None:
    page = evaluation.html(assess(FILES, "checkpoint"), FILES)
    assert "<script>" not in page
    assert "\x1b" not in page
    assert page.count("<svg") == 2
    assert "Genuine files that are flagged: 4" in page
    assert "Forged files that are clear: 7" in page


def test_plots_are_well_formed_and_stay_in_their_frame() -> None:
    curve = [(0.0, 1.0), (0.01, 0.2), (1.0, 0.0)]
    bins = [Bin(score=0.05, forged=0.0, files=10), Bin(score=0.95, forged=1.0, files=3)]
    for drawn in (plots.det(curve), plots.reliability(bins)):
        svg = ET.fromstring(drawn)  # noqa: S314 - drawn here
        line = next(e for e in svg.iter("polyline") if e.get("class") == "curve")
        for point in line.get("points", "").split():
            x, y = map(float, point.split(","))
            assert plots.LEFT <= x <= plots.SIZE
            assert 0 <= y <= plots.SIZE - plots.BOTTOM


def test_nothing_to_plot_is_no_plot() -> None:
    assert plots.det(()) == ""
    assert plots.reliability(()) == ""
