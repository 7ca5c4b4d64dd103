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

help: ## This list
	@sed -n 's/^\([a-z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

demo: ## Pay and cancel against the sandbox gateway, over real TLS, from C, Rust, Python and a shop in PHP
	@scripts/ensure cc cargo python3 php
	@$(MAKE) --no-print-directory examples
	@python3 scripts/demo.py

test: ## Install what is missing and run everything that CI runs
	@scripts/ensure gcc g++ cargo cargo-fmt cargo-clippy python3
	@$(MAKE) --no-print-directory php lint test-rust test-c test-scenarios test-python test-django test-documents test-php test-shop test-browser test-torture test-bench

sandbox: build ## The sandbox, to try in a browser: a demo shop, the payment window and the merchant's admin
	target/release/xpay sandbox --dir target/sandbox

django-shop: build ## The sample shop in Django at a sandbox, to buy in with a browser
	@scripts/ensure python3 python3-venv
	@python3 scripts/shop_in_django.py

build: ## target/release/libxpayclient.so, libxpayclient.a, Python's lib_native.so and xpay with its man pages
	$(CARGO) build --release --locked -p xpayclient-capi -p xpayclient-cli -p xpayclient-python
	@$(SONAME_LINK)
	@target/release/xpay generate target

# `make build` first, as yourself; then this as whoever may write there.
export PREFIX DESTDIR LIBDIR
install: ## What `make build` made, into PREFIX=/usr/local, below DESTDIR if that is set
	@scripts/install

uninstall: ## Remove what `make install` installed, given the same PREFIX and DESTDIR
	@scripts/install --remove

deb: ## dist/deb: Debian packages of the library, what is needed to build with it, and the command
	@scripts/deb

wheel: ## dist/: a wheel for CPython 3.9 and newer on any Linux, and the source distribution
	@scripts/ensure cargo python3 python3-venv
	python3 scripts/wheel.py

php-package: build ## target/php-package: the Composer package, with this machine's library and command
	@rm -rf target/php-package && mkdir -p target/php-package/lib/$(PLATFORM)
	@cp -r ffi-php/composer.json ffi-php/preload.php ffi-php/xpayclient-ffi.h ffi-php/src LICENSE-MIT LICENSE-APACHE target/php-package
	@cp target/release/libxpayclient.so target/release/xpay target/php-package/lib/$(PLATFORM)

# One call for all packages, so that what they depend on is built once.
examples: ## Build, and the examples in C and Rust
	$(CARGO) build --release --locked -p xpayclient-capi -p xpayclient-cli -p xpayclient-python -p xpayclient-examples
	@$(SONAME_LINK)
	@mkdir -p $(EXAMPLES)
	cc -std=c99 -Wall -Wextra -O2 -Iinclude examples/c/payment.c -o $(EXAMPLES)/payment-c \
		-Ltarget/release -lxpayclient -Wl,-rpath,'$$ORIGIN/../release'

lint: ## Formatting, clippy, the rooms of core, and that nothing generated has drifted
	$(CARGO) fmt --all --check
	$(CARGO) clippy --workspace --all-targets --locked -- $(DENY_WARNINGS)
	$(CARGO) xtask generate --check
	python3 scripts/rooms.py

test-rust: ## Tests in Rust, documentation included
	$(CARGO) test --workspace --locked
	RUSTDOCFLAGS='$(DENY_WARNINGS)' $(CARGO) doc --workspace --no-deps --locked

test-c: build ## Tests in C and C++, linked both ways, against sandboxes over TLS; examples, installation, the ABI
	@scripts/ensure clang cmake pkg-config valgrind || echo "Going on without these / 이들 없이 계속합니다"
	python3 tests/c/abi.py
	python3 tests/c/run.py
	python3 tests/c/run.py --under sanitizers misuse pages typed guard nested reads
	python3 tests/c/run.py --under memcheck misuse pages
	python3 tests/c/examples.py
	python3 tests/c/install.py

# As released, with names: a finding is told by where it was, and only by that can it be let pass.
valgrind: build ## The whole suite in C under Valgrind's memcheck
	@scripts/ensure valgrind
	$(CARGO) build --profile profiling --locked -p xpayclient-capi
	@ln -sf libxpayclient.so target/profiling/libxpayclient.so.$(ABI)
	python3 tests/c/run.py --under memcheck --library target/profiling

