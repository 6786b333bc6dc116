from __future__ import annotations

import json
from pathlib import Path

import pytest

from gateways.sms import clickatell_codes, twilio_codes, verdicts

CAUSES = sorted(
    {
        *(verdict.cause for verdict in twilio_codes.CODES.values()),
        *(verdict.cause for verdict in clickatell_codes.ERRORS.values()),
        *clickatell_codes.CAUSES.values(),
        *(verdicts.by_status(status).cause for status in range(200, 600)),
        verdicts.DOWN.cause,
        "sms_failed",
    }
)


@pytest.mark.parametrize("cause", CAUSES)
def test_a_dispatcher_is_told_every_cause_in_words(checkout: Path, cause: str) -> None:
    sentences = json.loads((checkout / "words/en/refusals.json").read_text("utf-8"))
    assert sentences.get(cause), f"no sentence for {cause}"
