"""The product's own settings, with the benchmark's job."""

from config.settings import *  # noqa: F403
from config.settings import INSTALLED_APPS

INSTALLED_APPS = [*INSTALLED_APPS, "benchmarks.job_rates.apps.JobRates"]
