"""A run says what it left out, in its last line; `--all` leaves nothing out."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
TESTS = """
import sys
import pytest

def test_plain(): pass

@pytest.mark.needs("no-such-program")
def test_needs(): print("ran anyway")

@pytest.mark.slow
def test_slow(): pass
"""


@pytest.fixture
def project(tmp_path: Path) -> Path:
    shutil.copy(ROOT / "pyproject.toml", tmp_path)
    (tmp_path / "tests").mkdir()
    shutil.copy(ROOT / "tests" / "conftest.py", tmp_path / "tests")
    (tmp_path / "tests" / "test_some.py").write_text(TESTS, "utf-8")
    return tmp_path


def pytest_run(project: Path, *args: str) -> tuple[int, list[str]]:
    command = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider", *args]
    done = subprocess.run(command, cwd=project, capture_output=True, text=True, check=False)
    return done.returncode, done.stdout.splitlines()


def test_the_last_line_says_what_was_not_run_and_why(project: Path) -> None:
    code, lines = pytest_run(project)
    assert code == 0
    assert lines[-1] == "not run: 1 (needs no-such-program); 1 (slow); python3 dev.py test --all runs them"
    assert any("1 passed, 2 deselected" in line for line in lines)


def test_all_runs_the_slow_ones_and_fails_for_a_missing_program(project: Path) -> None:
    code, lines = pytest_run(project, "--all")
    assert code == 1
    assert any("2 passed, 1 error" in line for line in lines)
    assert any("needs no-such-program, which this machine does not have" in line for line in lines)
    assert lines[-1] == "not run: nothing was left out"


def test_an_unknown_marker_is_an_error(project: Path) -> None:
    (project / "tests" / "test_some.py").write_text(
        "import pytest\n@pytest.mark.neds('x')\ndef test_a(): pass\n", "utf-8"
    )
    assert pytest_run(project)[0] != 0
