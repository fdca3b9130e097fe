"""Documents say what the code does: every command, option, exit code, check and finding has its place."""

import ast
import re
from pathlib import Path

import pytest
import typer

from docscan import errors
from docscan.checks import registry
from docscan.cli import app
from docscan.report import Report

ROOT = Path(__file__).resolve().parent.parent
CLI = (ROOT / "docs/cli.md").read_text(encoding="utf-8")
CHECKS = (ROOT / "docs/checks.md").read_text(encoding="utf-8")


def _tree(error):
    return [error, *(below for child in error.__subclasses__() for below in _tree(child))]


@pytest.mark.parametrize("error", [e for e in _tree(errors.DocscanError) if "exit_code" in vars(e)][1:])
def test_each_exit_code_has_its_row_and_its_place_in_the_tree(error):
    assert re.search(rf"^\| {error.exit_code} \|.*\({error.__name__}\)", CLI, re.MULTILINE)
    assert re.search(rf"{error.__name__} +{error.exit_code} ", errors.__doc__)


def test_no_two_errors_share_an_exit_code():
    codes = [e.exit_code for e in _tree(errors.DocscanError) if "exit_code" in vars(e)]
    assert len(codes) == len(set(codes))


def test_each_command_and_option_is_described():
    root = typer.main.get_command(app)
    commands = {f"docscan {name}": command for name, command in root.commands.items()}
    groups = {name: command for name, command in commands.items() if hasattr(command, "commands")}
    for name, group in groups.items():
        del commands[name]
        commands |= {f"{name} {sub}": command for sub, command in group.commands.items()}
    for name, command in commands.items():
        assert f"`{name}" in CLI, name
        for option in (o for p in command.params for o in p.opts if o.startswith("--") and o != "--help"):
            assert option in CLI, (name, option)


@pytest.mark.parametrize("check", registry.ALL, ids=lambda check: check.name)
def test_each_check_is_described_with_its_measures_and_codes(check):
    section = re.search(rf"^## `{re.escape(check.name)}`\n(.*?)(?=^## |\Z)", CHECKS, re.MULTILINE | re.DOTALL)
    assert section, f"docs/checks.md has no section on {check.name}"
    for measure in check.measures:
        assert f"`{measure}`" in section[1], measure


def test_each_finding_code_is_described():
    for path in (ROOT / "docscan/checks").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.keyword) and node.arg == "code" and isinstance(node.value, ast.Constant):
                assert f"`{node.value.value}`" in CHECKS, f"{path.name}: {node.value.value}"


def test_the_schema_is_the_reports():
    import json

    assert json.loads((ROOT / "docs/report.schema.json").read_text(encoding="utf-8")) == Report.model_json_schema(
        mode="serialization"
    ), "run scripts/make_docs"
