"""What the Makefile calls: environment, demo, tests, checks and locks.

These modules run before anything is installed, so they use the standard library alone.
"""
