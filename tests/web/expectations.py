"""What every route needs, written down a second time, and what each kind of person then gets.

A route declares its need beside itself (``web/guard.py``). It stands here as well, so that a declaration that is
dropped, weakened or forgotten is seen: whoever adds a route adds its line. What a need means for whom is in ``GETS``.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

from web.guard import Need

Who = Literal[
    "nobody", "a citizen", "a guest", "a wrong token", "a revoked session", "an old session", "another organisation",
    "a wall screen", "a dispatcher", "a supervisor", "a dispatcher's token", "a supervisor's token",
]  # fmt: skip
"""The proofs that people come with. A citizen and a guest come to the dispatchers' door with what opens their own."""

IN: Final = 200
"""Let in; what is answered then is the route's own affair."""
OURS_ONLY: Final = 404
"""Let in, and nothing there has the id that is asked for."""

_STRANGERS: Final[Mapping[Who, int]] = dict.fromkeys(
    ("nobody", "a citizen", "a guest", "a wrong token", "a revoked session", "an old session"), 401
)
_ALL: Final[tuple[Who, ...]] = (
    *_STRANGERS, "another organisation", "a wall screen", "a dispatcher", "a supervisor", "a dispatcher's token",
    "a supervisor's token",
)  # fmt: skip

GETS: Final[Mapping[Need, Mapping[Who, int]]] = {
    "nobody": dict.fromkeys(_ALL, IN),
    "screen": {
        **_STRANGERS,
        "another organisation": OURS_ONLY,
        "a wall screen": IN,
        "a dispatcher": IN,
        "a supervisor": IN,
        "a dispatcher's token": IN,
        "a supervisor's token": IN,
    },
    "dispatcher": {
        **_STRANGERS,
        "another organisation": OURS_ONLY,
        "a wall screen": 403,
        "a dispatcher": IN,
        "a supervisor": IN,
        "a dispatcher's token": IN,
        "a supervisor's token": IN,
    },
    "supervisor": {
        **_STRANGERS,
        "another organisation": OURS_ONLY,
        "a wall screen": 403,
        "a dispatcher": 403,
        "a supervisor": IN,
        "a dispatcher's token": 403,
        "a supervisor's token": IN,
    },
    "session": {
        **_STRANGERS,
        "another organisation": 401,
        "a wall screen": 403,
        "a dispatcher": IN,
        "a supervisor": IN,
        "a dispatcher's token": 401,
        "a supervisor's token": 401,
    },
    # What is in the path is the proof there, and nothing that somebody comes with besides: a wrong one opens nothing.
    "key": dict.fromkeys(_ALL, 404),
    "pass": dict.fromkeys(_ALL, 404),
    "share": dict.fromkeys(_ALL, 404),
    "visit": dict.fromkeys(_ALL, 404),
    # A provider's signature or secret; the practice's and the machines' addresses do not exist from elsewhere.
    "callback": dict.fromkeys(_ALL, 404),
    "loopback": dict.fromkeys(_ALL, 404),
    "machine": dict.fromkeys(_ALL, 404),
}
"""By need and by who comes: IN, OURS_ONLY (the same as IN where no id is asked for), or how they are turned away."""

