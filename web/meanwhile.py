"""Answers everybody while the disk is so full that nothing can be opened: 507, in a sentence, and when to try again."""

from __future__ import annotations

import html
import json
from typing import Final

from quart import Quart, Response, request

from showme.domain.words import FALLBACK, LANGUAGES, Catalogue, preferred_language

_AGAIN_AFTER: Final = 30
_METHODS: Final = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]
_POLICY: Final = "default-src 'none'; frame-ancestors 'none'"


def create_meanwhile_app(words: Catalogue) -> Quart:
    """Make an application that opens nothing and stores nothing."""
    app = Quart(__name__, static_folder=None)
    app.config["MAX_CONTENT_LENGTH"] = None

    @app.route("/", defaults={"path": ""}, methods=_METHODS)
    @app.route("/<path:path>", methods=_METHODS)
    async def refused(path: str) -> Response:
        """Refuse whatever is asked; that the process lives is true all the same."""
        if path == "healthz":
            return Response("ok\n", content_type="text/plain; charset=utf-8")
        is_citizens = path.startswith("s/") or path == "c"
        language = preferred_language(request.headers.get("Accept-Language", ""), LANGUAGES, otherwise=FALLBACK)
        section = "citizen_refusals" if is_citizens else "refusals"
        sentence = words.say(language if is_citizens else FALLBACK, f"{section}.storage_full")
        answer = Response(status=507)
        if "text/html" in request.headers.get("Accept", ""):
            answer.content_type = "text/html; charset=utf-8"
            answer.set_data(f"<!doctype html><title>showme</title><p>{html.escape(sentence)}</p>")
        else:
            answer.content_type = "application/problem+json"
            problem = {"type": "about:blank", "title": sentence, "status": 507, "cause": "storage_full"}
            answer.set_data(json.dumps({**problem, "detail": sentence}, ensure_ascii=False))
        answer.headers["Retry-After"] = str(_AGAIN_AFTER)
        answer.headers["Cache-Control"] = "no-store"
        answer.headers["Content-Security-Policy"] = _POLICY
        answer.headers["X-Content-Type-Options"] = "nosniff"
        return answer

    return app
