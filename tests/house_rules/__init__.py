"""The rules of the house, as tests: what no linter can know about this project."""
