"""A desktop with a place for tray icons and notifications, on the session bus that the environment names.

Prints `ready`, then a line of JSON for what it is asked: {"tray": SERVICE} and {"notice": [TITLE, WORDS]}. A line on standard
input presses the newest tray icon. Ends when its standard input does. Shares no code with what it judges.
"""

from __future__ import annotations

import json
import os
import select
import sys
from typing import Any

from jeepney import DBusAddress, HeaderFields, MessageType, new_error, new_method_call, new_method_return
from jeepney.bus_messages import message_bus
from jeepney.io.blocking import open_dbus_connection

WATCHER, NOTIFIER = "org.kde.StatusNotifierWatcher", "org.freedesktop.Notifications"
ITEM = "org.kde.StatusNotifierItem"
PROPERTIES = {"IsStatusNotifierHostRegistered": ("b", True), "ProtocolVersion": ("i", 0)}


def say(what: Any) -> None:
    print(what if isinstance(what, str) else json.dumps(what), flush=True)


def answer(call: Any, trays: list[str]) -> Any:
    """What a desktop answers to a call; None for one that it does not know."""
    member = call.header.fields[HeaderFields.member]
    if member in ("RegisterStatusNotifierItem", "RegisterStatusNotifierHost"):
        trays.append(call.header.fields[HeaderFields.sender])
        say({"tray": call.body[0]})
        return new_method_return(call)
    if member == "Get":
        return new_method_return(call, "v", (PROPERTIES[call.body[1]],))
    if member == "GetAll":
        return new_method_return(call, "a{sv}", (PROPERTIES,))
    if member == "Notify":
        say({"notice": [call.body[3], call.body[4]]})
        return new_method_return(call, "u", (1,))
    if member == "GetCapabilities":
        return new_method_return(call, "as", (["actions", "body"],))
    if member == "GetServerInformation":
        return new_method_return(call, "ssss", ("desktop", "tests", "1", "1.2"))
    return None


def main() -> None:
    bus = open_dbus_connection("SESSION")
    for name in (WATCHER, NOTIFIER):
        bus.send_and_get_reply(message_bus.RequestName(name))
    say("ready")
    trays: list[str] = []
    while True:
        ready, _, _ = select.select([bus.sock, sys.stdin], [], [])
        if sys.stdin in ready:
            if not os.read(sys.stdin.fileno(), 64):
                return
            icon = DBusAddress("/StatusNotifierItem", trays[-1], ITEM)
            bus.send(new_method_call(icon, "Activate", "ii", (0, 0)))
        if bus.sock in ready:
            take(bus, trays)


def take(bus: Any, trays: list[str]) -> None:
    call = bus.receive()
    while call is not None:
        if call.header.message_type is MessageType.method_call:
            bus.send(answer(call, trays) or new_error(call, "org.freedesktop.DBus.Error.UnknownMethod"))
        try:
            call = bus.receive(timeout=0.01)
        except TimeoutError:
            call = None


if __name__ == "__main__":
    main()
