# The one menu of commands.

CARGO ?= cargo
EXAMPLES = target/examples
PLATFORM = $(shell uname -s | tr A-Z a-z)-$(shell uname -m)

# Warnings fail with the compiler this is written on. Others, older and newer, know other warnings and only show them.
REFERENCE_RUST = 1.95
DENY_WARNINGS = $(if $(findstring rustc $(REFERENCE_RUST).,$(shell rustc --version 2>/dev/null)),-D warnings)

# What programs that were linked with target/release look for there, by the SONAME.
ABI = $(shell sed -n 's/^.define XPAY_ABI_VERSION //p' include/xpayclient.h)
SONAME_LINK = ln -sf libxpayclient.so target/release/libxpayclient.so.$(ABI)

# How long a fuzz target runs.
T ?= 60

.DEFAULT_GOAL := help
.PHONY: help demo test sandbox django-shop build php-package wheel bench bench-python examples install uninstall deb generate messages fmt lint test-rust test-c valgrind sanitize fuzz test-scenarios test-python test-django test-documents test-php test-shop test-browser test-torture test-bench torture php docs dist sbom deny clean

help: ## Show this list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## Pay and cancel against the sandbox gateway, over real TLS, from C, Rust, Python and a shop in PHP
	@scripts/ensure cc cargo python3 php
	@$(MAKE) --no-print-directory examples
	@python3 scripts/demo.py

test: ## Install what is missing, then run everything that CI runs
	@scripts/ensure gcc g++ cargo cargo-fmt cargo-clippy python3
	@$(MAKE) --no-print-directory php lint test-rust test-c test-scenarios test-python test-django test-documents test-php test-shop test-browser test-torture test-bench

sandbox: build ## Start the sandbox for a browser: a demo shop, the payment window and the merchant's admin
	target/release/xpay sandbox --dir target/sandbox

django-shop: build ## Start the sample shop in Django with a sandbox, to buy in a browser
	@scripts/ensure python3 python3-venv
	@python3 scripts/shop_in_django.py

build: ## Build target/release: libxpayclient.so and .a, Python's lib_native.so, xpay with its man pages
	$(CARGO) build --release --locked -p xpayclient-capi -p xpayclient-cli -p xpayclient-python
	@$(SONAME_LINK)
	@target/release/xpay generate target

# `make build` first, as yourself; then this as whoever may write there.
export PREFIX DESTDIR LIBDIR
install: ## Copy the files of `make build` to PREFIX=/usr/local, below DESTDIR if that is set
	@scripts/install

uninstall: ## Remove what `make install` installed, given the same PREFIX and DESTDIR
	@scripts/install --remove

deb: ## Build Debian packages in dist/deb: the library, its development files, the command
	@scripts/deb

wheel: ## Build dist/: a wheel for CPython 3.9 and newer on any Linux, and the source distribution
	@scripts/ensure cargo python3 python3-venv
	python3 scripts/wheel.py

php-package: build ## Build target/php-package: the Composer package with this machine's library and command
	@rm -rf target/php-package && mkdir -p target/php-package/lib/$(PLATFORM)
	@cp -r ffi-php/composer.json ffi-php/preload.php ffi-php/xpayclient-ffi.h ffi-php/src LICENSE-MIT LICENSE-APACHE target/php-package
	@cp target/release/libxpayclient.so target/release/xpay target/php-package/lib/$(PLATFORM)

# One call for all packages, so that what they depend on is built once.
examples: ## Build the release and the examples in C and Rust
	$(CARGO) build --release --locked -p xpayclient-capi -p xpayclient-cli -p xpayclient-python -p xpayclient-examples
	@$(SONAME_LINK)
	@mkdir -p $(EXAMPLES)
	cc -std=c99 -Wall -Wextra -O2 -Iinclude examples/c/payment.c -o $(EXAMPLES)/payment-c \
		-Ltarget/release -lxpayclient -Wl,-rpath,'$$ORIGIN/../release'

lint: ## Check formatting, clippy, the rooms of core, and that no generated file differs
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- $(DENY_WARNINGS)
	$(CARGO) xtask generate --check
	python3 scripts/rooms.py

test-rust: ## Test in Rust, including the documentation
	$(CARGO) test --workspace --locked
	RUSTDOCFLAGS='$(DENY_WARNINGS)' $(CARGO) doc --workspace --no-deps --locked

test-c: build ## Test in C and C++, linked both ways, against sandboxes over TLS; also examples, installation, ABI
	@scripts/ensure clang cmake pkg-config valgrind || echo "Going on without these / 이들 없이 계속합니다"
	python3 tests/c/abi.py
	python3 tests/c/run.py
	python3 tests/c/run.py --under sanitizers misuse pages typed guard nested reads
	python3 tests/c/run.py --under memcheck misuse pages
	python3 tests/c/examples.py
	python3 tests/c/install.py

# As released, with names: a finding is told by where it was, and only by that can it be let pass.
valgrind: build ## Run the whole C suite under Valgrind's memcheck
	@scripts/ensure valgrind
	$(CARGO) build --profile profiling --locked -p xpayclient-capi
	@ln -sf libxpayclient.so target/profiling/libxpayclient.so.$(ABI)
	python3 tests/c/run.py --under memcheck --library target/profiling

