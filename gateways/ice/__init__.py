"""Who lends STUN and TURN servers to live video."""
