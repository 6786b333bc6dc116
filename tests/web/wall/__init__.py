"""What the photowall does in a real browser."""