sanitize: build ## The whole suite in C under gcc's sanitizers of addresses and of undefined behaviour
	python3 tests/c/run.py --under sanitizers

fuzz: ## Each fuzz target of core/fuzz/ for T=60 seconds; FUZZ=form for one
	@scripts/ensure g++ cargo
	@scripts/fuzz $(T) $(FUZZ)

test-scenarios: build ## The list of scenarios, the same transcript from every language
	python3 tests/scenarios/run.py

test-python: build ## The wheel, with every CPython of this machine; what comes from PyPI is skipped aloud without it
	@scripts/ensure python3 python3-venv
	python3 scripts/wheel.py --or-skip
	python3 ffi-python/tests/run.py

test-django: build ## The Django app and its shop, with each Django that can be had, on SQLite and PostgreSQL
	@scripts/ensure python3 python3-venv
	@scripts/ensure postgresql || echo "Going on without PostgreSQL / PostgreSQL 없이 계속합니다"
	python3 ffi-python/tests/django/run.py

messages: ## Gather and compile what the Django app says in Korean and English
	@scripts/ensure msgfmt python3 python3-venv
	python3 scripts/messages.py

bench: build ## What a payment costs: CPU, wall, memory, start and sizes, as ratios to peers in the same run
	@scripts/ensure cc cargo python3 python3-venv php php-fpm nginx curl-config openssl php-curl valgrind
	$(CARGO) build --release --locked -p xpayclient-bench
	python3 tests/bench/run.py

bench-python: build wheel ## 8 threads pay at a slow gateway: how close to the time of one payment
	python3 ffi-python/tests/bench.py

test-documents: php php-package ## The documents agree in both languages and their samples pay
	python3 tests/documents.py

test-php: php php-package ## The PHP class in each PHP that can be had, php-fpm under load, and a static analyser
	python3 ffi-php/tests/run.py
	python3 ffi-php/tests/fpm.py
	python3 ffi-php/tests/analyse.py

test-shop: php build ## The sample shop in PHP, in every PHP that can be had, by FFI and by pipe
	python3 tests/shop/run.py

test-browser: build ## The payment window, the admin and the shops in PHP and Django in a real browser
	@scripts/ensure python3-venv chromium || echo "Going on without a browser / 브라우저 없이 계속합니다"
	python3 tests/browser/run.py

test-torture: ## No approval is orphaned, in a minute: a part of what `make torture` does
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

test-bench: build ## That `make bench` still runs; its figures mean nothing
	@scripts/ensure nginx curl-config openssl php-curl
	$(CARGO) build --release --locked -p xpayclient-bench
	python3 tests/bench/run.py --quick

torture: ## No approval is orphaned, at length: every byte cut, every step killed, a million transactions
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

generate: ## Write anew what is generated: xpayclient.h, constants, tables, those of the docs too; `make lint` compares
	$(CARGO) xtask generate

docs: build ## target/book: the book in English and Korean, and the reference for C, Rust and Python
	@scripts/ensure cargo doxygen python3 python3-venv
	python3 scripts/docs.py

dist: wheel php-package deb ## A release in dist/: source, wheel, .deb, PHP package, bill of materials and checksums
	python3 scripts/dist.py

sbom: ## The software bill of materials of what is shipped, as CycloneDX JSON
	@python3 scripts/sbom.py

deny: ## Licences, sources and bans of what is depended on, and known weaknesses where their database can be had
	@test -x target/tools/bin/cargo-deny || $(CARGO) install cargo-deny --locked --root target/tools
	target/tools/bin/cargo-deny check licenses bans sources
	@if target/tools/bin/cargo-deny fetch db; then target/tools/bin/cargo-deny check --disable-fetch advisories; \
	else echo "ADVISORIES NOT CHECKED: the database cannot be had / 보안 권고 데이터베이스를 받을 수 없어 확인하지 않음"; fi

fmt: ## Format all Rust
	$(CARGO) fmt --all

clean: ## Remove everything built
	$(CARGO) clean
