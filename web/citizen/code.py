"""The page on which a caller types the code that the dispatcher reads aloud."""

from __future__ import annotations

from quart import Blueprint, Response

from showme.errors import NotUnderstood, ShowmeError
from web import pages
from web.bodies import form_fields
from web.callers import address_of_caller
from web.guard import limited, open_to_everyone
from web.needs import needs
from web.reader import language_of_reader, wants_page

blueprint = Blueprint("citizen_code", __name__)

_MOST_TYPED = 40


@blueprint.get("/c")
@limited(60, seconds=60)
@open_to_everyone
async def ask() -> Response:
    """Ask for the code."""
    return await pages.code(language=language_of_reader())


@blueprint.post("/c")
@limited(60, seconds=60, closes=True)
@open_to_everyone
async def hear() -> Response:
    """Take the code, and lead to the invitation's page; a wrong one is asked for again on the same page."""
    try:
        typed = (await form_fields()).get("code", "")
        if not typed or len(typed) > _MOST_TYPED:
            raise NotUnderstood("code_not_known")
        key = await needs().speaking.hear(typed, address=address_of_caller())
    except ShowmeError as error:
        if not wants_page():
            raise
        language = language_of_reader()
        sentence = needs().words.say(language, f"citizen_refusals.{error.cause}", **error.facts)
        answer = await pages.code(language=language, sentence=sentence, status=error.status)
        if error.retry_after is not None:
            answer.headers["Retry-After"] = str(error.retry_after)
        return answer
    return Response(status=303, headers={"Location": f"/s/{key}"})
