"""Tools that build the project, or look whether a machine can test it."""
