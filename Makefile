# Thin: the command `anykube` does the work, see `.anykube/venv/bin/anykube --help`.
STACK ?= local
PYTHON ?= python3
BIN := .anykube/venv/bin
RUN := $(BIN)/python
# Python compiles into .anykube/, not beside the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.anykube/pycache
export PYTHONDONTWRITEBYTECODE :=
unexport MAKEFLAGS

.PHONY: up preview guard destroy show history rollback rehearse preflight policy settings backend roles migrate unlock env toolchain test check bench docs wheels mutants schema fix clean clean-cache bootstrap everything

up: bootstrap        ## bring STACK up and show it; ALLOW="NAME …": may replace or delete these
	@$(BIN)/anykube up --stack $(STACK) $(addprefix --allow=,$(ALLOW))

preview: bootstrap   ## what `up` of STACK would change, and what policies and the guard say of it
	@$(BIN)/anykube preview --stack $(STACK) $(addprefix --allow=,$(ALLOW))

guard: bootstrap     ## what `up` of STACK would replace or delete of what is guarded: a preview
	@$(BIN)/anykube guard --stack $(STACK) $(addprefix --allow=,$(ALLOW))

destroy: bootstrap   ## remove STACK, and what is layered on it
	@$(BIN)/anykube destroy --stack $(STACK)

show: bootstrap      ## show pools, nodes, pods, routes
	@$(BIN)/anykube show --stack $(STACK)

rehearse: bootstrap  ## a cloud STACK on a simulated cloud; KEEP=1 leaves it up, END=1 ends that, FAULT=NAME
	@$(BIN)/anykube rehearse --stack $(STACK) $(if $(KEEP),--keep) $(if $(END),--end) $(addprefix --fault=,$(FAULT))

history: bootstrap   ## the revisions of APP that the cluster of STACK keeps
	@$(BIN)/anykube history --stack $(STACK) --app $(APP)

rollback: bootstrap  ## give the pods of APP an earlier revision again; REVISION=N
	@$(BIN)/anykube rollback --stack $(STACK) --app $(APP) $(addprefix --revision=,$(REVISION))

preflight: bootstrap ## what the cloud's account has against STACK
	@$(BIN)/anykube preflight --stack $(STACK)

settings: bootstrap  ## what the page of STACK comes to, and where each value is from; WITH=…: what differs
	@$(BIN)/anykube settings show $(STACK) $(addprefix --with=,$(WITH))

policy: bootstrap    ## judge STACK by the policy pack, on a preview; STRICT=1: as production
	@$(BIN)/anykube policy --stack $(STACK) $(if $(STRICT),--strict)

backend: bootstrap   ## bucket and key for the state of a cloud STACK, and how to use them; BUCKET=, KEY=
	@$(BIN)/anykube backend --stack $(STACK) $(addprefix --bucket=,$(BUCKET)) $(addprefix --key=,$(KEY))

roles: bootstrap     ## who REPOSITORY's jobs are at AWS, for STACK; FORGE=gitlab, BUCKET=, KEY=
	@$(BIN)/anykube roles --stack $(STACK) --repository '$(REPOSITORY)' $(addprefix --forge=,$(FORGE)) $(addprefix --bucket=,$(BUCKET)) $(addprefix --key=,$(KEY))

migrate: bootstrap   ## move the state of STACK; TO=s3://… or file://… or own; SECRETS=, PASSPHRASE_FILE=, REMOVE_OLD=1
	@$(BIN)/anykube migrate --stack $(STACK) --to '$(TO)' $(if $(SECRETS),--secrets '$(SECRETS)') $(addprefix --passphrase-file=,$(PASSPHRASE_FILE)) $(if $(REMOVE_OLD),--remove-old)

unlock: bootstrap    ## who holds STACK; LOCK=… breaks that lock
	@$(BIN)/anykube unlock --stack $(STACK) $(addprefix --lock=,$(LOCK))

env:                 ## print exports: eval "$$(make -s env)"; pulumi up -s local
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap >&2
	@$(BIN)/anykube env --stack $(STACK)

toolchain: bootstrap ## find, download or build all programs
	@$(BIN)/anykube toolchain install

check: everything    ## format, lint, types, contracts, unit tests: the fast part
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/anykube settings schema --check
	@$(RUN) -m docs.generator --check
	@$(BIN)/anykube settings check
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(RUN) -m pytest -n 2 -m "not e2e and not slow"

test: check          ## everything, end to end too
	@$(BIN)/anykube toolchain install
	@$(RUN) -m pytest -m slow -n 2 --dist loadfile
	@$(RUN) -m pytest -m e2e -n 3 --dist loadfile

bench: bootstrap     ## the benchmarks: ratios measured side by side
	@$(BIN)/anykube toolchain install
	@$(RUN) -m tests.bench

docs: everything      ## build the documentation into .anykube/site
	@$(RUN) -m docs.generator
	@$(RUN) -m sphinx -b html -W --keep-going -n -q docs .anykube/site
	@echo "Open .anykube/site/index.html"

wheels: bootstrap     ## build the four wheels into .anykube/dist; TAG=v1.2.3 must be their version
	@"$$(PYTHONPATH=operations $(RUN) -c 'from anykube_cli.toolchain.bootstrap import uv; print(uv())')" build --quiet --all-packages --wheel --out-dir .anykube/dist
	@test -z "$(TAG)" || test -f ".anykube/dist/anykube-$(patsubst v%,%,$(TAG))-py3-none-any.whl" || { echo "The wheels have another version than $(TAG): change it in the four pyproject.toml."; exit 1; }

mutants: everything  ## changes each condition of each rule: does a test notice?
	@$(RUN) -m tests.mutants

fix: bootstrap       ## what check would complain of and a tool can mend
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .
	@$(BIN)/anykube settings schema
	@$(RUN) -m docs.generator

clean:               ## remove all that runs left in the checkout
	@if [ -x $(RUN) ]; then $(BIN)/anykube clean; fi
	@rm -rf .anykube

clean-cache: clean   ## remove the cache that all checkouts share
	@rm -rf "$$(PYTHONPATH=operations $(PYTHON) -c 'from anykube_cli.toolchain import paths; print(paths.cache_dir())')"

bootstrap:
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap

everything:
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap --extra aws-rehearsal --extra gcp-rehearsal --extra azure
