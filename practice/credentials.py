"""The practice organisation's sign-in link and token, the same at every start so that open pages stay signed in."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from showme.domain.people import Dispatcher
from showme.errors import NotSignedIn

if TYPE_CHECKING:
    from showme.domain.organisations import Organisation
    from showme.services.signing_in import SigningIn

_FILE: Final = "practice.json"


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """How one signs in to practise; worth nothing anywhere else."""

    sign_in_link: str = field(repr=False)
    api_token: str = field(repr=False)


async def practice_credentials(
    folder: Path, *, signing_in: SigningIn, organisation: Organisation, public_url: str
) -> Credentials:
    """Return the credentials of an earlier start if they still work, else make them anew; kept in ``folder``."""
    path = folder / _FILE
    try:
        known = Credentials(**json.loads(path.read_text("utf-8")))
        await signing_in.whose_token(known.api_token)
        secret = known.sign_in_link.rpartition("/")[2]
        await signing_in.look_at_link(secret)
        return Credentials(sign_in_link=f"{public_url}/sign-in/{secret}", api_token=known.api_token)
    except (OSError, ValueError, TypeError, NotSignedIn):
        pass
    made = Credentials(
        sign_in_link=await signing_in.organisation_link(organisation.id, role="supervisor"),
        api_token=await signing_in.make_token(
            Dispatcher(organisation=organisation.id, name="Practice program", role="supervisor")
        ),
    )
    path.touch(mode=0o600)
    path.write_text(json.dumps(asdict(made)), "utf-8")
    return made
