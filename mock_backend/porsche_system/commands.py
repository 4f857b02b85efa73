"""Commands from the owner: accepted, sent to the car, ended only by the car's own report."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from mock_backend.clock import Clock
from mock_backend.events import Events
from mock_backend.identity.accounts import Accounts
from mock_backend.porsche_system import payloads
from mock_backend.porsche_system.checks import bad, changed
from mock_backend.porsche_system.garage import Garage, Registered
from mock_backend.porsche_system.switchboard import Switchboard
from mock_backend.services import BY_ID, LOCK, SERVICE
from mock_backend.tasks import spawn
from mock_backend.vault import Record, Vault
from mock_backend.web import Refused, same
from mock_backend.wire import EdgeFailed, Wire

CHALLENGE_LIFE = 60.0
TRIES = 5
PAUSE = 900.0
NOT_FOR_THE_CAR = ("spin", "basedOn")


@dataclass(slots=True)
class _Codes:
    """Security-code state of one car; on the session clock, in memory."""

    challenges: dict[str, float]
    wrong: int = 0
    locked_until: float = 0.0


class Commands:
    def __init__(
        self,
        vault: Vault,
        clock: Clock,
        garage: Garage,
        board: Switchboard,
        accounts: Accounts,
        events: Events,
        wire: Wire,
    ) -> None:
        self._vault = vault
        self._clock = clock
        self._garage = garage
        self._board = board
        self._accounts = accounts
        self._events = events
        self._wire = wire
        self._codes: dict[str, _Codes] = {}
        self._under_way: set[str] = set()
        """Numbers of commands that were taken since this start; no car works on any other."""

    def take(self, car: Registered, body: Mapping[str, Any], guard: str | None, trace: str) -> dict[str, Any]:
        """The answer to a command. Raises Refused; then nothing happened."""
        key, payload = body["key"], body["payload"]
        if not isinstance(key, str) or not isinstance(payload, dict):
            raise Refused(400, "key must be a word and payload an object.", body={"message": "BAD_REQUEST"})
        if key not in car.commands:
            raise Refused(400, f"This car cannot do {key}.", body={"message": "NOT_SUPPORTED", "key": key})
        payloads.check(key, payload, self._garage.known(car.vin), self._clock.now())
        if key == "SPIN_CHALLENGE":
            self._board.check(car, LOCK.id)
            return {"data": {"challenge": self._challenge(car.vin)}}
        if guard is not None and (known := self._repeated(car, body, guard)) is not None:
            return known
        self._board.check(car, SERVICE[key].id)
        if key == "UNLOCK":
            self._check_code(car, payload["spin"])
        if "basedOn" in payload and self._is_pending(car, key):
            raise changed(f"Another {key} is under way.")
        return self._accept(car, body, guard, trace)

    def _is_pending(self, car: Registered, key: str) -> bool:
        """Whether the car has not said yet what became of one before, and so of what an edit is based on."""
        rows = self._vault.find(SERVICE[key].command, car.vin) if self._under_way else ()
        return any(
            row.tag in self._under_way and row.values["key"] == key and row.values["result"] == "ACCEPTED"
            for row in rows
        )

    def row(self, car: Registered, number: str) -> Record | None:
        """The record of a command, whichever service it was for."""
        rows = (self._vault.find(service.command, car.vin, number) for service in BY_ID.values())
        return next((row for found in rows for row in found), None)

    def status(self, car: Registered, number: str) -> dict[str, Any]:
        row = self.row(car, number)
        if row is None:
            raise Refused(404, "No such command.", body={"message": "NOT_FOUND"})
        return {"status": {"id": number, "result": row.values["result"], "details": row.values["details"]}}

    def ended(self, car: Registered, number: str, result: str, details: dict[str, str], changed: list[Any]) -> None:
        """The car's report of a command: told once, however often it comes."""
        row = self.row(car, number)
        if row is None or row.values["result"] != "ACCEPTED":
            return
        message = BY_ID[row.values["service"]].message
        if message:
            values = {"command": number, "result": result, "details": details}
            self._vault.keep(message, car.vin, values, trace=row.trace, owner=car.owner)
        self._finish(car, row, result, details, changed)

    def signed_on(self, car: Registered) -> None:
        """A car that starts has said what it did: a command left from before a restart was not carried out, and never is."""
        for service in {service.command for service in BY_ID.values()}:
            for row in self._vault.find(service, car.vin):
                if row.values.get("result") == "ACCEPTED" and row.tag not in self._under_way:
                    self._finish(car, row, "ERROR", {"reason": "NO_ANSWER"}, [])

    def _finish(
        self, car: Registered, row: Record, result: str, details: Mapping[str, str], changed: list[Any]
    ) -> None:
        self._under_way.discard(row.tag)
        self._vault.change(row.id, {**row.values, "result": result, "details": dict(details)})
        told = {
            "vin": car.vin, "id": row.tag, "result": result, "details": dict(details), "trace": row.trace,
            "at": self._clock.now().isoformat(), "measurements": changed,
        }  # fmt: skip
        self._events.tell(car.owner, "command", told, car.vin, row.trace)

    def _accept(self, car: Registered, body: Mapping[str, Any], guard: str | None, trace: str) -> dict[str, Any]:
        key = body["key"]
        number, service = f"ODP-{key}-{secrets.token_hex(8)}", SERVICE[key]
        values = {"key": key, "service": service.id, "porsche_id": car.owner, "result": "ACCEPTED", "details": {}}
        stamp = {"service": service.id, "at": self._clock.now().isoformat()}
        answer = {"status": {"id": number, "result": "ACCEPTED"}}
        with self._vault.together():
            self._vault.keep(service.command, car.vin, values, trace=trace, owner=car.owner, tag=number)
            if service.statistics:
                self._vault.keep(service.statistics, car.vin, stamp, trace=trace, owner=car.owner)
            if guard is not None:
                kept = {"body": _fingerprint(body), "answer": answer}
                self._vault.keep("product.idempotency", car.vin, kept, trace=trace, owner=car.owner, tag=guard)
        self._under_way.add(number)
        spawn(self._send(car, body, number, trace), name=number)
        return answer

    async def _send(self, car: Registered, given: Mapping[str, Any], number: str, trace: str) -> None:
        """What the car has to know of a command; the proof of the code and what was read before are not its business."""
        payload = {name: value for name, value in given["payload"].items() if name not in NOT_FOR_THE_CAR}
        body = {"key": given["key"], "command": number, "payload": payload}
        try:
            await self._wire.send(
                "porsche_system", "vehicle", f"/cars/{car.handle}/commands", body,
                activity=SERVICE[given["key"]].command, trace=trace, owner=car.owner, car=car.vin,
            )  # fmt: skip
        except EdgeFailed as error:
            self._board.unanswered(car.vin)
            row = self.row(car, number)
            # A car that is only late may still do it; a command that never reached it has failed.
            if not error.late and row is not None:
                self._finish(car, row, "ERROR", {"reason": "NO_ANSWER"}, [])

    # -- repeats ------------------------------------------------------------------------------------------------

    def _repeated(self, car: Registered, body: Mapping[str, Any], guard: str) -> dict[str, Any] | None:
        row = next(self._vault.find("product.idempotency", car.vin, guard), None)
        if row is None:
            return None
        if row.values["body"] != _fingerprint(body):
            raise Refused(422, "The Idempotency-Key was used for another command.", body={"message": "KEY_REUSED"})
        answer: dict[str, Any] = row.values["answer"]
        return answer

    # -- security code ------------------------------------------------------------------------------------------

    def _challenge(self, vin: str) -> str:
        state = self._state(vin)
        now = self._clock.session()
        state.challenges = {key: end for key, end in state.challenges.items() if end > now}
        challenge = secrets.token_hex(16).upper()
        state.challenges[challenge] = now + CHALLENGE_LIFE
        return challenge

    def _check_code(self, car: Registered, spin: object) -> None:
        if not isinstance(spin, dict) or set(spin) != {"challenge", "hash"}:
            raise bad("spin", "must hold challenge and hash.")
        challenge, proof = spin["challenge"], spin["hash"]
        if not isinstance(challenge, str) or not isinstance(proof, str):
            raise bad("spin", "must hold challenge and hash as words.")
        state = self._state(car.vin)
        if state.challenges.pop(challenge, 0.0) < self._clock.session():
            raise Refused(
                409, "The challenge is not known, was used or is too old.", body={"message": "CHALLENGE_EXPIRED"}
            )
        wanted = hashlib.sha512(bytes.fromhex(self._accounts.code(car.owner) + challenge)).hexdigest().upper()
        if not same(proof, wanted):
            self._count_wrong(state)
        state.wrong = 0

    def _count_wrong(self, state: _Codes) -> None:
        state.wrong += 1
        if state.wrong >= TRIES:
            state.locked_until, state.wrong = self._clock.session() + PAUSE, 0
            raise _locked(PAUSE)
        left = TRIES - state.wrong
        raise Refused(403, "Wrong security code.", body={"message": "WRONG_SPIN", "remainingTries": left})

    def _state(self, vin: str) -> _Codes:
        state = self._codes.setdefault(vin, _Codes({}))
        wait = state.locked_until - self._clock.session()
        if wait > 0:
            raise _locked(wait)
        return state


def _locked(seconds: float) -> Refused:
    wait = max(1, round(seconds))
    body = {"message": "SPIN_LOCKED", "retryAfterSeconds": wait}
    return Refused(423, "Too many wrong codes.", body=body, headers={"retry-after": str(wait)})


def _fingerprint(body: Mapping[str, Any]) -> str:
    """What a repeat is compared by: not the body itself, which may hold a proof."""
    return hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
