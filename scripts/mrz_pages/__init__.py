"""Synthetic pages with MRZs on them, and pages with none: invented holders, drawn documents, drawn captures."""
