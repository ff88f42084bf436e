# Short names for what is done often; CONTRIBUTING.md says when.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help run test bench fmt lint clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "make %-8s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and serve the site, with the sample site when the database is empty; ARGS="..." is passed on
	@scripts/setup
	cargo build --release --locked
	@exec target/release/mainstay serve --sample $(ARGS)

test: ## Check format, lints and tests, as CI does
	@scripts/ci

bench: ## Measure requests a second beside nginx
	@scripts/bench

fmt: ## Format the code
	cargo fmt --all

lint: ## Check the lints alone
	cargo clippy --locked --all-targets -- -D warnings

clean: ## Remove what was built; the site in state/ stays
	cargo clean
