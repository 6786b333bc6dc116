"""The team chat's door: commands come in, cards and photos go out."""
