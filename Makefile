# The two commands of the README are `make up` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | sort

.PHONY: packages
packages: ## install the Debian packages that building, running and testing need
	@scripts/install-packages

.PHONY: build
build: packages ## build everything, tests included
	swift build --build-tests

.PHONY: test
test: build ## run every test; those that the machine cannot run say why they were skipped
	swift test --skip-build --no-parallel
