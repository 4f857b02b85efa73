"""The backend as a program: ready line, addresses, ends, its data directory."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

from backend_process import ROOT, Backend
from mock_backend import cli
from owner_client import CARS, EVENTS, VIN, Owner, ask, refresh, stage, until

ORDER = ("identity", "porsche_system", "vehicle", "pcm", "map_provider", "navigation_provider", "poi_provider",
         "charging_provider", "request_cache_provider", "voice_provider", "nav_search_provider", "calendar_provider",
         "harman", "radio_provider", "push_google", "push_apple", "sms_carrier", "dealer", "manual_provider", "emergency",
         "console")  # fmt: skip


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "mock_backend", *arguments], capture_output=True, text=True, timeout=20, cwd=ROOT,
        stdin=subprocess.DEVNULL, env={**os.environ, "PYTHONPATH": str(ROOT)}, check=False,
    )  # fmt: skip


def port(origin: str) -> int:
    return int(origin.rpartition(":")[2])


def test_it_prints_one_line_of_json_when_it_answers(own_backend: Backend) -> None:
    assert own_backend.process is not None
    assert own_backend.process.stdout is not None
    for origin in own_backend.parties.values():
        assert ask(origin, "GET", "/none").status == 404
        assert origin.startswith("http://127.0.0.1:")
        assert origin.count("/") == 2
    assert len(own_backend.console_token) >= 32
    own_backend.process.send_signal(signal.SIGTERM)
    assert own_backend.process.wait(5) == 0
    assert own_backend.process.stdout.read() == b""


def test_ports_follow_the_fixed_order_from_a_base(tmp_path: Path) -> None:
    base = free_base()
    with Backend(tmp_path / "data", "--port-base", str(base)) as backend:
        assert {name: port(origin) for name, origin in backend.parties.items()} == {
            name: base + ORDER.index(name) for name in backend.parties
        }
        assert {"identity", "porsche_system", "vehicle", "console"} <= backend.parties.keys()


def free_base() -> int:
    """A base whose ports for this version's parties are free now."""
    for base in range(20_000, 60_000, 97):
        try:
            for place in (0, 1, 2, 20):
                with socket.socket() as sock:
                    sock.bind(("127.0.0.1", base + place))
        except OSError:
            continue
        return base
    raise AssertionError("no free ports")


def test_a_port_in_use_is_said_in_one_line(tmp_path: Path) -> None:
    with socket.socket() as taken:
        base = free_base()
        taken.bind(("127.0.0.1", base + ORDER.index("vehicle")))
        taken.listen()
        done = run("serve", "--data-dir", str(tmp_path), "--port-base", str(base))
    assert done.returncode == 2
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert f"vehicle cannot have port {base + ORDER.index('vehicle')}: " in done.stderr


@pytest.mark.parametrize("base", ["65530", "-1", "70000", "x"])
def test_a_base_without_room_is_refused(tmp_path: Path, base: str) -> None:
    done = run("serve", "--data-dir", str(tmp_path), "--port-base", base)
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_sigterm_with_an_open_stream_and_a_command_under_way_ends_in_time(tmp_path: Path) -> None:
    with Backend(tmp_path / "data", car_time="30") as backend:
        owner = Owner(backend)
        assert backend.process is not None
        where = (owner.system.rpartition("/")[2].partition(":")[0], port(owner.system))
        with socket.create_connection(where, 10) as stream:
            stream.sendall(f"GET {EVENTS} HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer {owner.access}\r\n\r\n".encode())
            told = stream.recv(4096)
            accepted = owner.command("LOCK").json["status"]["id"]
            began = time.monotonic()
            backend.process.send_signal(signal.SIGTERM)
            assert backend.process.wait(10) == 0
            assert time.monotonic() - began < 3
            while part := stream.recv(4096):
                told += part
            assert told.endswith(b"\r\n0\r\n\r\n"), "the stream was cut, not ended"
        backend.stop()
        backend.start()
        again = Owner(backend)
        ended = until(lambda: (status := again.status(accepted))["result"] != "ACCEPTED" and status)
        assert (ended["result"], ended["details"]) == ("ERROR", {"reason": "NO_ANSWER"})


