"""Says what is missing where several nodes are to share database and media store."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.settings import Settings


def checked_database(value: str | None) -> str | None:
    """Return a database's URL; raise ValueError for anything but PostgreSQL by asyncpg."""
    if value is not None and not value.startswith("postgresql+asyncpg://"):
        raise ValueError("a URL is needed that begins with postgresql+asyncpg://")
    return value


def problems_of_sharing(settings: Settings) -> list[str]:
    """Say what keeps the media store, or several nodes, from working."""
    problems = []
    if settings.media_bucket is None:
        named = ("media_endpoint", "media_access_key", "media_secret_key")
        if any(getattr(settings, name) is not None for name in named):
            problems.append("media_bucket is missing: the bucket in which the object store keeps the media.")
        return problems
    if (settings.media_access_key is None) != (settings.media_secret_key is None):
        problems.append("media_access_key and media_secret_key belong together.")
    if settings.database_url is not None and settings.telegram_webhook_secret is not None:
        problems.append(
            "telegram_webhook_secret: with several nodes the bot has to poll, as one node at a time speaks for it; "
            "leave it out."
        )
    return problems
