"""What the citizen's phone talks to; it knows keys, and neither cookies nor sessions."""
