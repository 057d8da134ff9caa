# The commands of everyday work. `make` alone lists them.
SHELL := /bin/bash
HOME_DIR ?= $(CURDIR)/home
ARGS ?=
NAME ?= spine
PREFIX ?= /usr
DESTDIR ?=
PYTHON ?= /usr/bin/python3
RELEASE := .build/release
# The tests that the thread sanitizer is worth its time for: those that stand on little besides our own code,
CONCURRENT_CORE := $(addsuffix Tests,Threading Bus BusZeroMQ Telemetry Store StorePostgres Jobs HTTPClient Market Actors \
	Credits GovernanceRecords LLM Chat Media Broadcast Playout)
# and those for which the HTTP server, JWT and two copies of BoringSSL are built with it, which takes most of the time.
CONCURRENT ?= $(CONCURRENT_CORE) $(addsuffix Tests,Identity API FaultServer)
# More options for the builds of the tests.
BUILD_FLAGS ?=

.PHONY: help run build test test-swift test-python test-tsan test-tsan-core lint format bench accept install schema clean

help: ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | sort | expand -t 16

run: build ## build and start the station in ./home (ARGS="--replay FILE@60" plays recorded candles)
	@CRYPTOCALL_ONAIR_START_PLAYOUT=true exec $(RELEASE)/cryptocalld --home "$(HOME_DIR)" $(ARGS)

build: ## build the release programs
	@scripts/bootstrap run
	swift build -c release --static-swift-stdlib --product cryptocalld
	swift build -c release --static-swift-stdlib --product cryptocallctl
	swift build -c release --static-swift-stdlib --product cryptocall-speech
	swift build -c release --static-swift-stdlib --product cryptocall-playout
	swift build -c release --static-swift-stdlib --product cryptocall-render

test: test-swift test-python ## run every test but the long ones

test-swift:
	@scripts/bootstrap test
	swift build --build-tests $(BUILD_FLAGS)
	scripts/test-targets

test-python:
	@scripts/bootstrap test
	cd clients/python && PYTHONPATH=src $(PYTHON) -m unittest discover -s tests

test-tsan-core: ## the same without those that take long to build
	@$(MAKE) --no-print-directory test-tsan CONCURRENT="$(CONCURRENT_CORE)"

test-tsan: ## run the concurrency tests under the thread sanitizer
	@scripts/bootstrap test
	TEST_TARGETS="$(CONCURRENT)" \
	swift build --build-tests --scratch-path .build-tsan --sanitize=thread -Xswiftc -DTSAN $(BUILD_FLAGS)
	TEST_TARGETS="$(CONCURRENT)" \
	TSAN_OPTIONS="suppressions=$(CURDIR)/Tests/tsan.supp" \
	scripts/test-targets .build-tsan

lint: ## check the format of all Swift code
	swift format lint --strict --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

format: ## put all Swift code into the project's format
	swift format --in-place --recursive --parallel Package.swift Sources Tests Benchmarks/Package.swift Benchmarks/Sources

bench: build ## measure, each figure beside its peer's
	@scripts/bootstrap bench
	swift build -c release --static-swift-stdlib --product cryptocall-faultserver
	@$(PYTHON) Benchmarks/run.py $(ARGS)

accept: build ## prove from outside, on the release build (NAME=spine)
	@scripts/bootstrap accept
	swift build -c release --static-swift-stdlib --product cryptocall-faultserver
	@$(PYTHON) Tests/Acceptance/$(NAME)/main.py --build $(RELEASE) $(ARGS)

install: build ## install below DESTDIR and PREFIX, with units and man pages
	@scripts/install "$(RELEASE)" "$(DESTDIR)" "$(PREFIX)"

clean: ## remove what was built
	rm -rf .build .build-tsan Benchmarks/.build
