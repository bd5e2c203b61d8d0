"""`make load`: people who use the site at the same time, and what must hold afterwards.

`seed` fills an installation of its own, `locustfile` are the people, `checks` looks at the rows
afterwards, `report` prints the table. `deploy/dev/load.py` starts the programs around them.
"""
