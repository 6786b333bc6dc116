"""The parts of live video within a whole installation."""

import asyncio
from pathlib import Path

from app.assembly import open_installation
from app.settings import Settings
from showme.domain.people import Dispatcher
from web.needs import EXTENSION, Needs

PATIENCE = 60.0


async def test_who_waits_for_a_still_is_let_go_when_the_server_stops(tmp_path: Path) -> None:
    settings = Settings(
        base_url="http://localhost:8080", data=tmp_path, bind=["127.0.0.1:8080"], also_hosts=["localhost:8080"]
    )
    async with open_installation(settings, practice=True) as installation:
        needs: Needs = installation.app.extensions[EXTENSION]
        anna = Dispatcher(organisation=1, name="Anna")
        invited = await needs.inviting.invite(anna, to=None, purpose="live")
        name = invited.invitation.id
        waiting = asyncio.create_task(needs.stills.next(anna, name, after=0, patience=PATIENCE))
        async with asyncio.timeout(PATIENCE):
            while not needs.stills.wanted(name):  # noqa: ASYNC110 - nobody would set an event
                await asyncio.sleep(0.01)
            installation.stop_feeds()
            assert await waiting is None
        assert needs.health()["turn"] == "off"
        await needs.calling.begin(await needs.opening.open(invited.key))

    async with open_installation(settings, practice=True) as again:
        needs = again.app.extensions[EXTENSION]
        assert (await needs.viewing.invitation(anna, name)).is_live
