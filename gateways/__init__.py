"""What we use of the outside: SMS providers, TURN providers, and the decoding of pictures."""
