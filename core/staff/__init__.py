"""The staff pages of the ground: options, working days, periodic jobs, news, audit trail."""
