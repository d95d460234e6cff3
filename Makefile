# SPDX-License-Identifier: Apache-2.0
# For people: each target installs what it needs (Debian packages) and does its work. Meson builds; see
# CONTRIBUTING.md for how to call it yourself.
.DEFAULT_GOAL := build
.PHONY: build build-clang demo test test-regression test-versions test-mysql-versions test-mutations test-sanitize test-threads \
	test-valgrind coverage torture fuzz damage bench lint format clean
need = scripts/install-dependencies

build: ## build/dbbackup
	@$(need) build
	@scripts/build build

build-clang: ## the same with clang, in build/clang
	@$(need) build lint
	@CC=clang scripts/build build/clang

demo: build ## a database, out and back, on a server of its own
	@$(need) test
	@scripts/demo

test: build ## every test; the last line counts them. REST=1: those that test-sanitize SHORT=1 leaves out
	@$(need) test
	@tests/run build $(if $(REST),-m "long or not_sanitized")

test-regression: build ## PostgreSQL's own regression database, out and back, against pg_dump's view
	@tests/regression build

test-mysql-versions: build ## MariaDB 10.11 and 11.8, MySQL 9: each out and back; needs apt-get for the servers
	@$(need) test
	@tests/mysql-versions/run build

test-versions: build ## PostgreSQL 12 to 18, each out and back and onto newer ones; needs npm for the servers
	@$(need) test
	@tests/versions/run build

test-mutations: ## breaks the code on purpose, one change at a time: does a test notice? Takes half an hour; ONLY=WORD for some
	@$(need) build test
	@scripts/mutation-test $(ONLY)

test-sanitize: ## every test with the address and undefined behaviour sanitizers; SHORT=1 without the long ones
	@$(need) build test
	@# Not -Werror: the sanitizers' own code makes gcc warn of things that aren't there.
	@scripts/build build/asan -Db_sanitize=address,undefined -Dwerror=false -Doptimization=1
	@tests/run build/asan $(if $(SHORT),-m "not long")

test-threads: ## every test with the thread sanitizer; SELECTED=threads for some
	@$(need) build test
	@scripts/build build/tsan -Db_sanitize=thread -Dwerror=false -Doptimization=1
	@SELECTED=$(SELECTED) tests/run build/tsan

test-valgrind: ## the unit tests, and some of the others, under valgrind
	@$(need) build test valgrind
	@# Without ISA-L: it looks up matches in a table that it never clears, so all that it packs would count as unset.
	@scripts/build build/valgrind -Disal=disabled
	@SELECTED=valgrind RUN_UNDER="valgrind -q --error-exitcode=99 --leak-check=full --errors-for-leak-kinds=definite" \
		tests/run build/valgrind

coverage: ## which lines of src/ the tests run, and why not the others; COVERAGE_WRITE=1 writes docs/coverage.md, too
	@$(need) build test coverage
	@scripts/build build/coverage -Db_coverage=true
	@tests/run build/coverage
	@# What comes when memory is out, or a call fails.
	@TORTURE_SEED=1 TORTURE_SECONDS=$${TORTURE_SECONDS:-300} ONLY=faults tests/torture/run build/coverage
	@scripts/coverage build/coverage

torture: build ## every call fails once; kills, full disks, a network that breaks; long damage and fuzzing: hours; TORTURE_SECONDS=600 for less
	@$(need) test
	@tests/torture/run build
	@[ -n "$$TORTURE_SECONDS$$TORTURE_MOST$$ONLY" ] || DAMAGE=long tests/damage/run build
	@[ -n "$$TORTURE_SECONDS$$TORTURE_MOST$$ONLY" ] || FUZZ_SECONDS=900 $(MAKE) -s fuzz

fuzz: ## libFuzzer on all that reads files and words from outside; FUZZ_SECONDS=900 for longer, FUZZ_JOBS at a time
	@$(need) build lint
	@scripts/fuzz

damage: build ## backups damaged on purpose: each byte, each length; do verify and restore notice? DAMAGE=long for more
	@$(need) test
	@tests/damage/run build

.PHONY: static static-archive test-static deb test-deb
static: ## build/static/dbbackup, one program that needs no other file; CONNECTOR_C=DIR links it with that source of Connector/C
	@$(need) build static
	@CONNECTOR_C=$(CONNECTOR_C) scripts/build-static

static-archive: static ## it, its terms and the sources that go with it, as one file to pass on
	@scripts/archive-static

test-static: static ## in an empty folder (chroot), against PostgreSQL, MySQL 9 and MariaDB over TLS; as root
	@$(need) test
	@tests/static/run

deb: ## build/deb/dbbackup_VERSION_ARCH.deb
	@$(need) build deb
	@scripts/build-deb

test-deb: deb ## installs it in a new Debian and runs it there; as root
	@$(need) test test-deb
	@tests/deb/run

bench: build ## times and sizes beside PostgreSQL's and MariaDB's programs; BENCH_SCALE=0.1, ONLY=backup for less
	@$(need) bench
	@bench/run build

lint: build ## clang-format and clang-tidy, and do the mutations find their places? Changes nothing
	@$(need) lint
	@scripts/lint

format: ## lays out the C sources
	@$(need) lint
	@find src tests/unit tests/fuzz tests/damage -name '*.[ch]' -exec clang-format -i {} +

clean:
	rm -rf build
