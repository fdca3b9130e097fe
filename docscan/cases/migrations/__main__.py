"""Writes the next migration from what docscan/cases/tables.py says and the migrations do not yet:

python -m docscan.cases.migrations "What changes"
"""

import sys
import tempfile
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from docscan.cases.store import open_store

config = Config()
config.set_main_option("script_location", str(Path(__file__).parent))
config.set_main_option("file_template", "%%(rev)s_%%(slug)s")
number = f"{int(ScriptDirectory.from_config(config).get_current_head() or 0) + 1:04}"
with tempfile.TemporaryDirectory() as folder, open_store(str(Path(folder) / "cases.db")).writing() as session:
    config.attributes["connection"] = session.connection()
    command.revision(config, sys.argv[1], autogenerate=True, rev_id=number)
