#!/usr/bin/env python3
"""From a bare machine to the running app: standard library only, as root or not, without a question.

run [ARGS]            the app with its mock backend; without a display, the tour into ./tour
tour [ARGS]           a picture of every page and the ledger of every byte, into ./tour or --out DIR
test [--all] [ARGS]   the tests; --all also the slow ones, and a missing program fails; ARGS go to pytest
bench [NAME...]       the figures of speed and memory against their limits
check                 ruff, mypy and the import rules
texts                 the sentences of resources/text into what Qt reads
whole-catalogue OUT   the catalogue as one file
check-notice FILE     every citation of the catalogue against the text of the notice
lock [--upgrade]      pyproject.toml into the two requirements files (needs uv)
"""

from __future__ import annotations

import ctypes
import hashlib
import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tempfile
import venv
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, NoReturn

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
PYTHON = VENV / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
SYSTEM = ROOT / ".cache" / "system"
"""Debian packages unpacked for an ordinary user."""
CERTIFICATES = Path("/etc/ssl/certs/ca-certificates.crt")
LISTS = Path("/var/lib/apt/lists")
"""What apt knows of packages: fresh after an installation, and as good as new for what is only unpacked."""
RUN, DEV = "requirements.txt", "requirements-dev.txt"
"""The locks; what is in the first is in the second."""
LIBRARIES = {
    "libGL.so.1": "libgl1", "libEGL.so.1": "libegl1", "libglib-2.0.so.0": "libglib2.0-0", "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1", "libxkbcommon.so.0": "libxkbcommon0",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0", "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-icccm.so.4": "libxcb-icccm4", "libxcb-keysyms.so.1": "libxcb-keysyms1", "libxcb-shape.so.0": "libxcb-shape0",
    "libgssapi_krb5.so.2": "libgssapi-krb5-2",
}  # fmt: skip
"""What Qt and its lrelease load and do not bring, and the package it is in."""
FACE = "fonts-inter"
PROGRAMS = {
    "Xvfb": "xvfb", "xdotool": "xdotool", "import": "imagemagick", "dbus-run-session": "dbus-daemon",
    "gnome-keyring-daemon": "gnome-keyring",
}  # fmt: skip
"""What tests of the real window and the real keyring start."""
SIDE_BY_SIDE = ("-n", str(min(4, (os.cpu_count() or 2) + 1)), "--dist", "loadfile")
"""For a run of everything: a file's tests share what they start. One more than cores: tests wait a third of their time."""
OFFSCREEN: Mapping[str, str] = {"QT_QPA_PLATFORM": "offscreen"}
NOTHING: Mapping[str, str] = {}
UNUSED = re.compile(
    r"mesa|llvm|libdrm|libgbm|sensors|libz3|libelf|libedit|wayland|pciaccess|libgallium|libvulkan|libicu|libxml2"
)
"""Graphics drivers and their needs: most of the download, and Qt's widgets are painted without them."""


# -- the commands -------------------------------------------------------------------------------------------------


def main(argv: Sequence[str]) -> int:
    if not argv or argv[0] not in COMMANDS:
        print(__doc__)
        return 0 if argv and argv[0] in ("-h", "--help", "help") else 2
    return COMMANDS[argv[0]](list(argv[1:]))


def run(args: list[str]) -> int:
    if has_display() or {"tour", "notice", "-h", "--help"} & set(args):
        prepare(RUN)
        return become([PYTHON, "-m", "companion", *args])
    print("dev.py: no display here, so nobody could see a window: the tour is rendered into ./tour instead", flush=True)
    return tour(args)


def tour(args: list[str]) -> int:
    prepare(RUN)
    where = () if "--out" in args else ("--out", "tour")
    return become([PYTHON, "-m", "companion", "tour", *where, *args], env=OFFSCREEN)


def test(args: list[str]) -> int:
    prepare(DEV)
    if "--all" in args or os.environ.get("CI"):
        install_programs()
    return become(
        [PYTHON, "-m", "pytest", *(() if set(args) - {"--all"} else SIDE_BY_SIDE), *args], cwd=ROOT, env=OFFSCREEN
    )


def bench(args: list[str]) -> int:
    prepare(DEV)
    return become([PYTHON, "-m", "tests.bench", *args], cwd=ROOT)


