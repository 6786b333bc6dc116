"""The roof: puts everything together and starts it."""
