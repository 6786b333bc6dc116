"""Looks into clips that nobody vouches for, and makes what browsers play of them."""