def check(args: list[str]) -> int:
    prepare(DEV)
    codes = [call([PYTHON, "-m", "ruff", "check", *args], cwd=ROOT), call([PYTHON, "-m", "mypy"], cwd=ROOT)]
    return max(*codes, call([PYTHON.with_name("lint-imports")], cwd=ROOT))


def texts(args: list[str]) -> int:
    prepare(RUN)
    return call([PYTHON, "-m", "companion.ui.compile_texts", *args])


def whole_catalogue(args: list[str]) -> int:
    return call([sys.executable, ROOT / "tests" / "whole_catalogue.py", *args])


def check_notice(args: list[str]) -> int:
    return call([sys.executable, ROOT / "tests" / "notice_check.py", *args])


def lock(args: list[str]) -> int:
    uv = shutil.which("uv") or stop("the lock is made with uv, which is not here")
    same = [uv, "pip", "compile", "pyproject.toml", "--universal", "--python-version", "3.11", "--generate-hashes", "-q",
            "--no-emit-index-url", "--no-header", "--no-annotate", *args]  # fmt: skip
    return call([*same, "--group", "dev", "-o", DEV], cwd=ROOT) or call([*same, "-c", DEV, "-o", RUN], cwd=ROOT)


COMMANDS = {
    "run": run, "tour": tour, "test": test, "bench": bench, "check": check, "texts": texts, "check-notice": check_notice,
    "whole-catalogue": whole_catalogue,
    "lock": lock,
}  # fmt: skip


# -- the Python packages ------------------------------------------------------------------------------------------


def prepare(lock_name: str) -> None:
    """`.venv` as the lock says, and the libraries of Qt. Does nothing the second time."""
    if not (3, 11) <= sys.version_info[:2] <= (3, 14):
        stop(f"Python 3.11 to 3.14 is needed, this is {sys.version.split()[0]}")
    prepare_libraries()
    stamps = {name: hashlib.sha256((ROOT / name).read_bytes()).hexdigest() for name in (RUN, DEV)}
    if not usable():
        say("making .venv")
        venv.EnvBuilder(clear=True, symlinks=sys.platform != "win32").create(VENV)
    elif read(stamp(lock_name)) == stamps[lock_name]:
        return
    say(f"installing {lock_name} into .venv")
    for command, more in installers():
        if call([*command, "--require-hashes", "--no-deps", "-r", ROOT / lock_name], env=more) == 0:
            break
    else:
        stop("installing failed; the lines above say why")
    for name in (RUN, DEV) if lock_name == DEV else (RUN,):
        stamp(name).write_text(stamps[name], "utf-8")


def usable() -> bool:
    """Whether `.venv` still has its Python: the system's may have gone or moved on."""
    version = read(VENV / "pyvenv.cfg")
    made_with = re.search(r"^version(?:_info)? = (\d+\.\d+)", version, re.MULTILINE)
    if not made_with or not PYTHON.exists():
        return False
    ask = [PYTHON, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]
    return output(ask).strip() == made_with[1]


def installers() -> Iterator[tuple[list[Any], dict[str, str]]]:
    """Commands that install into `.venv`, and their environment. Where pip is configured, it is asked: uv would not know."""
    configured = is_configured()
    if (uv := shutil.which("uv")) and not configured:
        yield [uv, "pip", "install", "-q", "--python", PYTHON], {"UV_COMPILE_BYTECODE": "1"}
    options = ["install", "-q", "--no-input", "--disable-pip-version-check"]
    quiet = {"PIP_ROOT_USER_ACTION": "ignore"}
    if output([PYTHON, "-m", "pip", "--version"]):
        yield [PYTHON, "-m", "pip", *options], quiet
    elif pip_version(sys.executable) >= (22, 3):
        yield [sys.executable, "-m", "pip", "--python", PYTHON, *options], quiet
    elif importlib.util.find_spec("ensurepip"):
        call([PYTHON, "-m", "ensurepip", "--default-pip"])
        yield [PYTHON, "-m", "pip", *options], quiet
    else:
        yield [PYTHON, *bare_pip(configured), *options], {**quiet, "PYTHONPATH": str(wheel_of_pip())}


