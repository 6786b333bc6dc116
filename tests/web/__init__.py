"""The tests of the HTTP doors."""