def test_what_a_car_did_before_a_restart_is_told_after_it(own_backend: Backend) -> None:
    stage(own_backend, "POST", "/demo/faults", {"kind": "lost"})
    owner = Owner(own_backend)
    accepted = owner.unlock().json["status"]["id"]
    until(lambda: not stage(own_backend, "GET", "/demo/state").json["vehicles"][0]["locked"])
    assert owner.status(accepted)["result"] == "ACCEPTED"
    own_backend.stop()
    own_backend.start()
    again = Owner(own_backend)
    assert until(lambda: (result := again.status(accepted)["result"]) != "ACCEPTED" and result) == "PERFORMED"
    assert again.overview("LOCK_STATE_VEHICLE")["LOCK_STATE_VEHICLE"]["isLocked"] is False


def test_it_ends_with_whoever_holds_its_pipe(tmp_path: Path) -> None:
    backend = Backend(tmp_path / "data")
    backend.start()
    assert (tmp_path / "data" / "backend.json").exists()
    assert backend.stop() == 0
    assert not (tmp_path / "data" / "backend.json").exists()


def test_only_its_owner_may_read_where_it_is(own_backend: Backend) -> None:
    place = own_backend.data_dir / "backend.json"
    assert place.stat().st_mode & 0o077 == 0
    table = json.loads(place.read_text("utf-8"))
    assert table["parties"] == own_backend.parties
    assert table["console_token"] == own_backend.console_token


def test_a_second_backend_on_the_same_data_is_refused(own_backend: Backend) -> None:
    done = run("serve", "--data-dir", str(own_backend.data_dir))
    assert done.returncode == 3
    assert "another backend" in done.stderr
    done = run("reset", "--data-dir", str(own_backend.data_dir))
    assert done.returncode == 2
    assert Owner(own_backend).get(CARS).status == 200


def test_a_start_before_the_clocks_time_is_refused_until_reset(tmp_path: Path) -> None:
    data = tmp_path / "data"
    with Backend(data, "--clock", "2031-02-03T04:05:06Z") as backend:
        assert stage(backend, "GET", "/demo/state").json["now"].startswith("2031-02-03T04:05")
    done = run("serve", "--data-dir", str(data), "--clock", "2030-01-01")
    assert done.returncode == 2
    assert "does not go back" in done.stderr
    assert run("reset", "--data-dir", str(data)).returncode == 0
    assert sorted(file.name for file in data.iterdir()) == ["lock"]
    with Backend(data, "--clock", "2030-01-01") as backend:
        assert stage(backend, "GET", "/demo/state").json["now"].startswith("2030-01-01T00:0")


def test_a_clock_that_is_none_or_a_damaged_one_is_said(tmp_path: Path) -> None:
    assert run("serve", "--data-dir", str(tmp_path), "--clock", "tomorrow").returncode == 2
    (tmp_path / "clock.json").write_text("{")
    done = run("serve", "--data-dir", str(tmp_path))
    assert done.returncode == 2
    assert "damaged" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_damaged_store_is_said(tmp_path: Path) -> None:
    (tmp_path / "identity.db").write_bytes(b"no database, whatever its name says" * 100)
    done = run("serve", "--data-dir", str(tmp_path))
    assert done.returncode == 2
    assert "Traceback" not in done.stderr


def test_a_reset_of_nothing_is_said(tmp_path: Path) -> None:
    assert run("reset", "--data-dir", str(tmp_path / "none")).returncode == 2