def bare_pip(configured: bool) -> list[str]:
    """Debian's wheel of pip looks for certificates in one place, as soon as it is imported; where there are none, in ours."""
    if CERTIFICATES.exists():
        return ["-m", "pip"]
    trusted = os.environ.get("PIP_CERT") or str(certificates())
    option = [] if configured else [f"--cert={trusted}"]
    start = (
        f"import sys, pip._vendor.certifi as c; c.where = lambda: {trusted!r}; from pip._internal.cli.main import main"
    )
    return ["-c", f"{start}; sys.exit(main({option!r} + sys.argv[1:]))"]


def is_configured() -> bool:
    """Whether somebody has told pip where to go and whom to trust."""
    return any(name.startswith("PIP_") for name in os.environ) or any(map(os.path.exists, pip_files()))


def pip_files() -> list[Path]:
    home = Path.home()
    return [Path("/etc/pip.conf"), Path("/etc/xdg/pip/pip.conf"), home / ".config/pip/pip.conf", home / ".pip/pip.conf"]


def pip_version(python: str) -> tuple[int, ...]:
    found = re.match(r"pip (\d+)\.(\d+)", output([python, "-m", "pip", "--version"]))
    return (int(found[1]), int(found[2])) if found else (0, 0)


def wheel_of_pip() -> Path:
    """Debian's own wheel, for a Python that was installed without pip."""
    return next((basics() / "usr/share/python-wheels").glob("pip-*.whl"))


def certificates() -> Path:
    """Debian's certificates as one file, for a system that has none."""
    bundle = ROOT / ".cache" / "certificates.pem"
    if not bundle.exists():
        found = sorted((basics() / "usr/share/ca-certificates/mozilla").glob("*.crt"))
        bundle.write_text("".join(file.read_text("ascii") for file in found), "ascii")
    return bundle


def basics() -> Path:
    """pip and the certificates it needs, unpacked together."""
    place = ROOT / ".cache" / "pip"
    packages = ["python3-pip-whl", *([] if CERTIFICATES.exists() else ["ca-certificates"])]
    if not place.is_dir() and (error := fetch(packages, place)):
        stop(error)
    return place


# -- the system's packages ----------------------------------------------------------------------------------------


def prepare_libraries() -> None:
    """What Qt needs of the system, and the face that the pages are set in; without that one they are set in another."""
    if sys.platform != "linux" or SYSTEM.is_dir():
        return
    libraries = {name: package for name, package in LIBRARIES.items() if not loads(name)}
    packages = [*libraries.values(), *([] if has_face() else [FACE])]
    if not packages or not (libraries or shutil.which("apt-get")):
        return
    if not shutil.which("apt-get"):
        stop(f"Qt needs {', '.join(libraries)}: install them with this system's package manager")
    error = apt_install(packages) if os.geteuid() == 0 else fetch(packages, SYSTEM)
    if error and libraries:
        stop(error)
    if error:
        say(f"going on without {FACE}")
        SYSTEM.mkdir(parents=True)


def has_face() -> bool:
    folders = ("/usr/share/fonts", "/usr/local/share/fonts", "~/.local/share/fonts", "~/.fonts")
    return any(True for folder in folders for _ in Path(folder).expanduser().rglob("Inter*.[ot]t[fc]"))


def loads(name: str) -> bool:
    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def install_programs() -> None:
    missing = [package for program, package in PROGRAMS.items() if not shutil.which(program)]
    if missing and sys.platform == "linux" and shutil.which("apt-get") and os.geteuid() == 0:
        error = apt_install(missing)
        if error:
            stop(error)


def apt_install(packages: list[str]) -> str:
    """Installs them, as root; what went wrong, if it did."""
    say(f"installing with apt-get: {' '.join(packages)}")
    command = ["apt-get", "install", "-y", "-o", "DPkg::Lock::Timeout=120", "--no-install-recommends", *packages]
    if silent(command).returncode != 0:
        silent(["apt-get", "update"])
        done = silent(command)
        if done.returncode != 0:
            return f"apt-get could not install them:\n{done.stdout}"
    return ""


