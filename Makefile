# What people type. Everything is CMake's and ninja's work; this names the presets and strings them together.

# Ninja's jobs: as many as there are processors, but a compiler may need 1.5 GB.
processors := $(shell nproc)
by_memory := $(shell awk '/^MemTotal/ { jobs = int($$2 / 1500000); print jobs < 1 ? 1 : jobs }' /proc/meminfo)
JOBS ?= $(shell echo $$(( $(processors) < $(by_memory) ? $(processors) : $(by_memory) )))

.PHONY: help deps build demo test test-long asan tsan fuzz fuzz-quick parity e2e upstream-e2e image bench bench-scale bench-plots bench-decisions bench-instructions bench-encodings bench-extender bench-hostile manifests lint format
.PHONY: simulate simulate-bugs endurance sanitize
.PHONY: install clang release clean

help:
	@echo 'make demo         install what is missing, build, and show ten pods under a limit of six (KEEP=1: leave it running)'
	@echo 'make test         what every change is tested with, in two minutes once built; ends with "N passed, N failed"'
	@echo 'make test-long    what takes longer: thousands of random histories, each header alone, the installed package'
	@echo 'make build        the executable, at build/release/berth, and the in-memory API server beside it'
	@echo 'make deps         install the Debian packages to build and to test'
	@echo 'make asan, tsan   `make test` under sanitizers'
	@echo 'make sanitize     both, and clang-tidy over every source; writes its table of docs/reliability.md; hours the first time'
	@echo 'make simulate     RUNS=10000 random lives of whole clusters with every kind of trouble, and all exhaustive plans'
	@echo 'make simulate-bugs  known bugs put back, one after another: each must be found; writes its section of docs/reliability.md; ONLY=uid'
	@echo 'make fuzz         what is read from others, fed with anything (clang); writes its table of docs/reliability.md; RUNS=1000000 ONLY="json yaml"'
	@echo 'make fuzz-quick   those of `fuzz` that compile in minutes; RUNS=20000'
	@echo 'make endurance   a million pods that come and go, and connections that are cut: memory, threads, files (25 minutes); ROUNDS=20 is too short to judge memory by'
	@echo 'make parity       N=1000 random clusters beside kube-scheduler'"'"'s own code (needs Go 1.26); ONLY=spread SEED=1'
	@echo 'make e2e          the scenarios on a real control plane (needs Go 1.26 the first time); KUBERNETES=v1.36.3: an older one'
	@echo 'make upstream-e2e  Kubernetes'"'"' own scheduling specs, with berth (needs Go 1.26); ONLY=preemption SCHEDULER=kube-scheduler'
	@echo 'make image        the container image, on a base made from Debian packages (needs root); looked at and run'
	@echo 'make install      PREFIX=/usr/local: the executable, and what schedulers of one'"'"'s own are built with'
	@echo 'make release      all that is published of a version, in build/release-artifacts (needs root); FRESH=1: docs/releasing.md'
	@echo 'make clang        what is shipped, compiled with Clang 19, warnings being errors'
	@echo 'make bench        berth, kube-scheduler and a null scheduler side by side; writes docs/benchmarks.md; WORKLOADS="basic,mixed" NODES=1000 PODS=500 ROUNDS=1'
	@echo 'make bench-scale  100,000 nodes and a million pods with the API server in memory; DIVIDE=10 makes all ten times smaller'
	@echo 'make bench-plots  the pictures of docs/benchmarks.md, drawn anew from the figures beside them'
	@echo 'make bench-decisions  decisions alone, berth'"'"'s and kube-scheduler'"'"'s (needs Go 1.26); its section of docs/benchmarks.md'
	@echo 'make bench-instructions  the instructions of a decision, counted, against those recorded; RENEW=1 records these'
	@echo 'make bench-encodings  lists and watches in protobuf and in JSON; writes its section of docs/benchmarks.md'
	@echo 'make bench-extender  round trips of berth extender; writes its section of docs/benchmarks.md'
	@echo 'make bench-hostile  one pod of the largest size, with berth and kube-scheduler; its section of docs/benchmarks.md'
	@echo 'make manifests    deploy/*.yaml from the chart, with helm'
	@echo 'make lint         clang-format and clang-tidy; FILES="a.cpp b.cpp" looks at those alone'
	@echo 'make format       clang-format, in place'
	@echo 'make clean        remove build/'

deps:
	@cmake/packages/install.sh build test

build: deps
	@cmake --preset release
	@cmake --build --preset release --target berth memory_api_server -j $(JOBS)

demo: deps
	@python3 test/demo/demo.py --jobs $(JOBS) $(if $(KEEP),--keep)

