"""Every way docscan can fail, each with an exit code and a remedy.

    DocscanError
    ├── UsageError              2   the command or call does not make sense
    ├── SourceError                 the file that was handed in
    │   ├── SourceNotFound     10   no such path
    │   ├── NotAFile           11   a folder, FIFO, socket or device
    │   ├── NotPermitted       12   the file may not be read
    │   ├── EmptySource        13   0 bytes, or no page or pixel in it
    │   ├── UnknownKind        14   not a picture or PDF that docscan opens
    │   ├── DamagedSource      15   cut off or corrupt
    │   ├── EncryptedSource    16   needs a password
    │   ├── SourceTooLarge     17   more pixels, pages or bytes than the limit
    │   └── ArchiveRefused     18   a ZIP that is no archive of scans, or beyond the limits
    ├── ModelError             20   a file in models/ is missing or not the one its manifest names
    ├── TemplateError          21   a template folder cannot be used
    ├── EnrolmentError         22   specimens from which no template can be learned
    ├── StateDataError         23   a mistake in a state's TOML
    ├── EngineError            24   an external program is missing, too old or failed
    ├── OutputError            25   a report or template cannot be written
    ├── StoreError                  the case store
    │   ├── StoreNotFound      30   no store can be at this URL, or its server does not answer
    │   ├── StoreNotPermitted  31   the store may not be opened or written
    │   ├── StoreBusy          32   another program holds the store locked
    │   ├── StoreFull          33   no room left for the store or its pictures
    │   ├── StoreTooNew        34   written by a newer docscan
    │   ├── StoreDamaged       35   not a case store, or damaged
    │   └── NoSuchRecord       36   no document, case, run or picture of that name in the store
    ├── AuditError             37   the audit trail is not whole
    ├── BundleError            38   not an evidence bundle, or one that was changed
    ├── WatchlistError         39   a mistake in a watchlist
    └── BatchError                  one page of a batch, or those who work on it
        ├── PageTooSlow        40   examining it took longer than the limit
        ├── PageTooHungry      41   examining it needs more memory than the limit
        ├── WorkerDied         42   the process that examined it died, twice
        ├── WorkerDiffers      43   a machine of the cluster has other versions than this one
        └── NoScheduler        44   no Dask scheduler answers

The library raises; the command line turns an error into its exit code and its sentence. Messages name files and
keys, never what a document says about its holder.
"""

from typing import ClassVar


class DocscanError(Exception):
    """Base of all errors; `str(error)` is one sentence, `remedy` says what to do about it."""

    exit_code: ClassVar[int] = 70
    remedy: ClassVar[str] = "Please report this with the command that caused it."


class UsageError(DocscanError):
    exit_code = 2
    remedy = "See --help."


class SourceError(DocscanError):
    """The file that was handed in cannot be examined."""


class SourceNotFound(SourceError):
    exit_code = 10
    remedy = "Check the path."


class NotAFile(SourceError):
    exit_code = 11
    remedy = "Give the files themselves."


class NotPermitted(SourceError):
    exit_code = 12
    remedy = "Ask for read permission on the file."


class EmptySource(SourceError):
    exit_code = 13
    remedy = "Scan the document again."


class UnknownKind(SourceError):
    exit_code = 14
    remedy = "Give a JPEG, PNG, TIFF, BMP, WebP, HEIC or PDF."


class DamagedSource(SourceError):
    exit_code = 15
    remedy = "Copy or scan it again."


class EncryptedSource(SourceError):
    exit_code = 16
    remedy = "Save it without a password first."


class SourceTooLarge(SourceError):
    exit_code = 17
    remedy = "Scan at 600 ppi or less, one page of A3 at most."


class ArchiveRefused(SourceError):
    exit_code = 18
    remedy = "Unpack it and give the folder."


class ModelError(DocscanError):
    exit_code = 20
    remedy = "Install docscan again, or make the model anew with the command in models/MODEL_CARD.md."


class TemplateError(DocscanError):
    exit_code = 21
    remedy = "Enrol the template again."


class EnrolmentError(DocscanError):
    exit_code = 22
    remedy = "Give at least 3 scans of genuine specimens of one document model."


class StateDataError(DocscanError):
    exit_code = 23
    remedy = "Correct the file; docscan/states/README.md describes each key."


class EngineError(DocscanError):
    exit_code = 24
    remedy = "Run scripts/setup."


class OutputError(DocscanError):
    exit_code = 25
    remedy = "Choose a folder that exists and may be written to."


class StoreError(DocscanError):
    """The case store cannot do what is asked of it."""


class StoreNotFound(StoreError):
    exit_code = 30
    remedy = "Give --store a file, such as cases.db, or a postgresql:// URL whose server runs."


class StoreNotPermitted(StoreError):
    exit_code = 31
    remedy = "Ask for write permission on the file and its folder, or for an account on the server."


class StoreBusy(StoreError):
    exit_code = 32
    remedy = "Wait until the other program is done; on many machines use PostgreSQL."


class StoreFull(StoreError):
    exit_code = 33
    remedy = "Make room and run the same command again: it goes on where it was."


class StoreTooNew(StoreError):
    exit_code = 34
    remedy = "Use the docscan that wrote it, or a newer one."


class StoreDamaged(StoreError):
    exit_code = 35
    remedy = "Name another file, or restore the store from its last copy."


class NoSuchRecord(StoreError):
    exit_code = 36
    remedy = "`docscan cases list` and `docscan cases runs` say what is there."


class AuditError(DocscanError):
    exit_code = 37
    remedy = "Keep the store as it is, and compare it with its last copy and the heads that were written out."


class BundleError(DocscanError):
    exit_code = 38
    remedy = "Ask for the bundle again."


class WatchlistError(DocscanError):
    exit_code = 39
    remedy = "Correct the row; docs/cases.md describes the columns."


class BatchError(DocscanError):
    """One page of a batch cannot be examined, or nobody is there to do it."""


class PageTooSlow(BatchError):
    exit_code = 40
    remedy = "Look at the file; --page-seconds allows more time."


class PageTooHungry(BatchError):
    exit_code = 41
    remedy = "Look at the file; --page-memory allows more."


class WorkerDied(BatchError):
    exit_code = 42
    remedy = "Look at the file, and keep it: whatever kills a decoder is worth a report."


class WorkerDiffers(BatchError):
    exit_code = 43
    remedy = "Install the same docscan, models and templates on all machines."


class NoScheduler(BatchError):
    exit_code = 44
    remedy = "Start one with `dask scheduler` and give its address, for example tcp://10.0.0.5:8786."
