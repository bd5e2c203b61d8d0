"""How many jobs a second the engines deliver; see `benchmarks.job_rates.rates`."""
