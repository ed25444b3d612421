# The two commands of the README are `make up` and `make test`; `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
# A Swift toolchain that is unpacked but not on PATH is found all the same.
export PATH := $(PATH):/opt/swift/usr/bin:/usr/share/swift/usr/bin

MARTLET := .build/release/martlet

.PHONY: help
help: ## list the targets
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

.PHONY: packages
packages: ## install the Debian packages that building and running need
	@scripts/install-packages

.PHONY: test-packages
test-packages: ## install the Debian packages that testing needs as well
	@scripts/install-packages test

.PHONY: release
release: packages ## build the program as users run it
	@echo "Building martlet (the first time takes some minutes)"
	@swift build -c release --product martlet --quiet

.PHONY: up
up: release ## install what is missing, build, and run a cluster on this machine
	@$(MARTLET) up

.PHONY: down
down: release ## stop the cluster and its workloads; its data stay
	@$(MARTLET) down

.PHONY: purge
purge: release ## take everything of Martlet's off this machine, data included
	@$(MARTLET) purge

.PHONY: demo
demo: release ## run examples/web in the cluster, and ask it through its Service
	@MARTLET=$(MARTLET) scripts/demo

.PHONY: images
images: release ## make the images of examples/shop out of Debian packages
	@MARTLET=$(MARTLET) scripts/shop-images

.PHONY: shop
shop: images ## run examples/shop in the cluster, and ask it for its orders
	@scripts/shop
N ?= 2

.PHONY: nodes
nodes: release ## run a cluster of N nodes (2) on this machine until Ctrl-C, each in namespaces of its own
	@MARTLET=$(MARTLET) scripts/nodes $(N)

.PHONY: build
build: test-packages ## build everything for development, tests included
	swift build --build-tests

.PHONY: test
test: build ## run every test; those that the machine cannot run say why they were skipped
	@scripts/fetch-kubectl
	@scripts/fetch-clients
	@scripts/test

.PHONY: lint
lint: ## check the layout of the source
	swift format lint --strict --recursive Sources Tests Package.swift

.PHONY: format
format: ## lay out the source
	swift format --in-place --recursive Sources Tests Package.swift
