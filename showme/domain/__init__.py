"""Values and rules, as plain frozen data and plain functions."""
