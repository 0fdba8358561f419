# Two commands do everything on a fresh Debian or Ubuntu machine: `make demo` and `make test`.

PYTHON ?= python3
VENV ?= .venv
OUT ?= out/demo
SUDO := $(shell test "$$(id -u)" = 0 || echo sudo)
PACKAGES := $(shell grep -v '^\#' .ci/system-packages.txt)
BIN := $(VENV)/bin

.PHONY: demo test check setup system tree contact-sheet wheel nano-gpu clean

demo: setup  ## Render the bundled PDFs, LaTeX works, charts and pictures into a dataset, and mix a training set
	$(BIN)/dataengine render demo --out $(OUT)
	$(BIN)/dataengine validate $(OUT) --deep
	$(BIN)/dataengine stats $(OUT)
	$(BIN)/dataengine mix demo_vary_tiny --out $(OUT)-training-set
	@echo "Look at $(OUT)/gallery/index.html"

test: setup  ## Run all tests, a process per core
	$(BIN)/python -m pytest -n auto

check: setup  ## Lint and check types
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

setup: system $(VENV)/installed  ## Make the virtual environment, fetch ECharts
	@$(BIN)/dataengine setup

$(VENV)/installed: pyproject.toml .ci/constraints.txt
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet -c .ci/constraints.txt -e ".[dev]"
	touch $@

# Nothing is installed, and no password asked for, where all packages are there.
system:
	@dpkg -s $(PACKAGES) >/dev/null 2>&1 || { \
	  $(SUDO) apt-get update -qq && \
	  $(SUDO) env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(PACKAGES); }

tree: setup  ## Write the tree of files into the README again
	$(BIN)/python -m tests.readme_tree --write

contact-sheet: setup  ## Draw one sample of each template and theme again, for the docs
	$(BIN)/dataengine preview latex --by-template --columns 5 --cell 360 \
	  --set 'kinds={prose_formulas: 2, prose_tables: 2, formulas: 1, tables: 1}' \
	  --out docs/latex_templates.png
	$(BIN)/dataengine preview charts --by-template --corpus bundled:charts/en --samples 1 \
	  --set library=pyecharts --set content=tables --columns 6 --cell 360 --out docs/charts_themes.png

wheel: setup  ## Build the wheel, install it in an empty environment elsewhere, run the demo there
	.ci/wheel $(BIN)/python

nano-gpu: setup  ## On a GPU, in half an hour: measure, train from scratch, kill, go on, evaluate
	$(BIN)/dataengine-train bench proof nano_gpu --out $(OUT)-nano-gpu

clean:
	rm -rf $(VENV) out build dist
