"""Watching the live video of an invitation: what is answered to everyone who may, and the door of those with a pass."""