def fetch(packages: list[str], target: Path) -> str:
    """Unpacks packages and what they need and this system lacks, which needs no rights; what went wrong, if it did."""
    say(f"unpacking Debian packages into {target.relative_to(ROOT)}: {' '.join(packages)}")
    target.parent.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory(dir=target.parent) as name:
        place = Path(name)
        for folder in ("lists/partial", "cache/archives/partial", "debs", "tree"):
            (place / folder).mkdir(parents=True)
        apt = ["apt-get", "-o", f"Dir::Cache={place}/cache"]
        if not any(LISTS.glob("*_Packages*")):
            apt += ["-o", f"Dir::State::Lists={place}/lists"]
            silent([*apt, "update"])
        plan = silent([*apt, "-o", "Debug::NoLocking=1", "-s", "install", "--no-install-recommends", *packages])
        names = [name for name in re.findall(r"^Inst (\S+)", plan.stdout, re.MULTILINE) if not UNUSED.search(name)]
        done = silent([*apt, "download", *names], cwd=place / "debs") if names else plan
        if done.returncode != 0 or not names:
            return f"apt-get could not download them:\n{done.stdout}"
        for deb in (place / "debs").glob("*.deb"):
            subprocess.run(["dpkg-deb", "-x", deb, place / "tree"], check=True)
        (place / "tree").rename(target)
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file() and not file.is_symlink())
    say(f"unpacked {len(names)} packages, {size / 1e6:.0f} MB")
    return ""


# -- small ones ---------------------------------------------------------------------------------------------------


def environment() -> dict[str, str]:
    """That of every program started here: the source tree is importable, privately unpacked libraries are found."""
    env = {**os.environ, "PYTHONPATH": str(ROOT)}
    folders = [str(folder) for folder in (*SYSTEM.glob("usr/lib/*-linux-*"), *SYSTEM.glob("lib/*-linux-*"))]
    if folders:
        env["LD_LIBRARY_PATH"] = ":".join([*folders, *filter(None, [os.environ.get("LD_LIBRARY_PATH")])])
        if not os.path.exists("/usr/share/X11/xkb"):
            env["XKB_CONFIG_ROOT"] = str(SYSTEM / "usr/share/X11/xkb")
    if (SYSTEM / "usr/share/fonts").is_dir():
        env["FONTCONFIG_FILE"] = str(fonts_file())
    return env


def fonts_file() -> Path:
    """A configuration that finds the unpacked faces beside those of the system."""
    file = SYSTEM / "fonts.conf"
    if not file.exists():
        system = '<include ignore_missing="yes">/etc/fonts/fonts.conf</include><dir>/usr/share/fonts</dir>'
        own = f'<dir>{SYSTEM}/usr/share/fonts</dir><cachedir prefix="xdg">fontconfig</cachedir>'
        file.write_text(f"<fontconfig>{system}{own}</fontconfig>\n", "utf-8")
    return file


def has_display() -> bool:
    if sys.platform in ("win32", "darwin"):
        return True
    return any(os.environ.get(name) for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"))


def become(command: Sequence[Any], cwd: Path | None = None, env: Mapping[str, str] = NOTHING) -> int:
    """The last thing to do: the program takes this one's place, so that signals and Ctrl-C are its own."""
    if sys.platform == "win32":
        return call(command, cwd, env)
    os.chdir(cwd or Path.cwd())
    words = [str(part) for part in command]
    os.execve(words[0], words, {**environment(), **env})


def call(command: Sequence[Any], cwd: Path | None = None, env: Mapping[str, str] = NOTHING) -> int:
    """Runs a program in the foreground; its exit code."""
    return subprocess.run(
        [str(part) for part in command], cwd=cwd, env={**environment(), **env}, check=False
    ).returncode


def silent(command: Sequence[Any], cwd: Path | None = None) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive", "LC_ALL": "C"}
    return subprocess.run(
        command, cwd=cwd, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


def output(command: Sequence[Any]) -> str:
    """What a program says, nothing if it fails."""
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    return done.stdout if done.returncode == 0 else ""


def read(file: Path) -> str:
    return file.read_text("utf-8") if file.exists() else ""


def stamp(lock_name: str) -> Path:
    return VENV / f"{lock_name}.sha256"


def say(line: str) -> None:
    print(f"dev.py: {line}", file=sys.stderr, flush=True)


def stop(line: str) -> NoReturn:
    say(line)
    sys.exit(1)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        say("stopped; what was under way is done again the next time")
        sys.exit(130)
