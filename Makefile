# Thin on purpose: each target calls a module of deploy/dev/, which sets up what it needs by itself.
PYTHON ?= python3
export PORT SEARCH_GOLD MATCH_GOLD SIZES ONLY UPGRADE ON ENTRIES PEOPLE SECONDS

.PHONY: help demo up test lint audit bench bench-large load assets reset locks messages screenshots
.DEFAULT_GOAL := help

help: ## what each target does
	@$(PYTHON) -m deploy.dev.targets

demo: ## the site with its sample city at 127.0.0.1:8000; PORT= chooses another port
	@$(PYTHON) -m deploy.dev.demo

up: ## the same site on PostgreSQL, Elasticsearch and RabbitMQ; moves the demo's data over
	@$(PYTHON) -m deploy.dev.up

test: ## every test, on SQLite and on PostgreSQL, in a real Chromium
	@$(PYTHON) -m deploy.dev.tests

lint: ## style, types, floors and rooms, templates, migrations, licenses, locks, built files
	@$(PYTHON) -m deploy.dev.lint

audit: ## known vulnerabilities of the locked packages
	@$(PYTHON) -m deploy.dev.audit

bench: ## the benchmark tables; SEARCH_GOLD= and MATCH_GOLD= name the folders of labeled sets
	@$(PYTHON) -m deploy.dev.bench

bench-large: ## the tables at 100,000 and 1,000,000 entries; SIZES= ONLY=search|elasticsearch|matching|jobs
	@$(PYTHON) -m deploy.dev.bench_large

load: ## 200 simulated people on PostgreSQL and Elasticsearch, then on SQLite; ON= ENTRIES= PEOPLE= SECONDS=
	@$(PYTHON) -m deploy.dev.load

assets: ## build CSS and JS with npm
	@$(PYTHON) -m deploy.dev.assets

reset: ## delete the demo's data under var/
	@$(PYTHON) -m deploy.dev.reset

locks: ## compile requirements/*.txt from pyproject.toml; UPGRADE=1 takes the newest versions
	@$(PYTHON) -m deploy.dev.locks

messages: ## collect the interface's sentences and compile the translations
	@$(PYTHON) -m deploy.dev.messages

screenshots: ## ten main pages of the demo as pictures, into docs/screenshots/
	@$(PYTHON) -m deploy.dev.screenshots