def test_a_restart_keeps_what_has_to_be_kept(tmp_path: Path) -> None:
    with Backend(tmp_path / "data") as backend:
        owner = Owner(backend)
        known = ask(owner.system, "GET", "/.well-known/companion").json["backend_id"]
        command = owner.unlock(guard="guard-over-restart")
        owner.ended(command)
        stage(backend, "POST", f"/demo/vehicles/{VIN}/open", {"part": "LID_REAR"})
        until(lambda: owner.overview("OPEN_STATE_LID_REAR")["OPEN_STATE_LID_REAR"]["isOpen"])
        moved = stage(backend, "POST", "/demo/clock", {"advance": "P3D"}).json["to"]
        seen = owner.overview("GPS_LOCATION", "OPEN_STATE_LID_REAR", "LOCK_STATE_VEHICLE")
        token = backend.console_token
        backend.stop()
        backend.start()
        assert backend.console_token != token
        owner.system, owner.identity = backend.parties["porsche_system"], backend.parties["identity"]
        assert owner.get(CARS).status == 401
        owner.access = refresh(owner.identity, owner.refresh).json["access_token"]
        assert owner.overview("GPS_LOCATION", "OPEN_STATE_LID_REAR", "LOCK_STATE_VEHICLE") == seen
        assert owner.status(command.json["status"]["id"])["result"] == "PERFORMED"
        assert stage(backend, "GET", "/demo/state").json["now"] > moved
        assert stage(backend, "GET", "/demo/state").json["vehicles"][0]["open"] == ["WINDOW_FRONT_LEFT", "LID_REAR"]
        assert ask(owner.system, "GET", "/.well-known/companion").json["backend_id"] == known


def test_a_fresh_start_lasts_over_a_restart(tmp_path: Path) -> None:
    with Backend(tmp_path / "data") as backend:
        stage(backend, "POST", f"/demo/vehicles/{VIN}/open", {"part": "LID_REAR"})
        stage(backend, "POST", "/demo/scenarios/fresh", {})
        backend.stop()
        backend.start()
        assert stage(backend, "GET", "/demo/state").json["vehicles"][0]["open"] == ["WINDOW_FRONT_LEFT"]


def test_without_a_data_directory_nothing_is_left_behind(tmp_path: Path) -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "TMPDIR": str(tmp_path)}
    command = [sys.executable, "-m", "mock_backend", "serve", "--exit-with-stdin"]
    process = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, cwd=ROOT, env=environment
    )
    assert process.stdout is not None
    assert json.loads(process.stdout.readline())["ready"] is True
    assert list(tmp_path.iterdir())
    process.communicate(timeout=10)
    assert process.returncode == 0
    assert list(tmp_path.iterdir()) == []


def test_a_second_start_is_at_the_same_addresses_where_they_are_free(tmp_path: Path) -> None:
    with Backend(tmp_path / "data") as first:
        parties = first.parties
    port = int(parties["identity"].rpartition(":")[2])
    with Backend(tmp_path / "data") as second:
        assert second.parties == parties
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", port))
        taken.listen()
        with Backend(tmp_path / "data") as third:
            assert third.parties["identity"] != parties["identity"]
            assert third.parties["console"] == parties["console"]


def test_a_damaged_list_of_ports_is_passed_over(tmp_path: Path) -> None:
    for content in ("", "[1]", '{"identity": "x", "console": 70000}'):
        (tmp_path / "data").mkdir(exist_ok=True)
        (tmp_path / "data" / "ports.json").write_text(content, "utf-8")
        with Backend(tmp_path / "data") as backend:
            assert set(backend.parties) == {
                "identity", "porsche_system", "vehicle", "map_provider", "poi_provider", "request_cache_provider",
                "push_google", "push_apple", "sms_carrier", "emergency", "console",
            }  # fmt: skip


@pytest.mark.skipif(sys.platform == "win32", reason="folders there have no such mode")
def test_a_data_directory_is_for_its_owner_alone(tmp_path: Path) -> None:
    """The security code lies in it, readable."""
    with cli._data_dir(tmp_path / "data") as place:
        assert place.stat().st_mode & 0o777 == 0o700
