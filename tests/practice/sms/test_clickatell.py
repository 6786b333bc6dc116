from __future__ import annotations

import pytest

from practice.sms.clickatell import ClickatellIntegration, create_app

GOOD = {"channel": "sms", "to": "32470123456", "content": "hello"}


@pytest.fixture
def integration() -> ClickatellIntegration:
    return ClickatellIntegration(api_key="secret", senders=frozenset({"32460001234"}))


async def post(
    integration: ClickatellIntegration, body: object, *, key: str = "secret"
) -> tuple[int, dict[str, object]]:
    client = create_app(integration).test_client()
    answer = await client.post("/v1/message", json=body, headers={"Authorization": key})
    return answer.status_code, await answer.get_json()


async def test_a_documented_request_is_taken(integration: ClickatellIntegration) -> None:
    status, told = await post(integration, {"messages": [GOOD | {"from": "32460001234", "clientMessageId": "1"}]})
    (sms,) = integration.taken
    assert status == 202
    assert told == {
        "messages": [{"apiMessageId": sms.id, "accepted": True, "to": "32470123456", "error": None}],
        "error": None,
    }


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"text": "hello"}, 23),
        ({"content": ""}, 23),
        ({"content": None}, 23),
        ({"channel": "whatsapp"}, 39),
        ({"to": "+32470123456"}, 25),
        ({"to": ["32470123456"]}, 25),
        ({"from": "32460009999"}, 45),
    ],
)
async def test_a_message_that_is_not_documented_is_refused(
    integration: ClickatellIntegration, change: dict[str, object], code: int
) -> None:
    status, told = await post(integration, {"messages": [GOOD | change]})
    assert status == 400
    match told:
        case {"error": None, "messages": [{"accepted": False, "apiMessageId": None, "error": {"code": said}}]}:
            assert said == code
        case _:
            pytest.fail(f"{told}")
    assert integration.taken == []


@pytest.mark.parametrize(
    ("body", "code"),
    [([], 21), ({}, 21), ({"messages": [GOOD], "more": 1}, 21), ({"messages": []}, 22), ({"messages": [GOOD] * 2}, 22)],
)
async def test_a_request_that_is_not_documented_is_refused(
    integration: ClickatellIntegration, body: object, code: int
) -> None:
    status, told = await post(integration, body)
    match told:
        case {"messages": [], "error": {"code": said}}:
            assert (status, said) == (400, code)
        case _:
            pytest.fail(f"{told}")


async def test_a_stranger_is_refused(integration: ClickatellIntegration) -> None:
    status, told = await post(integration, {"messages": [GOOD]}, key="guessed")
    assert (status, told["messages"], integration.taken) == (401, [], [])
