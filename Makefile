# Each target calls the command `anykube`: see `.anykube/venv/bin/anykube --help`.
STACK ?= local
PYTHON ?= python3
BIN := .anykube/venv/bin
RUN := $(BIN)/python
# Compiled Python files go to .anykube/, not beside the sources.
export PYTHONPYCACHEPREFIX := $(CURDIR)/.anykube/pycache
export PYTHONDONTWRITEBYTECODE :=
unexport MAKEFLAGS

.PHONY: up preview guard destroy show history rollback rehearse preflight policy settings backend roles migrate unlock env toolchain test check types style units bench docs wheels mutants schema fix clean clean-cache bootstrap everything

up: bootstrap        ## deploy STACK and show its status; ALLOW="NAME …" allows replacing or deleting these resources
	@$(BIN)/anykube up --stack $(STACK) $(addprefix --allow=,$(ALLOW))

preview: bootstrap   ## show what `up` of STACK would change, and whether a policy or the guard would stop it
	@$(BIN)/anykube preview --stack $(STACK) $(addprefix --allow=,$(ALLOW))

guard: bootstrap     ## list the guarded resources that `up` of STACK would replace or delete
	@$(BIN)/anykube guard --stack $(STACK) $(addprefix --allow=,$(ALLOW))

destroy: bootstrap   ## remove STACK, after the stacks that use its cluster
	@$(BIN)/anykube destroy --stack $(STACK)

show: bootstrap      ## show the node pools, nodes, pods and routes of STACK
	@$(BIN)/anykube show --stack $(STACK)

rehearse: bootstrap  ## rehearse STACK on a simulated cloud; KEEP=1 leaves it up, END=1 removes it, FAULT=NAME[=VALUE], FROM=PLACE
	@$(BIN)/anykube rehearse --stack $(STACK) $(if $(KEEP),--keep) $(if $(END),--end) $(addprefix --fault=,$(FAULT)) $(addprefix --from=,$(FROM))

history: bootstrap   ## list the revisions of APP in the cluster of STACK
	@$(BIN)/anykube history --stack $(STACK) --app $(APP)

rollback: bootstrap  ## return the pods of APP to an earlier revision; REVISION=N (default: the previous one)
	@$(BIN)/anykube rollback --stack $(STACK) --app $(APP) $(addprefix --revision=,$(REVISION))

preflight: bootstrap ## check quotas, machine types, versions and name conflicts in the cloud account of STACK
	@$(BIN)/anykube preflight --stack $(STACK)

settings: bootstrap  ## show the effective settings of STACK and their origin; WITH=STACK: only the differences
	@$(BIN)/anykube settings show $(STACK) $(addprefix --with=,$(WITH))

policy: bootstrap    ## check STACK against the policy pack; STRICT=1: with the rules of production
	@$(BIN)/anykube policy --stack $(STACK) $(if $(STRICT),--strict)

backend: bootstrap   ## create the bucket and key for the Pulumi state of STACK; BUCKET=, KEY=
	@$(BIN)/anykube backend --stack $(STACK) $(addprefix --bucket=,$(BUCKET)) $(addprefix --key=,$(KEY))

roles: bootstrap     ## create the AWS roles for the CI jobs of REPOSITORY, for STACK; FORGE=gitlab, BUCKET=, KEY=
	@$(BIN)/anykube roles --stack $(STACK) --repository '$(REPOSITORY)' $(addprefix --forge=,$(FORGE)) $(addprefix --bucket=,$(BUCKET)) $(addprefix --key=,$(KEY))

migrate: bootstrap   ## move the Pulumi state of STACK; TO=s3://…, file://… or own; SECRETS=, PASSPHRASE_FILE=, REMOVE_OLD=1
	@$(BIN)/anykube migrate --stack $(STACK) --to '$(TO)' $(if $(SECRETS),--secrets '$(SECRETS)') $(addprefix --passphrase-file=,$(PASSPHRASE_FILE)) $(if $(REMOVE_OLD),--remove-old)

unlock: bootstrap    ## list the locks of STACK; LOCK=ID removes one
	@$(BIN)/anykube unlock --stack $(STACK) $(addprefix --lock=,$(LOCK))

env:                 ## print the variables for plain pulumi: eval "$$(make -s env)"; pulumi up -s local
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap >&2
	@$(BIN)/anykube env --stack $(STACK)

toolchain: bootstrap ## install all programs: find, download or build them
	@$(BIN)/anykube toolchain install

check: everything    ## run the fast checks: format, lint, types, import contracts, unit tests
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=line types style units

types: everything    # mypy uses one CPU, so it runs beside the others
	@$(BIN)/mypy

style: everything
	@$(BIN)/ruff format --check --quiet . && $(BIN)/ruff check --quiet .
	@$(BIN)/anykube settings schema --check
	@$(RUN) -m docs.generator --check
	@$(BIN)/anykube settings check
	@$(BIN)/lint-imports

units: everything
	@$(RUN) -m pytest -n 2 -m "not e2e and not slow"

test: check          ## run all tests, including the slow and the end-to-end ones
	@$(BIN)/anykube toolchain install
	@$(RUN) -m pytest -m slow -n 2 --dist loadfile
	@$(RUN) -m pytest -m e2e -n 4 --dist loadfile --no-loadscope-reorder

bench: bootstrap     ## run the benchmarks, which measure ratios side by side
	@$(BIN)/anykube toolchain install
	@$(RUN) -m tests.bench

docs: everything      ## build the documentation into .anykube/site
	@$(RUN) -m docs.generator
	@$(RUN) -m sphinx -b html -W --keep-going -n -q docs .anykube/site
	@echo "Open .anykube/site/index.html"

wheels: bootstrap     ## build the four wheels into .anykube/dist; TAG=v1.2.3 must be their version
	@"$$(PYTHONPATH=operations $(RUN) -c 'from anykube_cli.toolchain.bootstrap import uv; print(uv())')" build --quiet --all-packages --wheel --out-dir .anykube/dist
	@test -z "$(TAG)" || test -f ".anykube/dist/anykube-$(patsubst v%,%,$(TAG))-py3-none-any.whl" || { echo "The wheels have another version than $(TAG): change it in the four pyproject.toml."; exit 1; }

mutants: everything  ## change each condition of each rule, and check that a test fails
	@$(RUN) -m tests.mutants

fix: bootstrap       ## format the code and write the generated files anew
	@$(BIN)/ruff format --quiet . && $(BIN)/ruff check --quiet --fix .
	@$(BIN)/anykube settings schema
	@$(RUN) -m docs.generator

clean:               ## remove everything that runs left in the checkout
	@if [ -x $(RUN) ]; then $(BIN)/anykube clean; fi
	@rm -rf .anykube

clean-cache: clean   ## also remove the cache that all checkouts share
	@rm -rf "$$(PYTHONPATH=operations $(PYTHON) -c 'from anykube_cli.toolchain import paths; print(paths.cache_dir())')"

bootstrap:
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap

everything:
	@PYTHONPATH=operations $(PYTHON) -m anykube_cli.toolchain.bootstrap --extra aws-rehearsal --extra gcp-rehearsal --extra azure
