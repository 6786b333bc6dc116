"""What dispatchers' browsers and other programs talk to; it knows sessions and tokens, and no keys."""
