"""The HTTP doors: one for citizens, one for dispatchers, and nothing shared between them."""
