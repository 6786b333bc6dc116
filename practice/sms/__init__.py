"""Stand in for the HTTP interfaces of SMS providers."""
