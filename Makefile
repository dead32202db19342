# Fortress. `make help` lists the commands; each does its own set-up.

PYTHON ?= python3
STACK ?= local
BASE ?= main
TRAFFIC ?= 40
VENV := .venv
READY := $(VENV)/.ready
RUN := $(VENV)/bin/python -m sandbox
# The provider SDKs load three times as fast from bytecode: it is kept, whatever the machine's habit is.
export PYTHONDONTWRITEBYTECODE :=

.DEFAULT_GOAL := help
.PHONY: help up preview stop down status logs url token order dlq export env diff policy compliance mutate bench test
.PHONY: check format setup cluster cluster-test cluster-down
.PHONY: release deploy promote abort undo rollout contract bootstrap preflight
.SUFFIXES:

ON_LOCAL := up stop down status logs url token order dlq export env release deploy promote abort undo rollout contract
ifneq ($(STACK),local)
ifneq ($(filter $(ON_LOCAL),$(MAKECMDGOALS)),)
$(error given STACK=$(STACK); allowed is local for `make $(filter $(ON_LOCAL),$(MAKECMDGOALS))`: other stacks are changed by `pulumi` (docs/operations/deploy.md))
endif
endif

help: ## list the commands
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /\1\t/' | awk -F'\t' '{printf "  make %-12s %s\n", $$1, $$2}'

$(READY): requirements/setup.txt requirements/dev.txt requirements/kafka.sha256
	@$(PYTHON) -c 'import sys; sys.exit(None if sys.version_info >= (3, 11) else f"Fortress needs Python 3.11 or newer; $(PYTHON) is {sys.version.split()[0]}: make PYTHON=python3.12 …")'
	@echo "Installing the locked dependencies into $(VENV) (once)"
	@$(PYTHON) -m venv $(VENV)
	@$(VENV)/bin/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/setup.txt
	@[ -w "$$HOME" ] || export UV_NO_CACHE=1; VIRTUAL_ENV=$(VENV) $(VENV)/bin/uv pip install --require-hashes -r requirements/dev.txt
	@$(VENV)/bin/python -m sandbox.parts.kafka_jars
	@touch $@

setup: $(READY) ## install the locked dependencies into .venv

up: $(READY) ## raise the whole platform on this machine; REPLACE='names' of what may lose its state
	@$(RUN) up --replace '$(REPLACE)'

preview: $(READY) ## show what `up` would change; STACK=dev or prod needs no credential
	@$(RUN) preview --stack $(STACK)

bootstrap: $(READY) ## make the bucket and the key of STACK's state, in the account you are signed in to
	@$(VENV)/bin/python -m infra.bootstrap $(STACK)

preflight: $(READY) ## ask whether the account's quotas leave room for STACK, before its first up
	@$(RUN) preflight --stack $(STACK)

stop: $(READY) ## end the processes; state and data stay
	@$(RUN) stop

down: $(READY) ## destroy the stack: no process, no port, no data left
	@$(RUN) down

status: $(READY) ## the parts and pods, and how they are
	@$(RUN) status

logs: $(READY) ## the last lines of every part and pod; NAME=api for one
	@$(RUN) logs $(if $(NAME),'$(NAME)')

url: $(READY) ## the API's base address
	@$(RUN) url

token: $(READY) ## a bearer token for sarah_123
	@$(RUN) token

order: $(READY) ## place an order; shows the response and its trace
	@$(RUN) order

dlq: $(READY) ## what consumers could not take, with reason and trace; REPLAY=1 gives it another chance
	@$(RUN) dlq $(if $(REPLAY),--replay)

release: $(READY) ## pack a version: VERSION=… [FAULT=errors:0.3|latency:400ms|crash|leak]
	@$(RUN) release --version '$(VERSION)' --fault '$(FAULT)'

deploy: $(READY) ## ship a version through the program, and watch it: VERSION=… [TRAFFIC=40]
	@$(RUN) deploy --version '$(VERSION)' --traffic '$(TRAFFIC)'

promote: $(READY) ## let the version on its way go on; FULL=1 to the end at once
	@$(RUN) promote $(if $(FULL),--full)

abort: $(READY) ## give the version on its way up
	@$(RUN) abort

undo: $(READY) ## go back to the version before, through the program
	@$(RUN) undo --traffic '$(TRAFFIC)'

rollout: $(READY) ## how the version on its way is doing
	@$(RUN) rollout

contract: $(READY) ## take from the schema what only older versions need: TO=contract_…, or TO=base to give it back
	@$(RUN) contract --to '$(TO)'

export: $(READY) ## the stack's state as deployment-v3 JSON
	@$(RUN) export

env: $(READY) ## exports that make a plain `pulumi preview -s local` work
	@$(RUN) env

diff: $(READY) ## what this checkout changes, breaks and costs; STACK=prod BASE=main
	@$(RUN) diff --stack $(STACK) --base '$(BASE)'

policy: $(READY) ## judge an exported state without an engine; STATE=file
	@$(VENV)/bin/python -m policies.compliance --state '$(or $(STATE),$(error given no STATE; allowed is a file that `make export` or `pulumi stack export` wrote))'

compliance: $(READY) ## write the reports of STACK into compliance/: Markdown, HTML, JUnit, SARIF
	@$(VENV)/bin/python -m policies.compliance --stack $(STACK) --to compliance

mutate: $(READY) ## mutate the rules' code and see that their tests object; MUTANTS='policies.rules.rds*' for some
	@$(VENV)/bin/mutmut run $(MUTANTS)
	@PATH="$(VENV)/bin:$$PATH" $(VENV)/bin/python -m tests.policies.mutants

bench: $(READY) ## measure and print the ratios; ONLY="stack orders" for some
	@$(VENV)/bin/python -m tests.bench $(ONLY)

cluster: $(READY) ## a real Kubernetes with Argo Rollouts (Linux, root, Go); CONTEXT=name PROMETHEUS=url for another
	@$(RUN) cluster $(if $(CONTEXT),--context '$(CONTEXT)' --prometheus '$(PROMETHEUS)')

cluster-test: cluster ## the rollout scenarios on that cluster, held to what was recorded
	@FORTRESS_CLUSTER=$(CONTEXT) FORTRESS_PROMETHEUS=$(PROMETHEUS) $(VENV)/bin/python -m pytest -m cluster -v tests/delivery tests/sandbox/kubernetes

cluster-down: $(READY) ## end that cluster: no process, mount, network or data of it left
	@$(RUN) cluster-down

test: $(READY) ## every test, on the real parts
	@$(VENV)/bin/python -m pytest -n logical --maxprocesses 4 --dist loadfile

check: $(READY) ## format, lint, types, import contracts, workflows
	@$(VENV)/bin/ruff format --check .
	@$(VENV)/bin/ruff check .
	@$(VENV)/bin/lint-imports
	@$(VENV)/bin/basedpyright
	@$(VENV)/bin/zizmor --offline --quiet --min-severity medium .github/workflows

reference: $(READY) ## write the documents that are made from the sources anew
	@for module in app.reference infra.reference sandbox.providers.aws.coverage sandbox.review.documents tests.infra.snapshot tests.infra.offers tests.infra.limits; do \
		$(VENV)/bin/python -m $$module || exit; done
	@$(VENV)/bin/python -m app.asyncapi > docs/reference/asyncapi.json
	@$(VENV)/bin/python -m policies.reference > docs/reference/policies.md

format: $(READY) ## rewrite the sources in the project's format
	@$(VENV)/bin/ruff format .
	@$(VENV)/bin/ruff check --fix .
