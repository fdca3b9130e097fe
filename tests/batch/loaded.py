"""For processes that are killed: docscan imported and its models loaded before they are forked off."""

from datetime import date

from docscan import judging
from docscan.batch import executors, runs
from docscan.batch.examining import Setup, engine_of
from docscan.batch.progress import Quiet
from docscan.batch.running import Batch
from docscan.batch.sources import walk
from docscan.cases import open_store

SETUP = Setup(on=date(2026, 6, 1))
ENGINE = engine_of(SETUP)
judging.classifier.load()


class Telling(Quiet):
    """Tells through a pipe of each page that is done."""

    def __init__(self, pipe):
        super().__init__(0)
        self.pipe = pipe

    def page(self, *told, **known):
        self.pipe.send("page")

    def failed(self, *told):
        self.pipe.send("failed")


def run(url, pile, pipe):
    store = open_store(url)
    with store.writing() as session:
        begun = runs.begin(session, [pile], ENGINE, case="default", as_of=SETUP.on, by="anna")
    with executors.serial() as crew:
        Batch(store, begun, SETUP, crew, Telling(pipe))(walk([pile], store.files))
