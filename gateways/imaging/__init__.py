"""Reads pictures that nobody vouches for: the header here, everything else in confined worker processes."""
