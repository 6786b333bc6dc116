"""The addresses by which machines watch us, and read this description."""

from __future__ import annotations

from typing import Final

from web.openapi.writing import Node, as_bytes, as_json, operation, ref

PATHS: Final[dict[str, Node]] = {
    "/healthz": {
        "get": operation(
            "alive",
            "Whether the process answers",
            answers={200: as_json(ref("Alive"), "it does")},
            refuses=(403, 429),
        )
    },
    "/readyz": {
        "get": operation(
            "ready",
            "Which parts are in trouble; none of them keeps the rest from working",
            answers={200: as_json(ref("Ready"), "the records can be read")},
            refuses=(403, 429, 503),
        )
    },
    "/metrics": {
        "get": operation(
            "metrics",
            "Figures for Prometheus; for anybody but this machine and our proxies' machines the address does not exist",
            answers={200: as_bytes("the figures", "text/plain", "application/openmetrics-text")},
            refuses=(403, 404, 429),
        )
    },
    "/openapi.json": {
        "get": operation(
            "description",
            "This description",
            answers={200: as_json({"type": "object"}, "OpenAPI 3.1")},
            refuses=(403, 429),
        )
    },
}
