# What a developer types. Everything is set up on the way; the first time takes minutes.
#
#   make run          the demo paper on http://localhost:8000 (another port: ALLMENDE_PORT)
#   make test         the whole suite, on SQLite and PostgreSQL
#   make check        format, lint, types, architecture, migrations, translations
#   make bench        all figures, or one: FIGURE=serving (small fixtures: SCALE=small)
#   make format       formats; make messages collects and compiles translations
#   make conformance  judges that nobody here wrote, and all kills; slow

.PHONY: run test check bench conformance format messages sync judges
.DEFAULT_GOAL := run

OWN_UV := .cache/uv/bin/uv
UV := $(or $(shell command -v uv 2>/dev/null),$(OWN_UV))
PYTHON := .venv/bin/python
FIGURES := $(filter-out archive figures fixtures givers members,$(basename $(notdir $(sort $(wildcard benchmarks/[a-z]*.py)))))
export UV_PYTHON_DOWNLOADS := never
# Hundreds of processes start: what they import is compiled once, and kept even where the environment
# forbids to (as containers do), but out of the way of the sources.
unexport PYTHONDONTWRITEBYTECODE
export PYTHONPYCACHEPREFIX := $(CURDIR)/.cache/bytecode

run: .venv/synced
	@ALLMENDE_DEMO=1 .venv/bin/allmende run

test: .venv/synced
	@$(PYTHON) -m tests.debian gettext postgresql chromium default-jre-headless nodejs npm postfix dovecot-imapd \
	  nginx-light libnginx-mod-http-brotli-static
	@$(MAKE) --no-print-directory judges || echo "Without judges the tests that ask them are skipped."
	@$(PYTHON) -m tests.run $(STRICT)

check: .venv/synced
	@$(PYTHON) -m tests.debian gettext
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(PYTHON) -m mypy
	.venv/bin/lint-imports --no-cache
	@$(PYTHON) -m tests.in_step

bench: .venv/synced
	@$(PYTHON) -m tests.debian postgresql postfix nginx-light redis-server wrk
	@status=0; for figure in $(or $(FIGURE),$(FIGURES)); do \
	  echo "== $$figure"; $(PYTHON) benchmarks/$$figure.py || status=1; done; exit $$status

conformance: .venv/synced
	@$(PYTHON) -m tests.debian postgresql chromium default-jre-headless nodejs npm postfix dovecot-imapd w3m \
	  opendkim spamassassin
	@$(MAKE) --no-print-directory judges
	@KILLS=$(or $(KILLS),200) RECIPIENTS=$(or $(RECIPIENTS),20000) EXAMPLES=$(or $(EXAMPLES),200) \
	  $(PYTHON) -m tests.run --conformance

format: .venv/synced
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .

messages: .venv/synced
	@$(PYTHON) -m tests.debian gettext
	@for app in src/allmende/*/; do if [ -f $$app/__init__.py ]; then mkdir -p $$app/locale; \
	  (cd $$app && DJANGO_SETTINGS_MODULE=allmende.site.settings ALLMENDE_DATA=$(CURDIR)/build/data \
	  $(CURDIR)/$(PYTHON) -P -m django makemessages --locale=de --extension=html,txt,py,atom,mjml --no-location --no-obsolete -v0 && \
	  $(CURDIR)/$(PYTHON) -P -m django compilemessages -v0); rmdir $$app/locale 2>/dev/null; fi; done; true

sync: .venv/synced

judges: node_modules/.package-lock.json

.venv/synced: pyproject.toml uv.lock | $(UV)
	@$(UV) sync --frozen --quiet --group conformance
	@touch $@

node_modules/.package-lock.json: package.json package-lock.json
	@npm ci --ignore-scripts --no-audit --no-fund --loglevel=error

$(OWN_UV):
	@python3 -m venv .cache/uv || { echo "Install Debian's python3-venv first."; exit 1; }
	@.cache/uv/bin/pip install --quiet --disable-pip-version-check uv
