"""Describes to other programs, as OpenAPI 3.1, everything they use of us; written by hand, and held to by tests."""
