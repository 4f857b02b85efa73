"""The map of the app against a real backend: whose switches open it, and what was asked for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from app_driver import VIN, Driver
from backend_process import Backend
from companion.model.map_pictures import Look
from companion.model.mercator import TileId

LEONBERG = TileId(14, 8602, 5640)


def test_a_car_in_private_mode_has_no_map_whatever_the_others_allow(drive: Callable[..., None]) -> None:
    async def use(driver: Driver, backend: Backend) -> None:
        handles = [one.handle for one in driver.state.vehicles]
        shut = next(one.handle for one in driver.state.vehicles if one.vin == VIN)
        other = next(one for one in handles if one != shut)
        pictures: list[bytes | None] = []
        driver.session.maps.on_picture = lambda number, tile, is_light, content: pictures.append(content)
        await asyncio.to_thread(backend.stage, "POST", f"/demo/vehicles/{VIN}/private_mode", {"on": True})
        driver.session.look_at_map(Look(tiles=(LEONBERG,), vehicle=shut))
        await driver.until(lambda s: s.map_supply.trouble == "access.private_mode")
        assert not any(pictures)
        driver.session.look_at_map(Look(tiles=(LEONBERG,), vehicle=other))
        await driver.until(lambda s: s.map_supply.trouble is None)
        async with asyncio.timeout(30):
            while not any(pictures):
                await asyncio.sleep(0.05)

    drive(use)
