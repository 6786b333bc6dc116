"""Tells our errors at the web doors: a status and problem+json (RFC 9457), or a page that a person understands."""

from __future__ import annotations

import json
from typing import Final

from quart import Quart, Response, has_request_context
from werkzeug.exceptions import HTTPException, RequestEntityTooLarge, TooManyRequests

from showme.errors import NotSignedIn, ShowmeError, TooLarge, TooMany
from web import pages
from web.needs import needs
from web.reader import is_citizens_address, language_of_reader, wants_page

_BY_STATUS: Final[dict[int, str]] = {
    400: "not_understood",
    404: "not_found",
    405: "method_not_allowed",
    408: "too_slow",
    415: "not_understood",
}


def tell_errors(app: Quart) -> None:
    """Register the one table from what is raised to what is told."""
    app.register_error_handler(ShowmeError, _told)
    app.register_error_handler(HTTPException, _translated)
    app.register_error_handler(Exception, _unforeseen)


async def _translated(error: HTTPException) -> Response:
    if isinstance(error, RequestEntityTooLarge):
        return await _told(TooLarge(most_megabytes=50))
    if isinstance(error, TooManyRequests):
        return await _told(TooMany(retry_after=getattr(error, "retry_after", 10)))
    status = error.code or 500
    answer = await _answer(status, _BY_STATUS.get(status, "not_understood"), {})
    for name, value in error.get_headers():
        if name == "Allow":
            answer.headers[name] = value
    return answer


async def _unforeseen(error: Exception) -> Response:
    needs().report("unforeseen", error)
    return await _answer(500, "unexpected", {})


async def _told(error: ShowmeError) -> Response:
    answer = await _answer(error.status, error.cause, error.facts)
    if error.retry_after is not None:
        answer.headers["Retry-After"] = str(error.retry_after)
    if isinstance(error, NotSignedIn):
        answer.headers["WWW-Authenticate"] = "Bearer"
    return answer


async def _answer(status: int, cause: str, facts: dict[str, object]) -> Response:
    """Answer a citizen in the citizen's words, anyone else in the dispatchers', as a page where a person reads it.

    A websocket that is refused before it opens gets the status alone: its client reads nothing else.
    """
    if not has_request_context():
        return Response("", status=status)
    is_citizen = is_citizens_address()
    needs().refusals[status, "citizen" if is_citizen else "dispatcher"] += 1
    language = language_of_reader()
    sentence = needs().words.say(language, f"{'citizen_refusals' if is_citizen else 'refusals'}.{cause}", **facts)
    if wants_page():
        told = pages.refused_to_citizen if is_citizen else pages.refused_to_dispatcher
        return await told(sentence, language=language, status=status)
    problem = {"type": "about:blank", "title": sentence, "status": status, "cause": cause, "detail": sentence}
    return Response(json.dumps(problem, ensure_ascii=False), status=status, content_type="application/problem+json")
