"""Embedded stand-ins for Telegram and SMS, so that everything runs, and people train, with no account at all."""
