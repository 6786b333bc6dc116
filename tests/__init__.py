"""Tests, in the order of the house: one folder for each package, and journeys through all of it."""