NEEDS: Final[Mapping[Need, frozenset[str]]] = {
    "key": frozenset(
        {
            "GET /s/<key>",
            "GET /s/<key>/events",
            "GET /s/<key>/messages",
            "POST /s/<key>/messages",
            "POST /s/<key>/messages/seen",
            "POST /s/<key>/photos",
            "DELETE /s/<key>/photos/<photo>",
            "POST /s/<key>/photos/<photo>/gone",
            "POST /s/<key>/progress",
            "POST /s/<key>/still",
            "POST /s/<key>/tapped",
            "POST /s/<key>/uploads",
            "DELETE /s/<key>/uploads/<upload>",
            "PATCH /s/<key>/uploads/<upload>",
            "POST /s/<key>/uploads/<upload>",
            "GET /s/<key>/words",
        }
    ),
    "nobody": frozenset(
        {
            "GET /",
            "GET /c",
            "POST /c",
            "GET /favicon.ico",
            "GET /healthz",
            "GET /me",
            "GET /openapi.json",
            "GET /peerjs/id",
            "GET /readyz",
            "POST /sign-in",
            "GET /sign-in",
            "GET /sign-in/<secret>",
            "POST /sign-in/passkey",
            "POST /sign-in/passkey/options",
            "POST /sign-out",
            "GET /static/<path:name>",
            "GET /wall",
            "GET /wall/screen",
        }
    ),
    "session": frozenset(
        {
            "GET /api/passkeys",
            "POST /api/passkeys",
            "POST /api/passkeys/<passkey>/name",
            "POST /api/passkeys/<passkey>/remove",
            "POST /api/passkeys/options",
            "GET /api/sessions",
            "POST /api/sessions/<session>/end",
            "POST /api/sessions/end-others",
            "POST /api/sessions/language",
        }
    ),
    "supervisor": frozenset(
        {
            "GET /api/credits/ledger",
            "POST /api/credits/top-up",
            "POST /api/organisation/blurring",
            "GET /api/organisation/passkeys",
            "POST /api/organisation/passkeys/<passkey>/remove",
            "POST /api/organisation/screens",
            "GET /api/organisation/sessions",
            "POST /api/organisation/sessions/<session>/end",
            "POST /api/organisation/sessions/end-all",
            "POST /api/photos/<photo>/keep",
            "POST /api/photos/<photo>/keep/end",
            "GET /api/quarantine",
            "POST /api/quarantine/<photo>/delete",
            "POST /api/quarantine/<photo>/release",
            "GET /api/reports/reveals",
        }
    ),
    "screen": frozenset(
        {
            "GET /api/blurring",
            "GET /api/credits",
            "GET /api/events",
            "GET /api/invitations",
            "GET /api/invitations/<invitation>",
            "GET /api/invitations/<invitation>/messages",
            "POST /api/invitations/<invitation>/seen",
            "GET /api/invitations/<invitation>/still",
            "POST /api/invitations/<invitation>/viewers",
            "GET /api/me",
            "GET /api/photos",
            "GET /api/photos/<photo>/clip",
            "GET /api/photos/<photo>/thumbnail",
            "GET /api/photos/<photo>/wall",
            "GET /api/positions",
            "GET /map/<int:z>/<int:x>/<int:y>.png",
        }
    ),
    "dispatcher": frozenset(
        {
            "POST /api/blurring",
            "GET /api/chats",
            "POST /api/chats/code",
            "GET /api/colleagues",
            "POST /api/invitations",
            "POST /api/invitations/<invitation>/close",
            "POST /api/invitations/<invitation>/code",
            "POST /api/invitations/<invitation>/command",
            "POST /api/invitations/<invitation>/hand-over",
            "POST /api/invitations/<invitation>/link",
            "POST /api/invitations/<invitation>/messages",
            "GET /api/invitations/<invitation>/qr.svg",
            "POST /api/invitations/<invitation>/resend",
            "POST /api/invitations/<invitation>/stills",
            "POST /api/invitations/<invitation>/watch-link",
            "GET /api/invitations/<invitation>/watching",
            "POST /api/invitations/<invitation>/wrong-number",
            "POST /api/photos/<photo>/ask",
            "POST /api/photos/<photo>/copy",
            "POST /api/photos/<photo>/important",
            "GET /api/photos/<photo>/original",
            "POST /api/photos/<photo>/print",
            "POST /api/photos/<photo>/quarantine",
            "POST /api/photos/<photo>/reveal",
            "POST /api/photos/<photo>/seen",
            "GET /api/sentences",
            "GET /api/shares",
            "POST /api/shares",
            "POST /api/shares/<share>/end",
            "GET /api/shares/<share>/visits",
        }
    ),
    "pass": frozenset(
        {
            "GET /watch/<invitation>/<proof>",
            "POST /watch/<invitation>/<proof>/command",
            "POST /watch/<invitation>/<proof>/seen",
            "GET /watch/<invitation>/<proof>/state",
            "GET /watch/<invitation>/<proof>/still",
            "POST /watch/<invitation>/<proof>/stills",
            "POST /watch/<invitation>/<proof>/viewers",
        }
    ),
    "share": frozenset(
        {
            "GET /share/<share>/<proof>",
            "POST /share/<share>/<proof>/open",
        }
    ),
    "visit": frozenset(
        {
            "POST /shared/<visit>/live/<invitation>/seen",
            "GET /shared/<visit>/live/<invitation>/still",
            "POST /shared/<visit>/live/<invitation>/viewers",
            "GET /shared/<visit>/map/<int:z>/<int:x>/<int:y>.png",
            "GET /shared/<visit>/photos/<photo>/clip",
            "GET /shared/<visit>/photos/<photo>/thumbnail",
            "GET /shared/<visit>/photos/<photo>/wall",
            "POST /shared/<visit>/state",
        }
    ),
    "peer": frozenset(
        {
            "WEBSOCKET /peerjs",
        }
    ),
    "callback": frozenset(
        {
            "POST /callbacks/clickatell/<secret>",
            "POST /callbacks/telegram",
            "POST /callbacks/twilio/receipts",
            "POST /callbacks/twilio/replies",
        }
    ),
    "machine": frozenset(
        {
            "GET /metrics",
        }
    ),
    "loopback": frozenset(
        {
            "GET /practice/chat",
            "POST /practice/chat",
            "GET /practice/phone",
            "GET /practice/photos/<name>",
            "POST /practice/press",
            "POST /practice/sign-in",
            "GET /practice/state",
        }
    ),
}
"""Every address with its method, by what it needs."""
