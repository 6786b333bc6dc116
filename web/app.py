"""Makes the web application from what it needs; opens nothing itself."""

from __future__ import annotations

from typing import Final

from quart import Quart
from quart_rate_limiter import RateLimiter

from web import callbacks, health, metrics, practice, signalling, static_files
from web.citizen import code, page, progress, uploads
from web.citizen import live as citizen_live
from web.citizen import photos as citizen_photos
from web.citizen import talk as citizen_talk
from web.dispatcher import (
    blurring,
    clips,
    handing_over,
    holds,
    invitations,
    live,
    marks,
    passkeys,
    photos,
    quarantine,
    screen,
    sessions,
    sharing,
    sign_in,
    talk,
)
from web.dispatcher import credits as credit_routes
from web.dispatcher import map as map_routes
from web.errors import tell_errors
from web.guard import refuse_strange_requests, refuse_strange_sockets
from web.headers import add_headers
from web.limits import ForgetfulStore, SafeStore
from web.needs import EXTENSION, Needs
from web.openapi import door
from web.watching import guests, visitors

_ROUTES: Final = (
    page.blueprint,
    citizen_photos.blueprint,
    uploads.blueprint,
    progress.blueprint,
    citizen_live.blueprint,
    citizen_talk.blueprint,
    code.blueprint,
    sign_in.blueprint,
    passkeys.blueprint,
    sessions.blueprint,
    invitations.blueprint,
    credit_routes.blueprint,
    photos.blueprint,
    clips.blueprint,
    marks.blueprint,
    holds.blueprint,
    quarantine.blueprint,
    blurring.blueprint,
    live.blueprint,
    talk.blueprint,
    map_routes.blueprint,
    handing_over.blueprint,
    sharing.blueprint,
    screen.blueprint,
    guests.blueprint,
    visitors.blueprint,
    signalling.blueprint,
    callbacks.blueprint,
    health.blueprint,
    metrics.blueprint,
    door.blueprint,
    static_files.blueprint,
    practice.blueprint,
)
_MOST_BODY: Final = 64 * 1024 * 1024
_BESIDE: Final = 1024 * 1024
"""What a form may add to the largest upload."""


def create_app(needs: Needs) -> Quart:
    """Make the application."""
    app = Quart(__name__, static_folder=None)
    app.extensions[EXTENSION] = needs
    app.config["MAX_CONTENT_LENGTH"] = max(_MOST_BODY, needs.receiving.most_bytes + _BESIDE)
    app.config["BODY_TIMEOUT"] = None
    app.config["RESPONSE_TIMEOUT"] = 600
    app.before_request(refuse_strange_requests)
    app.before_websocket(refuse_strange_sockets)
    RateLimiter(app, store=SafeStore(ForgetfulStore()))
    app.after_request(add_headers)
    tell_errors(app)
    for blueprint in _ROUTES:
        app.register_blueprint(blueprint)
    return app
