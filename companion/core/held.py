"""The table of what is held: its first page, the pages behind it, all of it anew, and all of it as a file."""

from __future__ import annotations

import asyncio
import itertools
from dataclasses import replace
from pathlib import Path

from companion.api.holdings import CsvFile, HeldFile, JsonFile
from companion.core.context import Context
from companion.core.happenings import HeldMoved
from companion.errors import CompanionError
from companion.model.held import HeldPage, HeldQuery, HeldTable
from companion.model.state import SignInStage, Tone

MOST = 10_000
"""Rows that are read anew at once; of a longer table what is behind them is read again when somebody goes there."""


class HeldNow:
    def __init__(self, context: Context) -> None:
        self._context = context
        self._numbers = itertools.count(1)

    @property
    def _table(self) -> HeldTable:
        return self._context.state.held

    def show(self, query: HeldQuery) -> None:
        """Another filter, order or search: from the first row."""
        before = self._table
        known = before.is_read and (query.party, query.text) == (before.query.party, before.query.text)
        kept = replace(before, query=query, pages=(), after="", total=0, is_read=False)
        number = self._begin(kept)
        self._context.tasks.spawn(self._read(number, 1, known), name="held")

    def more(self) -> None:
        """The page behind what is read."""
        if self._table.after and not self._table.is_reading:
            number = self._begin(self._table)
            self._context.tasks.spawn(self._more(number, self._table.after), name="held")

    def again(self) -> None:
        self._context.tasks.spawn(self.anew(), name="held")

    async def anew(self) -> None:
        """As many rows as are shown, with the same filter: something was erased or came to it."""
        if self._context.state.account.stage is SignInStage.SIGNED_IN:
            wanted = min(max(1, self._table.loaded), MOST)
            await self._read(self._begin(self._table), wanted, False)

    def _begin(self, table: HeldTable) -> int:
        number = next(self._numbers)
        self._context.store.apply(HeldMoved(replace(table, number=number, is_reading=True, failed=None)))
        return number

    async def _read(self, number: int, wanted: int, counted: bool) -> None:
        """`counted`: the counts of every rule are known."""
        if number != self._table.number:
            # Another question came before this one was asked.
            return
        query, pages = self._table.query, list[HeldPage]()
        try:
            async for page in self._context.apis.holdings.pages(query):
                pages.append(page)
                if number != self._table.number or sum(len(one.records) for one in pages) >= wanted:
                    break
            first = pages[0]
            if query.rule and not counted:
                first = await self._context.apis.holdings.page(query.of_every_rule)
        except CompanionError as error:
            self._failed(number, error)
            return
        if number == self._table.number:
            table = self._table if query.rule and counted else _counted(self._table, first)
            self._context.store.apply(HeldMoved(replace(
                table, pages=tuple(one.records for one in pages), after=pages[-1].after, total=pages[0].total,
                is_read=True, is_reading=False,
            )))  # fmt: skip

    async def _more(self, number: int, after: str) -> None:
        try:
            page = await self._context.apis.holdings.page(self._table.query, after)
        except CompanionError as error:
            self._failed(number, error)
            return
        if number == self._table.number:
            table = replace(self._table, pages=(*self._table.pages, page.records), after=page.after, is_reading=False)
            self._context.store.apply(HeldMoved(table))

    def _failed(self, number: int, error: CompanionError) -> None:
        """The table itself says it: no notice beside it. That a session is over is for the listener to find, as an account that
        is being deleted is answered in the same way."""
        if number == self._table.number:
            self._context.store.apply(HeldMoved(replace(self._table, is_reading=False, failed=error.key)))

    # -- as a file ----------------------------------------------------------------------------------------------

    def export(self, file: str, language: str) -> None:
        """All rows that the filter finds, as CSV or, by the file's name, JSON."""
        if not self._table.is_exporting:
            self._context.tasks.spawn(self._export(Path(file), self._table.query, language), name="held export")

    async def _export(self, file: Path, query: HeldQuery, language: str) -> None:
        """Written beside it first: a file that is there under its name is a whole one."""
        part = file.with_name(file.name + ".part")
        self._context.store.apply(HeldMoved(replace(self._table, is_exporting=True)))
        try:
            rows = await self._write(part, file.suffix.lower() == ".json", query, language)
            await asyncio.to_thread(part.replace, file)
        except (OSError, CompanionError):
            self._context.notice("held.not_exported", Tone.DANGER, sticky=True, file=file.name)
        else:
            key = "held.exported_one" if rows == 1 else "held.exported"
            self._context.notice(key, Tone.OK, rows=str(rows), file=file.name)
        finally:
            part.unlink(missing_ok=True)
            self._context.store.apply(HeldMoved(replace(self._table, is_exporting=False)))

    async def _write(self, part: Path, as_json: bool, query: HeldQuery, language: str) -> int:
        rows = 0
        with part.open("w", encoding="utf-8", newline="") as opened:
            file: HeldFile = JsonFile(opened, language) if as_json else CsvFile(opened, language)
            async for page in self._context.apis.holdings.pages(query):
                await asyncio.to_thread(file.add, page.records)
                rows += len(page.records)
            file.end()
        return rows


def _counted(table: HeldTable, page: HeldPage) -> HeldTable:
    """`page` is of every rule."""
    parties = table.parties if table.query.party else page.parties
    return replace(table, rules=page.rules, everything=page.total, parties=parties)
