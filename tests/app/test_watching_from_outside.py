"""The dashboard and the alert rules speak of figures that exist, and the page for operators of each one."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

import yaml  # type: ignore[import-untyped]

from showme.domain.ladder import Rung
from showme.domain.measures import QUANTILES, SPANS
from tests.house_rules.house import ROOT
from web.metrics import SAYS

DEPLOY = ROOT / "deploy"
OURS = {f"showme_{name}" for name in SAYS}
NOT_OURS = {"up", "process_resident_memory_bytes"}
VALUES = {
    "span": set(SPANS),
    "quantile": set(QUANTILES),
    "rung": {rung.value for rung in Rung},
    "result": {"delivered", "accepted", "unknown", "failed"},
    "job": {"showme"},
}


def rules() -> list[dict[str, Any]]:
    read = yaml.safe_load((DEPLOY / "alerts.yaml").read_text("utf-8"))
    return [rule for group in read["groups"] for rule in group["rules"]]


def expressions() -> Iterator[str]:
    yield from (rule["expr"] for rule in rules())
    board = json.loads((DEPLOY / "grafana.json").read_text("utf-8"))
    for panel in board["panels"]:
        yield from (target["expr"] for target in panel["targets"])


def test_every_figure_that_is_asked_for_exists() -> None:
    asked = {name for told in expressions() for name in re.findall(r"\b(showme_\w+|process_\w+|up)\b", told)}
    assert asked <= OURS | NOT_OURS
    assert OURS - asked - {"showme_organisations", "showme_telegram_up"} == set(), "nobody would see them"


def test_every_label_that_is_asked_for_exists_at_its_figure() -> None:
    for told in expressions():
        for name, chosen in re.findall(r"\bshowme_(\w+)\{([^}]*)\}", told):
            for label, how, values in re.findall(r'(\w+)(=~?)"([^"]*)"', chosen):
                assert label in SAYS[name][1], told
                if label in VALUES:
                    assert set(values.split("|") if how == "=~" else [values]) <= VALUES[label], told
        for kept in re.findall(r"\bby \(([^)]*)\)", told):
            labels = {label.strip() for label in kept.split(",")}
            assert any(labels <= set(SAYS[name][1]) for name in re.findall(r"\bshowme_(\w+)", told)), told


def test_every_alert_says_what_to_do() -> None:
    names = [rule["alert"] for rule in rules()]
    assert len(names) == len(set(names)) > 10
    for rule in rules():
        assert rule["labels"]["severity"] in {"critical", "warning"}
        assert rule["annotations"]["summary"].rstrip().endswith("."), rule["alert"]
        asked = set(re.findall(r"\$labels\.(\w+)", rule["annotations"]["summary"]))
        assert all(f"by ({label}" in rule["expr"] for label in asked), rule["alert"]


def test_parentheses_are_closed() -> None:
    for told in expressions():
        for opening, closing in ("()", "{}", "[]"):
            assert told.count(opening) == told.count(closing), told


def test_the_page_for_operators_tells_of_every_figure() -> None:
    page = (ROOT / "docs" / "operating.md").read_text("utf-8")
    told = set(re.findall(r"`showme_(\w+)`", page))
    assert set(SAYS) == told
