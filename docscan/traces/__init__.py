"""What pixels alone show: measurements on the pixels of a page as its file holds them, one module a trace.

Pure functions over arrays. None knows a document or decides what is suspicious; that is asked in docscan.checks.
"""
