"""The ground: the rules of the work, without any input or output."""
