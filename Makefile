# Two commands matter: `make demo` shows the app at work, `make test` runs its whole test suite.
# Both need Python 3.11 or newer and make, and install all else into .venv.
#
#   make demo               the sample shop, with a try-on by each engine, at http://127.0.0.1:8000
#   make demo ONCE=1        stop after the five try-ons; exit 0 only if all succeeded
#   make demo PHOTOS=dir    dress the photographs of this folder instead
#   make demo YES=1         do not ask before spending money (with SEGMIND_API_KEY only)
#   make test               the whole suite
#   make test ARGS="…"      pytest with these arguments instead
#   make bench              how fast storefront and workers are, beside a plain DRF view and the
#                           usual Celery recipes; about twenty minutes, on a machine at rest
#   make chaos              kill workers, broker and database at random, and add up what is left
#   make chaos ARGS="…"     with these options, such as --embedded or --times 10
#   make lint | docs | package | clean

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
INSTALL := scripts/install $(BIN)/python $(VENV)/install.log

.DEFAULT_GOAL := help
.PHONY: help demo test chaos bench lint docs package clean

help:
	@sed -n 's/^#   //p' Makefile

demo: $(VENV)/.demo
	@$(BIN)/python -m example_project.demo $(if $(ONCE),--once) $(if $(YES),--yes) \
		$(if $(PHOTOS),--photos "$(PHOTOS)")

test: $(VENV)/.test
	@$(BIN)/python -m tests.run $(ARGS)

chaos: $(VENV)/.test
	@$(BIN)/python -m tests.chaos $(ARGS)

bench: $(VENV)/.test
	@$(BIN)/python -m bench.storefront
	@$(BIN)/python -m bench.studio
	@$(BIN)/python -m bench.workers $(ARGS)

lint: $(VENV)/.lint
	@scripts/lint $(BIN)

docs: $(VENV)/.docs
	@$(BIN)/sphinx-build -W --keep-going -q -b html docs docs/_build/html
	@echo "The docs are in docs/_build/html/index.html"

package: $(VENV)/.package
	@rm -rf dist
	@$(BIN)/python -m build --outdir dist . > $(VENV)/build.log 2>&1 || { cat $(VENV)/build.log; exit 1; }
	@ls dist

clean:
	rm -rf $(VENV) dist docs/_build example_project/var .coverage .coverage.*

$(VENV)/.made:
	@scripts/venv "$(PYTHON)" $(VENV)
	@touch $@

# Each stamp is older than what it was made from, or made anew.
$(VENV)/.demo: $(VENV)/.made pyproject.toml
	@$(INSTALL) --editable ".[heic,sandbox,video]" --group demo
	@touch $@

$(VENV)/.test: $(VENV)/.made pyproject.toml
	@$(INSTALL) --editable ".[celery,django-tasks,heic,oscar,otel,quality,s3,sandbox,video]" --group test
	@touch $@ $(VENV)/.demo

$(VENV)/.lint: $(VENV)/.test
	@$(INSTALL) --group lint
	@touch $@

$(VENV)/.docs: $(VENV)/.test
	@$(INSTALL) --group docs
	@touch $@

$(VENV)/.package: $(VENV)/.made pyproject.toml
	@$(INSTALL) --group package
	@touch $@
