"""An app of the tests: handlers that a started worker runs, leaving a countable effect."""
