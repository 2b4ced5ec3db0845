# `make lab` opens the course and `make test` tests it; both install what they need, in the folder .venv.
#
#   make lab LAB=--no-browser       print the address instead of opening a browser
#   make setup PYTHON=python3.12    use this Python (after `make clean`, if .venv exists)
#   make setup TORCH=cuda           take PyTorch's default build: several GB, uses an NVIDIA card
#   make lab TORCH=none             leave PyTorch out: every lesson runs, and what trains with it says so
#
# Only `make clean` deletes anything, and never a notebook.

.PHONY: help setup lab site test test-all test-browser newest bench fmt clean always
.DEFAULT_GOAL := help

# One numeric thread, set before Python starts, so that the order of imports cannot matter.
export OMP_NUM_THREADS := 1
export PIP_DISABLE_PIP_VERSION_CHECK := 1

PY := .venv/bin/python
COURSE := $(PY) -m course_lib.author.command
PYTEST := $(PY) -m pytest -n 2
NBVAL := --nbval-lax --nbval-current-env --nbval-cell-timeout=120 --dist loadfile
PYTHONS := $(if $(PYTHON),"$(PYTHON)",python3 python3.13 python3.12 python3.11 python3.14)
FITS := import sys; sys.exit(not (3, 11) <= sys.version_info[:2] < (3, 15))
TORCH_PIN := $(shell sed -n '/^torch==/p' constraints.txt)
CPU_WHEELS := https://download.pytorch.org/whl/cpu
ANSWERS := from urllib.request import urlopen; urlopen("$(CPU_WHEELS)/torch/", timeout=3)
CPU_INDEX = $(if $(PIP_NO_INDEX),,$(shell test "`uname -s`" != Linux || { \
    timeout 3 $(PY) -c '$(ANSWERS)' 2>/dev/null && echo --extra-index-url $(CPU_WHEELS) || \
    echo "PyTorch's index of CPU builds does not answer: taking the build that pip finds." >&2; }))
