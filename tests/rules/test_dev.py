"""The set-up script and the lock it installs from."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

import conftest
import dev

ROOT = Path(__file__).resolve().parents[2]
LOCKS = [dev.RUN, dev.DEV]


def locked(name: str) -> dict[str, set[str]]:
    """Package -> its locked versions: several where they differ by Python."""
    found: dict[str, set[str]] = {}
    for package, version in re.findall(r"^([a-z0-9-]+)==([^ ;\\]+)", (ROOT / name).read_text("utf-8"), re.MULTILINE):
        found.setdefault(package, set()).add(version)
    return found


def wanted(dependencies: list[str]) -> set[str]:
    return {re.split(r"[<>=~!; \[]", each)[0].lower().replace("_", "-") for each in dependencies}


@pytest.fixture
def called(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """Commands that would have been run; nothing is installed."""
    commands: list[list[str]] = []

    def call(command: list[Any], **_: Any) -> int:
        commands.append([str(part) for part in command])
        return 0

    monkeypatch.setattr(dev, "prepare", lambda lock: commands.append(["prepare", lock]))
    monkeypatch.setattr(dev, "call", call)
    monkeypatch.setattr(dev, "become", call)
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM", "CI"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    return commands


@pytest.mark.parametrize("name", LOCKS)
def test_the_lock_names_no_host_and_every_package_has_hashes(name: str) -> None:
    text = (ROOT / name).read_text("utf-8")
    assert "://" not in text
    assert "index" not in re.sub(r"^\S+==.*$", "", text, flags=re.MULTILINE)
    for block in re.split(r"^(?=\S)", text, flags=re.MULTILINE)[1:]:
        assert block.startswith("#") or "--hash=sha256:" in block, block


def test_what_pyproject_asks_for_is_locked_and_both_locks_agree() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
    run, everything = locked(dev.RUN), locked(dev.DEV)
    assert wanted(project["project"]["dependencies"]) <= run.keys()
    assert wanted(project["dependency-groups"]["dev"]) <= everything.keys()
    assert {name: everything.get(name) for name in run} == run


def test_a_program_that_a_test_may_need_can_be_installed() -> None:
    assert {program for programs in conftest.PROGRAMS.values() for program in programs} <= dev.PROGRAMS.keys()


def test_ci_calls_the_test_command_of_the_readme() -> None:
    assert "exec python3 dev.py test\n" in (ROOT / ".ci" / "run").read_text("utf-8")
    assert re.search(r"^\W*python3 dev\.py test\s*(#.*)?$", (ROOT / "README.md").read_text("utf-8"), re.MULTILINE)


def test_every_command_that_the_readme_names_is_there() -> None:
    named = set(re.findall(r"python3 dev\.py ([a-z-]+)", (ROOT / "README.md").read_text("utf-8")))
    assert {"run", "test"} <= named <= dev.COMMANDS.keys()
    assert all(re.search(rf"^{name}\b", str(dev.__doc__), re.MULTILINE) for name in dev.COMMANDS)


def test_without_a_display_run_says_so_and_renders_the_tour(
    called: list[list[str]], capfd: pytest.CaptureFixture[str]
) -> None:
    assert dev.main(["run", "--lang", "fr"]) == 0
    assert called[0] == ["prepare", dev.RUN]
    assert called[1][1:] == ["-m", "companion", "tour", "--out", "tour", "--lang", "fr"]
    assert capfd.readouterr().out.count("no display") == 1


def test_with_a_display_run_starts_the_app(called: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", ":7")
    assert dev.main(["run", "--theme", "light"]) == 0
    assert called[1][1:] == ["-m", "companion", "--theme", "light"]


def test_arguments_of_test_go_to_pytest(called: list[list[str]]) -> None:
    assert dev.main(["test", "-k", "door"]) == 0
    assert called == [["prepare", dev.DEV], [str(dev.PYTHON), "-m", "pytest", "-k", "door"]]


def test_an_unknown_command_is_answered_with_the_commands(capfd: pytest.CaptureFixture[str]) -> None:
    assert dev.main(["rum"]) == 2
    assert "test [--all]" in capfd.readouterr().out


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """A usable `.venv` of which nothing is known yet; the commands that install into it."""
    commands: list[list[str]] = []
    monkeypatch.setattr(dev, "VENV", tmp_path)
    monkeypatch.setattr(dev, "usable", lambda: True)
    monkeypatch.setattr(dev, "prepare_libraries", lambda: None)
    monkeypatch.setattr(dev, "installers", lambda: iter([(["pip"], {})]))
    monkeypatch.setattr(dev, "call", lambda command, **_: commands.append([str(part) for part in command]) or 0)
    return commands


def test_a_second_time_nothing_is_installed(place: list[list[str]]) -> None:
    dev.prepare(dev.DEV)
    assert [command[-1] for command in place] == [str(ROOT / dev.DEV)]
    dev.prepare(dev.DEV)
    dev.prepare(dev.RUN)
    assert len(place) == 1


def test_another_lock_is_installed(place: list[list[str]]) -> None:
    dev.prepare(dev.RUN)
    dev.prepare(dev.DEV)
    assert len(place) == 2
    dev.stamp(dev.RUN).write_text("the hash of an older lock")
    dev.prepare(dev.RUN)
    assert len(place) == 3


def test_what_failed_to_install_is_tried_again(place: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "call", lambda command, **_: 1)
    with pytest.raises(SystemExit):
        dev.prepare(dev.RUN)
    assert dev.read(dev.stamp(dev.RUN)) == ""


def test_where_pip_is_configured_uv_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/bin/{name}")
    monkeypatch.setattr(dev, "output", lambda command: "pip 25.1")
    monkeypatch.setattr(dev, "pip_files", list)
    for name in [name for name in dev.os.environ if name.startswith("PIP_")]:
        monkeypatch.delenv(name)
    assert [str(command[0]) for command, _ in dev.installers()] == ["/bin/uv", str(dev.PYTHON)]
    monkeypatch.setenv("PIP_INDEX_URL", "https://packages.example/simple")
    assert [str(command[0]) for command, _ in dev.installers()] == [str(dev.PYTHON)]


@pytest.fixture
def bare(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> list[list[str]]:
    """A system with apt-get, no library of Qt, no face, and an ordinary user; the packages that are fetched."""
    fetched: list[list[str]] = []
    monkeypatch.setattr(dev, "SYSTEM", tmp_path / "cache" / "system")
    monkeypatch.setattr(dev, "loads", lambda name: False)
    monkeypatch.setattr(dev, "has_face", lambda: False)
    monkeypatch.setattr(dev.sys, "platform", "linux")
    monkeypatch.setattr(dev.os, "geteuid", lambda: 1000, raising=False)
    monkeypatch.setattr(dev.shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(dev, "fetch", lambda packages, target: fetched.append(packages) or "")
    return fetched


def test_an_ordinary_user_gets_the_libraries_and_the_face_unpacked(bare: list[list[str]]) -> None:
    dev.prepare_libraries()
    assert bare == [[*dev.LIBRARIES.values(), dev.FACE]]


def test_without_apt_what_is_missing_is_named(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(dev.shutil, "which", lambda name: None)
    with pytest.raises(SystemExit):
        dev.prepare_libraries()
    assert "libGL.so.1" in capfd.readouterr().err


def test_a_face_that_cannot_be_had_stops_nothing_and_is_tried_once(
    bare: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    tried: list[list[str]] = []
    monkeypatch.setattr(dev, "loads", lambda name: True)
    monkeypatch.setattr(dev, "fetch", lambda packages, target: tried.append(packages) or "no network")
    dev.prepare_libraries()
    dev.prepare_libraries()
    assert tried == [[dev.FACE]]


def test_libraries_that_cannot_be_had_stop_it(bare: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dev, "fetch", lambda packages, target: "no network")
    with pytest.raises(SystemExit):
        dev.prepare_libraries()
