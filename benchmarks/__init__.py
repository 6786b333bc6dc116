"""Measures showme as it is used, and prints every figure beside what it is compared with."""
