"""What every test may ask for by name."""

from pathlib import Path

import pytest
from playwright import async_api, sync_api

PATIENCE = 30_000
"""Milliseconds for which an expectation of a page may take to come true: the machine may be busy."""


def pytest_configure() -> None:
    """Let every expectation wait as long as every other step does; Playwright waits for 5 seconds otherwise."""
    sync_api.expect.set_options(timeout=PATIENCE)
    async_api.expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def checkout() -> Path:
    """Return the folder of the project."""
    return Path(__file__).resolve().parent.parent