KERNELS := $(wildcard course_lib/kernels/*.py course_lib/kernels/*/*.py course_lib/shared/*.py)

# What .venv remembers: where this folder was, and which PyTorch it has.
HERE := $(shell test "`cat .venv/course-home 2>/dev/null`" = "`pwd -P`" && $(PY) -c "" 2>/dev/null && echo yes)
HAS_TORCH := $(shell cat .venv/course-torch 2>/dev/null)
ifneq ($(filter-out cpu cuda none,$(TORCH)),)
$(error TORCH is cpu, cuda or none, not $(TORCH))
endif

# A folder made by `course bundle` carries its packages: nothing is asked of the network.
ifneq ($(wildcard wheels/*.whl),)
export PIP_NO_INDEX := 1
export PIP_FIND_LINKS := wheels
TORCH_THERE := $(if $(wildcard wheels/torch-*),cpu,none)
endif
WANT_TORCH := $(firstword $(TORCH) $(filter cuda none,$(HAS_TORCH)) $(TORCH_THERE) cpu)
BUT_TORCH := import tomllib; needs = tomllib.load(open("pyproject.toml", "rb"))["project"]["dependencies"]; \
    print(*(need for need in needs if not need.startswith("torch")))

help:
	@echo "make lab           install the course if needed, and open it in JupyterLab"
	@echo "make site          the lessons as pages that need no kernel, in build/site"
	@echo "make test          style, structure, science, fast claims, every notebook"
	@echo "make test-all      the same, then the slow, browser and offline tests"
	@echo "make test-browser  only the tests in a browser"
	@echo "make newest        the same tests with the newest releases instead of the pinned ones"
	@echo "make bench         how fast it is, beside other libraries"
	@echo "make fmt           tidy the code, and strip the notebooks of outputs"
	@echo "make setup         install only: the course and what its tests need"
	@echo "make clean         remove what make made (.venv and caches); notebooks stay"

setup: .venv/course-dev
	@echo "Ready: make lab opens the course."

lab: .venv/course-warm
	@$(COURSE) lab $(LAB)

site: .venv/course-warm build/site-env/ready
	@$(COURSE) site

test: .venv/course-dev
	@echo "== 1/5 layout of the code";     $(PY) -m ruff format --check .
	@echo "== 2/5 common mistakes";        $(PY) -m ruff check .
	@echo "== 3/5 who imports whom";       .venv/bin/lint-imports
	@echo "== 4/5 science and fast claims"; $(PYTEST) tests
	@echo "== 5/5 every notebook runs";    $(PYTEST) $(NBVAL) notebooks

test-all: test build/site-env/ready
	$(PYTEST) -m "slow or browser or offline" tests

test-browser: .venv/course-dev build/site-env/ready
	$(PY) -m pytest -m "browser and not slow" -v tests

# What a reader without pins gets: the newest releases within the ranges of pyproject.toml. Beyond them is said at the end.
NEWEST := build/newest/bin/python
newest: .venv/course-home
	$(PY) -m venv --clear build/newest
	$(NEWEST) -m pip install $(CPU_INDEX) $(or $(TORCH_NEWEST),torch)
	$(NEWEST) -m pip install -e ".[dev]"
	@echo "== other than the pinned versions:"; $(NEWEST) -m pip freeze --exclude-editable | sed "s/+cpu//" | grep -vixFf constraints.txt || true
	NUMBA_CACHE_DIR="$(CURDIR)/build/newest/numba" $(NEWEST) -m pytest -n 2 -k "not is_what_is_pinned" tests
	NUMBA_CACHE_DIR="$(CURDIR)/build/newest/numba" $(NEWEST) -m pytest -n 2 $(NBVAL) notebooks
	@echo "== newer releases beyond the ranges:"; $(NEWEST) -m pip list --outdated

bench: .venv/course-dev
	$(PY) -m pytest -m bench -s tests

fmt: .venv/course-dev
	$(COURSE) strip
	$(PY) -m ruff format .
	$(PY) -m ruff check --fix .

clean:
	rm -rf .venv .pytest_cache .ruff_cache .import_linter_cache build *.egg-info
	find course_lib tests -name __pycache__ -prune -exec rm -rf {} +

# An environment knows its own address: when the folder was moved or its Python has gone, it is made anew.
ifneq ($(HERE),yes)
.venv/course-home: always
endif

.venv/course-home:
	@if [ -e $@ ]; then echo "This folder was moved, or its Python has gone: building .venv again."; rm -rf .venv; fi
	@for python in $(PYTHONS); do \
	    if "$$python" -c '$(FITS)' >/dev/null 2>&1; then found="$$python"; break; fi; \
	done; \
	if [ -z "$$found" ]; then \
	    echo "The course needs Python 3.11, 3.12, 3.13 or 3.14, and none was found as:" $(PYTHONS); \
	    echo "Install one from https://www.python.org/downloads/ or name one: make lab PYTHON=/path/to/python3"; \
	    exit 1; \
	fi; \
	echo "Making .venv with `"$$found" --version`"; \
	"$$found" -m venv .venv && $(PY) -m pip --version >/dev/null || { \
	    echo "Python could not make .venv. On Debian and Ubuntu: sudo apt install python3-venv, then try again."; \
	    exit 1; \
	}
	@pwd -P > $@

# PyTorch comes first and alone: on Linux its default build brings several GB for graphics cards.
ifneq ($(WANT_TORCH),$(HAS_TORCH))
.venv/course-torch: always
endif

.venv/course-torch: constraints.txt .venv/course-home
	@echo "Installing the course: once, a few minutes and about $(if $(filter none,$(WANT_TORCH)),1,1.7) GB of disk."
	@test ! -e $@ || test "`cat $@`" = $(WANT_TORCH) || $(PY) -m pip uninstall -q -y torch
	@if [ $(WANT_TORCH) = none ]; then exit 0; fi; \
	$(PY) -m pip install -c constraints.txt $(if $(filter cpu,$(WANT_TORCH)),$(CPU_INDEX)) $(TORCH_PIN) || { \
	    test -z "$$PIP_NO_INDEX" || { echo "The packages in wheels/ are for:"; cat wheels/targets.txt; exit 1; }; \
	    echo "PyTorch could not be installed. Is there a network, and 5 GB of disk? (PyTorch has no build"; \
	    echo "for Macs with Intel processors any more: use the Binder link in README.md there.)"; \
	    exit 1; \
	}
	@echo $(WANT_TORCH) > $@

.venv/course-runtime: pyproject.toml constraints.txt .venv/course-torch
ifeq ($(WANT_TORCH),none)
	$(PY) -m pip install -c constraints.txt `$(PY) -c '$(BUT_TORCH)'`
	$(PY) -m pip install --no-deps -e .
else
	$(PY) -m pip install -c constraints.txt -e .
endif
	@touch $@

.venv/course-dev: .venv/course-runtime
ifeq ($(WANT_TORCH),none)
	@echo "The tests compare with PyTorch: make setup TORCH=cpu installs it."; exit 1
endif
	$(PY) -m pip install -c constraints.txt -e ".[dev,bench]"
	@touch $@

# Compiled once here, so that no first click in a lesson waits for it.
.venv/course-warm: .venv/course-runtime $(KERNELS)
	@$(COURSE) warm
	@touch $@

# Sphinx and its themes have an environment of their own: they ask for other versions than the course does.
SITE_NEEDS := course_lib/author/site/requirements.txt

build/site-env/ready: $(SITE_NEEDS) .venv/course-home
	$(PY) -m venv --clear build/site-env
	build/site-env/bin/python -m pip install -q -r $(SITE_NEEDS)
	@touch $@
