"""Stands in for the routes of conversations: what was said, what can be said, and saying it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from quart import Quart, Response, request

from showme.domain.talk import GROUPS

if TYPE_CHECKING:
    from quart.typing import ResponseReturnValue

    from tests.web.wall.desk import Stand


def add_talk(app: Quart, stand: Stand) -> None:
    """Serve the conversations of the stand's desk."""

    @app.get("/api/invitations/<invitation>/messages")
    async def conversation(invitation: str) -> ResponseReturnValue:
        if stand.desk.talk_is_down:
            return Response("down", status=502)
        return {"messages": stand.desk.talks.get(invitation, [])}

    @app.post("/api/invitations/<invitation>/messages")
    async def say(invitation: str) -> ResponseReturnValue:
        desk = stand.desk
        told: dict[str, str] = await request.get_json()
        desk.told.append(told)
        if desk.talk_is_down:
            return Response("down", status=502)
        if desk.refusal:
            status, problem = desk.refusal
            return problem, status, {"Content-Type": "application/problem+json"}
        questions = stand.words("talk")["questions"]
        ready = told.get("ready")
        sentence = questions[ready] if ready else told["text"]
        return desk.say(desk.invitations[invitation], sentence, actor="Anna", ready=ready), 201

    @app.get("/api/sentences")
    async def sentences() -> dict[str, Any]:
        words = stand.words("talk")
        return {
            "groups": [
                {
                    "group": group,
                    "name": words["groups"][group],
                    "sentences": [
                        {"ready": ready, "sentence": words["questions"][ready], "answers": answers}
                        for ready, answers in questions.items()
                    ],
                }
                for group, questions in GROUPS.items()
            ]
        }