test: WHICH = -LE long
test-long: WHICH = -L long
test test-long: deps
	@cmake --preset dev
	@cmake --build --preset dev -j $(JOBS)
	@test/run.py build/dev -j $(JOBS) $(WHICH)

asan tsan: deps
	@test/sanitizers/run.py -j $(JOBS) --only $@

sanitize: deps
	@cmake/packages/install.sh lint
	@test/sanitizers/run.py -j $(JOBS) --write docs/reliability.md

# Nothing is written where a choice leaves targets out. fuzz-quick tries the same inputs each time: whether a change is taken is
# no matter of luck. fuzz tries others.
fuzz fuzz-quick: RUNS ?= 50000
fuzz: FUZZED = fuzz
fuzz: WHOLE = --write docs/reliability.md
fuzz-quick: FUZZED = fuzz_quick
fuzz-quick: WHOLE = --seed 1
fuzz fuzz-quick:
	@cmake/packages/install.sh build test fuzz
	@cmake --preset fuzz
	@cmake --build --preset fuzz --target $(if $(ONLY),$(addprefix fuzz_,$(ONLY)),$(FUZZED)) -j $(JOBS)
	@test/fuzz/run.py build/fuzz -j $(JOBS) --runs $(RUNS) --only $(or $(ONLY),$$(cat build/fuzz/$(FUZZED).txt)) \
	  $(if $(ONLY),,$(WHOLE))

N ?= 1000
SEED ?= 1
SCHEDULER ?= berth

simulate: RUNS ?= 1000
FIRST ?= 1

simulate: deps
	@cmake --preset release
	@cmake --build --preset release --target simulation -j $(JOBS)
	@build/release/simulation --runs $(RUNS) --first $(FIRST)
	@build/release/simulation --lives 12

# Nothing is written where a choice leaves bugs out.
simulate-bugs: deps
	@test/simulation/bugs.py build/bugs --jobs $(JOBS) $(if $(ONLY),--only $(ONLY),--write docs/reliability.md)

endurance: build
	@test/cluster/endurance.sh $(if $(ROUNDS),--rounds $(ROUNDS),--write docs/reliability.md)

parity: deps
	@cmake --preset dev
	@cmake --build --preset dev --target parity_judge -j $(JOBS)
	@test/parity/run.sh --count $(N) --seed $(SEED) $(if $(ONLY),--only $(ONLY))

e2e: build
	@test/cluster/e2e.sh

upstream-e2e: build
	@SCHEDULER=$(SCHEDULER) test/upstream_e2e/run.sh $(if $(ONLY),--only "$(ONLY)")

image:
	@test/image/build.sh

PREFIX ?= /usr/local

install: build
	@cmake --install build/release --prefix "$(PREFIX)"

release:
	@packaging/release.sh

clang:
	@cmake/packages/install.sh build clang
	@cmake --preset clang
	@cmake --build --preset clang --target berth memory_api_server -j $(JOBS)
	@build/clang/berth version

# Nothing is written where a choice leaves rows out.
bench: build
	@test/cluster/bench.sh $(if $(WORKLOADS),--workloads "$(WORKLOADS)") $(if $(NODES),--nodes $(NODES)) $(if $(PODS),--pods $(PODS)) \
	  $(if $(ROUNDS),--rounds $(ROUNDS)) $(if $(PART),--part $(PART)) $(if $(WORKLOADS)$(NODES),,--write docs/benchmarks.md)

bench-scale: build
	@test/cluster/bench_scale.sh $(if $(DIVIDE),--divide $(DIVIDE),--write docs/benchmarks.md)

bench-plots:
	@test/cluster/bench_plots.py docs/benchmarks.md

bench-decisions:
	@test/bench/decisions/run.sh

bench-instructions:
	@cmake/packages/install.sh build instructions
	@cmake --preset release
	@cmake --build --preset release --target count_instructions -j $(JOBS)
	@test/bench/decisions/instructions.py --program build/release/count_instructions $(if $(RENEW),--write)

bench-encodings: build
	@test/cluster/bench_encodings.sh

bench-extender: build
	@test/cluster/bench_extender.sh

bench-hostile: build
	@test/cluster/bench_hostile.sh

manifests:
	@HELM="$$(command -v helm || echo "$$(test/cluster/build_control_plane.sh)/helm")" deploy/render.sh deploy

FILES ?= $(shell git ls-files '*.cpp')

lint:
	@cmake/packages/install.sh lint
	@clang-format --dry-run --Werror $(shell git ls-files '*.hpp' '*.cpp')
	@cmake --preset dev
	@test/sanitizers/tidy.py build/dev -j $(JOBS) $(FILES)

format:
	@clang-format -i $(shell git ls-files '*.hpp' '*.cpp')

clean:
	@rm -rf build
