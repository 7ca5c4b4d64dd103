# The one menu of commands.

CARGO ?= cargo

# What is tried: target/debug, built in seconds, or with XPAY_BUILD=portable the files that are shipped.
export XPAY_BUILD ?= debug
# What is packed: those files, or with XPAY_BUILD=release what this system's own compiler made of `make build`.
PACKED = $(if $(filter debug,$(XPAY_BUILD)),portable,$(XPAY_BUILD))
# One call for all of them, so that nothing is built twice. maturin builds Python's part of what is shipped.
INSTALLED = xpayclient-capi xpayclient-bridge xpayclient-cli
PROGRAMS = xpayclient-capi xpayclient-bridge xpayclient-cli xpayclient-python xpayclient-examples xpayclient-tests xpayclient-bench
BY_MATURIN = $(if $(filter portable,$(XPAY_BUILD)),xpayclient-python)

# How long a fuzz target runs.
T ?= 60

# The suites that are folders of tests/. `make test-c` runs one, `make test-c K=misuse` what has the word in its name.
SUITES = $(filter-out platforms,$(sort $(patsubst tests/%/,%,$(dir $(wildcard tests/*/test_*.py)))))

.DEFAULT_GOAL := help
.PHONY: help setup demo check test test-release test-platforms programs sandbox django-shop build portable cross php-package jar wheel bench bench-python install uninstall deb rpm sdk generate messages fmt lint test-rust $(SUITES:%=test-%) test-torture torture valgrind sanitize analyse-php fuzz docs dist notices sbom deny clean

help: ## Show this list
	@sed -n 's/^#* *\([a-zA-Z-]*\):.*## /\1\t/p' $(MAKEFILE_LIST) | expand -t 16

setup: ## Install what the others need: says what and why
	@scripts/setup

demo: ## Pay and cancel against the sandbox gateway, over real TLS, from C, Rust, Python, a shop in PHP and, if there is a JDK, Java
	@scripts/ensure cc cargo python3 php
	@echo "Compiling the library, the command and the examples for the demo, without optimization / 데모용으로 라이브러리, 명령, 예제를 최적화 없이 컴파일합니다"
	@$(MAKE) --no-print-directory programs
	@mkdir -p target/examples
	@cc -std=c99 -Wall -Wextra -O2 -Iinclude examples/c/payment.c -o target/examples/payment-c \
		-Ltarget/$(XPAY_BUILD) -lxpayclient -Wl,-rpath,'$$ORIGIN/../$(XPAY_BUILD)'
	@python3 scripts/demo.py

check: programs ## Before a commit, in a minute: formats, lints, the tests in Rust and C, the quick scenarios
	@python3 scripts/suites.py check

test: setup programs ## Install what is missing, then run every suite that tries target/debug
	@python3 scripts/suites.py test

test-release: ## Run C, scenarios, packages, the wheel, bench, torture and memcheck on the very files that are shipped
	@scripts/setup
	@$(MAKE) --no-print-directory portable wheel programs XPAY_BUILD=portable
	@XPAY_BUILD=portable python3 scripts/suites.py release

test-platforms: programs ## Compile for the other platforms, try that by qemu, Wine and the like, and show what ran and what could not
	@python3 scripts/suites.py platforms

# test-SUITE: ## Run one suite of tests/: c scenarios php java shop python django tutorials browser documents bench; K=WORD picks tests
$(SUITES:%=test-%): test-%: programs
	@python3 scripts/suites.py $*

programs:
	scripts/compile $(filter-out $(BY_MATURIN),$(PROGRAMS))

sandbox: programs ## Start the sandbox for a browser: a demo shop, the payment window and the merchant's admin
	target/$(XPAY_BUILD)/xpay sandbox --dir target/sandbox

django-shop: programs ## Start the sample shop in Django with a sandbox, to buy in a browser
	@scripts/ensure python3 python3-venv
	@python3 scripts/shop_in_django.py

build: ## Build target/release for this system: libxpayclient.so and .a, xpay with its man pages, xpay-bridge, Python's lib_native.so
	XPAY_BUILD=release scripts/compile $(INSTALLED) xpayclient-python

portable: ## Build target/portable, which is what is shipped: the same for any Linux with glibc 2.17 or newer
	@scripts/ensure cargo python3 python3-venv
	XPAY_BUILD=portable scripts/compile $(INSTALLED)

cross: ## Build target/portable-PLATFORM, what is shipped for other platforms: all, or P="linux-aarch64 windows-x86_64"
	@scripts/ensure cargo python3 python3-venv
	scripts/cross $(or $(P),all)

# `make build` first, as yourself; then this as whoever may write there. Tests name another build, as an argument.
install uninstall: XPAY_BUILD = release
export PREFIX DESTDIR LIBDIR
install: ## Copy the files of `make build` to PREFIX=/usr/local, below DESTDIR if that is set
	@scripts/install

uninstall: ## Remove what `make install` installed, of this version or an older one, given the same PREFIX and DESTDIR
	@scripts/install --remove

PACKED_AFTER = $(if $(filter release,$(PACKED)),build,portable)
deb rpm sdk: $(PACKED_AFTER)
# What is refused is refused before minutes of compiling.
build portable: $(addprefix may-,$(filter deb dist,$(MAKECMDGOALS)))
may-%:
	@XPAY_BUILD=$(PACKED) python3 scripts/$*.py --may

deb: ## Build Debian packages in target/packages/deb, for DEBFULLNAME and DEBEMAIL: the library, its development files, the commands
	@scripts/ensure dh
	@XPAY_BUILD=$(PACKED) python3 scripts/deb.py

rpm: ## Build the same as RPM packages, with Fedora's names, in target/packages/rpm
	@scripts/ensure rpmbuild
	@XPAY_BUILD=$(PACKED) python3 scripts/rpm_packages.py

sdk: ## Build target/packages/sdk/xpayclient-sdk-….tar.gz: library, headers and commands for systems without our packages
	@XPAY_BUILD=$(PACKED) python3 scripts/sdk.py

# After the programs, of which the command's wheel has one: nothing is compiled twice.
wheel: portable ## Build target/wheels: the wheels of the package and of the command for any Linux, and the source distributions
	python3 scripts/wheel.py

php-package: portable ## Build target/php-package: the Composer package with the library and the command
	@XPAY_BUILD=portable python3 scripts/php_package.py

jar: portable ## Build target/jar: the jar for Java, with the library of each platform that `make portable` and `make cross` built, and its javadoc
	@scripts/ensure javac libjna-java
	@XPAY_BUILD=portable python3 scripts/jar.py

lint: ## Check formats, lints, the rooms of the crates, generated files, and how Python and PHP are written
	@python3 scripts/suites.py format lints python-style php-style

test-rust: ## Test in Rust, including the documentation; K=WORD picks tests
	@python3 scripts/suites.py rust

valgrind: ## Run every C and C++ program under memcheck, on the files that are shipped
	@scripts/ensure valgrind
	@$(MAKE) --no-print-directory programs XPAY_BUILD=portable
	@XPAY_BUILD=portable python3 scripts/suites.py c -- --under memcheck

sanitize: programs ## Run the whole C suite under gcc's address and undefined-behaviour sanitizers
	@python3 scripts/suites.py c -- --under sanitizers

fuzz: ## Run each target of core/fuzz/ for T=60 seconds; FUZZ=form runs one
	@scripts/ensure g++ cargo
	@scripts/fuzz $(T) $(FUZZ)

messages: ## Collect and compile the Django app's texts in Korean and English
	@scripts/ensure msgfmt python3 python3-venv
	python3 scripts/messages.py

bench: ## Measure a payment: CPU, wall time, memory, start and sizes, as ratios to other clients in the same run; PART=kept runs one
	@scripts/ensure cc cargo python3 python3-venv php php-fpm nginx curl-config openssl php-curl valgrind
	@$(MAKE) --no-print-directory programs XPAY_BUILD=release
	@XPAY_BUILD=release PYTHONPATH=scripts python3 -m tests.bench $(PART)

bench-python: wheel ## Let 8 threads pay at a slow gateway and compare with the time of one payment
	python3 scripts/bench_python.py

test-torture: ## Search for orphaned approvals for a few minutes: a part of `make torture`
	@python3 scripts/suites.py torture

analyse-php: ## Analyse the PHP classes with mago, which is built from source first: minutes
	@python3 scripts/analyse_php.py

torture: ## Search for orphaned approvals at length: every byte cut, every step killed, a million transactions
	@scripts/ensure cc cargo
	@scripts/ensure ip || echo "Going on without outages / 회선 장애 없이 계속합니다"
	XPAY_BUILD=release scripts/compile xpayclient-bridge xpayclient-cli
	XPAY_BUILD=release scripts/compile xpayclient-torture
	target/release/torture cuts
	target/release/torture kills --rounds 3
	target/release/torture crowd --rounds 20
	target/release/torture hosts
	target/release/torture outage --rounds 10
	target/release/torture pipes
	target/release/torture simulate --runs 200000
	target/release/torture trade
	target/release/torture cost

generate: ## Write every generated file: xpayclient.h, constants, tables, also those of the docs, and their pictures
	$(CARGO) xtask generate
	python3 scripts/pictures.py

docs: ## Build target/book: the book in English and Korean, and the references of PHP, Python, Java, C, C++ and Rust
	@scripts/ensure cc cargo php python3 python3-venv javac libjna-java
	scripts/compile xpayclient-python
	@python3 scripts/docs.py

# It builds all wheels, where those of this machine are.
dist: portable $(filter wheel,$(MAKECMDGOALS)) ## Build a release in dist/VERSION, for all platforms: source, wheels, packages, bill of materials, checksums
	@scripts/ensure dh rpmbuild javac libjna-java
	@XPAY_BUILD=$(PACKED) python3 scripts/dist.py

notices: ## Write THIRD-PARTY-NOTICES: what is linked in, with its licences; after a change of Cargo.lock
	@python3 scripts/notices.py

sbom: ## Write the software bill of materials as CycloneDX JSON
	@python3 scripts/sbom.py

deny: ## Check licences, sources and bans of dependencies, and known weaknesses if their database is available
	@python3 scripts/suites.py deny
	@if target/tools/bin/cargo-deny fetch db; then target/tools/bin/cargo-deny check --disable-fetch advisories; \
	else echo "ADVISORIES NOT CHECKED: the database cannot be had / 보안 권고 데이터베이스를 받을 수 없어 확인하지 않음"; fi

fmt: ## Format all Rust and Python, as `make lint` asks
	$(CARGO) fmt --all
	@target/venvs/tests/bin/ruff check --quiet --fix && target/venvs/tests/bin/ruff format --quiet || echo "make setup gives Ruff / make setup이 Ruff를 설치합니다"

clean: ## Remove everything built
	$(CARGO) clean
