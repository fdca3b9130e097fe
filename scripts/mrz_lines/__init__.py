"""Synthetic machine-readable lines: what is printed, how it is printed, how it is captured, how it is cut out."""
