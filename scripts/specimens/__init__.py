"""Specimens of travel documents of invented States: drawn, forged and captured by seed.

Only for training, enrolment and tests. No real State's design is drawn, every face is drawn too, and SPECIMEN stands
across each page.
"""
