from hypothesis import settings

# Tables are read on first use, so the first example of a property is slow: no test here is about time.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
