"""The questions asked of a document, in the order in which a report lists them."""

from collections.abc import Sequence

from docscan.checks.base import Check
from docscan.checks.capture_recapture import CaptureRecapture
from docscan.checks.consistency_viz_mrz import VizMrz
from docscan.checks.format_geometry import FormatGeometry
from docscan.checks.history_number import HistoryNumber
from docscan.checks.history_portrait import HistoryPortrait
from docscan.checks.history_watchlist import HistoryWatchlist
from docscan.checks.image_compression import ImageCompression
from docscan.checks.image_copy_move import ImageCopyMove
from docscan.checks.image_noise import ImageNoise
from docscan.checks.mrz_check_digits import CheckDigits
from docscan.checks.mrz_codes import MrzCodes
from docscan.checks.mrz_dates import MrzDates
from docscan.checks.mrz_format import MrzFormat
from docscan.checks.mrz_print import MrzPrint
from docscan.checks.portrait_ghost import PortraitGhost
from docscan.checks.portrait_substitution import PortraitSubstitution
from docscan.checks.print_process import PrintProcess
from docscan.checks.state_document_number import StateDocumentNumber
from docscan.checks.state_personal_number import StatePersonalNumber
from docscan.checks.template_background import TemplateBackground
from docscan.checks.template_claim import TemplateClaim
from docscan.checks.template_grammar import TemplateGrammar
from docscan.checks.template_layout import TemplateLayout
from docscan.checks.template_relations import TemplateRelations
from docscan.checks.template_series import TemplateSeries
from docscan.checks.template_typeface import TemplateTypeface
from docscan.document import Examination, Finding

ALL: tuple[Check, ...] = (
    CheckDigits(),
    MrzFormat(),
    MrzCodes(),
    MrzDates(),
    StateDocumentNumber(),
    StatePersonalNumber(),
    VizMrz(),
    MrzPrint(),
    FormatGeometry(),
    TemplateClaim(),
    TemplateSeries(),
    TemplateBackground(),
    TemplateLayout(),
    TemplateTypeface(),
    TemplateGrammar(),
    TemplateRelations(),
    PortraitSubstitution(),
    PortraitGhost(),
    PrintProcess(),
    ImageNoise(),
    ImageCopyMove(),
    ImageCompression(),
    CaptureRecapture(),
    HistoryNumber(),
    HistoryPortrait(),
    HistoryWatchlist(),
)


def run(exam: Examination, others: Sequence[Check] = ()) -> tuple[Finding, ...]:
    """The findings on one document of every check, and of `others` besides."""
    return tuple(finding for check in (*ALL, *others) for finding in check(exam))
