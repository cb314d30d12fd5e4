# Everything is built for static musl: the plugin that is tested is the one that goes into the orchestrator's image.
TARGET := x86_64-unknown-linux-musl
CARGO_FLAGS := --locked --target $(TARGET)
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c

.PHONY: test lint demo bench soak fuzz release clean

# All that the tests need, then all tests. TESTS=name runs those whose name contains it.
test:
	tests/needs --install rust go cluster keyring tmux old-kubectl
	tests/cluster/up
	$(MAKE) --no-print-directory lint
	cargo build $(CARGO_FLAGS) --quiet --release --no-default-features --bin zenml-credential
	export INSTA_UPDATE=no $$(tests/cluster/env); cargo test $(CARGO_FLAGS) -- $(TESTS)

lint:
	cargo fmt --check
	cargo clippy $(CARGO_FLAGS) --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings" cargo doc $(CARGO_FLAGS) --no-deps --quiet

# Ratios against a named baseline, measured in one run.
bench:
	tests/needs --install rust keyring
	cargo bench $(CARGO_FLAGS) --bench helper
