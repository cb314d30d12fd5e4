# Everything is built for static musl: the plugin that is tested is the one that goes into the orchestrator's image.
TARGET := x86_64-unknown-linux-musl
CARGO_FLAGS := --locked --target $(TARGET)
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: test lint demo bench soak fuzz deny release clean

# All that the tests need, then all tests. TESTS=name runs those whose name contains it.
test:
	tests/needs --install rust go cluster keyring tmux strace old-kubectl awscli
	tests/cluster/up
	$(MAKE) --no-print-directory lint
	cargo build $(CARGO_FLAGS) --quiet --release --no-default-features --bin zenml-credential
	export INSTA_UPDATE=no $$(tests/cluster/env); cargo test $(CARGO_FLAGS) -- $(TESTS)

lint:
	cargo fmt --check
	cargo clippy $(CARGO_FLAGS) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(CARGO_FLAGS) --no-deps --quiet

# Ratios against a named baseline, measured in one run.
CACHE := $${KUBECTL_ZENML_CACHE:-$${XDG_CACHE_HOME:-$$HOME/.cache}/kubectl-zenml-rig}
bench:
	tests/needs --install rust go cluster keyring awscli
	tests/cluster/up
	kwok=$$(benches/orchestrator/kwok/build); \
	export $$(tests/cluster/env) KWOK=$$kwok PATH="$(CACHE)/awscli/bin:$$PATH"; \
	cargo bench $(CARGO_FLAGS) --bench helper --bench deploy --bench orchestrator

demo:
	demo/run

# The whole integration suite several times over: what fails once in ROUNDS is a race that a user will meet.
ROUNDS ?= 5
soak:
	tests/needs --install rust go cluster keyring tmux strace old-kubectl awscli
	tests/cluster/up
	cargo build $(CARGO_FLAGS) --quiet --release --no-default-features --bin zenml-credential
	export INSTA_UPDATE=no $$(tests/cluster/env); \
	export KILLS=200; \
	for round in $$(seq $(ROUNDS)); do echo "round $$round of $(ROUNDS)"; cargo test $(CARGO_FLAGS) --test it -- $(TESTS); done

# Every fuzz target for SECONDS, and the property tests with many more cases than `make test` runs.
SECONDS ?= 600
CASES ?= 20000
fuzz:
	tests/needs --install rust fuzz
	fuzz/run $(SECONDS)
	PROPTEST_CASES=$(CASES) cargo test $(CARGO_FLAGS) --lib -- $(TESTS)

# Licences, sources and bans of all dependencies.
deny:
	command -v cargo-deny >/dev/null || cargo install --locked cargo-deny
	cargo deny --all-features check bans licenses sources

# The archive that krew and the release page carry, and its checksum.
VERSION := v$(shell sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
ARCHIVE := kubectl-zenml-$(VERSION)-linux-amd64
release:
	tests/needs --install rust
	cargo build $(CARGO_FLAGS) --release
	rm -rf target/release-archive && mkdir -p target/release-archive/$(ARCHIVE)/completions
	cp target/$(TARGET)/release/{kubectl-zenml,zenml-credential} LICENSE README.md target/release-archive/$(ARCHIVE)/
	cp completions/* target/release-archive/$(ARCHIVE)/completions/
	tar --sort=name --owner=0 --group=0 --numeric-owner --mtime=@0 -C target/release-archive/$(ARCHIVE) -cz -f target/$(ARCHIVE).tar.gz .
	sha256sum target/$(ARCHIVE).tar.gz

clean:
	tests/cluster/down
	cargo clean