sanitize: build ## Run the whole C suite under gcc's address and undefined-behaviour sanitizers
	python3 tests/c/run.py --under sanitizers

fuzz: ## Run each target of core/fuzz/ for T=60 seconds; FUZZ=form runs one
	@scripts/ensure g++ cargo
	@scripts/fuzz $(T) $(FUZZ)

test-scenarios: build ## Compare the transcript of every scenario in every language
	python3 tests/scenarios/run.py

test-python: build ## Test the wheel with every CPython on this machine; says what it skips without PyPI
	@scripts/ensure python3 python3-venv
	python3 scripts/wheel.py --or-skip
	python3 ffi-python/tests/run.py

test-django: build ## Test the Django app and its shop with each available Django, on SQLite and PostgreSQL
	@scripts/ensure python3 python3-venv
	@scripts/ensure postgresql || echo "Going on without PostgreSQL / PostgreSQL 없이 계속합니다"
	python3 ffi-python/tests/django/run.py

messages: ## Collect and compile the Django app's texts in Korean and English
	@scripts/ensure msgfmt python3 python3-venv
	python3 scripts/messages.py

bench: build ## Measure a payment: CPU, wall time, memory, start and sizes, as ratios to other clients in the same run
	@scripts/ensure cc cargo python3 python3-venv php php-fpm nginx curl-config openssl php-curl valgrind
	$(CARGO) build --release --locked -p xpayclient-bench
	python3 tests/bench/run.py

bench-python: build wheel ## Let 8 threads pay at a slow gateway and compare with the time of one payment
	python3 ffi-python/tests/bench.py

test-documents: php php-package ## Check that both languages agree and that their samples pay
	python3 tests/documents.py

test-php: php php-package ## Test the PHP class in each available PHP, under php-fpm, and with a static analyser
	python3 ffi-php/tests/run.py
	python3 ffi-php/tests/fpm.py
	python3 ffi-php/tests/analyse.py

test-shop: php build ## Test the sample shop in every available PHP, over FFI and over the pipe
	python3 tests/shop/run.py

test-browser: build ## Test the payment window, the admin and the PHP and Django shops in a real browser
	@scripts/ensure python3-venv chromium || echo "Going on without a browser / 브라우저 없이 계속합니다"
	python3 tests/browser/run.py

test-torture: ## Search for orphaned approvals for a few minutes: a part of `make torture`
	@scripts/ensure ip || echo "Going on without outages / 회선 장애 없이 계속합니다"
	$(CARGO) build --release --locked -p xpayclient-torture -p xpayclient-cli
	target/release/torture cuts --every 15
	target/release/torture kills --every 2
	target/release/torture crowd
	target/release/torture hosts
	target/release/torture outage
	target/release/torture pipes
	target/release/torture simulate --runs 20000
	target/release/torture trade --seconds 5

test-bench: build ## Check that `make bench` still runs; its figures mean nothing
	@scripts/ensure nginx curl-config openssl php-curl
	$(CARGO) build --release --locked -p xpayclient-bench
	python3 tests/bench/run.py --quick

torture: ## Search for orphaned approvals at length: every byte cut, every step killed, a million transactions
	@scripts/ensure cc cargo
	@scripts/ensure ip || echo "Going on without outages / 회선 장애 없이 계속합니다"
	$(CARGO) build --release --locked -p xpayclient-torture -p xpayclient-cli
	target/release/torture cuts
	target/release/torture kills --rounds 3
	target/release/torture crowd --rounds 20
	target/release/torture hosts
	target/release/torture outage --rounds 10
	target/release/torture pipes
	target/release/torture simulate --runs 200000
	target/release/torture trade
	target/release/torture cost

# PHP 7.4 beside the system's own. Where it cannot be had, php74 says so aloud, and the rest is tested.
php:
	@scripts/ensure php php-fpm phpunit composer
	@scripts/php74 || true

generate: ## Write every generated file: xpayclient.h, constants, tables, also those of the docs
	$(CARGO) xtask generate

docs: build ## Build target/book: the book in English and Korean, and the reference for C, Rust and Python
	@scripts/ensure cargo doxygen python3 python3-venv
	python3 scripts/docs.py

dist: wheel php-package deb ## Build a release in dist/: source, wheel, .deb, PHP package, bill of materials and checksums
	python3 scripts/dist.py

sbom: ## Write the software bill of materials as CycloneDX JSON
	@python3 scripts/sbom.py

deny: ## Check licences, sources and bans of dependencies, and known weaknesses if their database is available
	@test -x target/tools/bin/cargo-deny || $(CARGO) install cargo-deny --locked --root target/tools
	target/tools/bin/cargo-deny check licenses bans sources
	@if target/tools/bin/cargo-deny fetch db; then target/tools/bin/cargo-deny check --disable-fetch advisories; \
	else echo "ADVISORIES NOT CHECKED: the database cannot be had / 보안 권고 데이터베이스를 받을 수 없어 확인하지 않음"; fi

fmt: ## Format all Rust
	$(CARGO) fmt --all

clean: ## Remove everything built
	$(CARGO) clean
