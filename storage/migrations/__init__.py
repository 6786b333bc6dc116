"""The schema's history, oldest first, as Alembic runs it."""
