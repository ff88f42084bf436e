# Short names for what is done often; CONTRIBUTING.md says when.
export PATH := $(PATH):$(HOME)/.cargo/bin

.PHONY: help run test test-xss fuzz bench bench-growth bench-peers bench-flood bench-comments deny fmt lint clean

help: ## List these targets
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-12s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

run: ## Build and serve the site, with the sample site when the database is empty; ARGS="..." is passed on
	@scripts/setup
	cargo build --release --locked
	@ulimit -n "$$(ulimit -Hn)"; exec target/release/mainstay serve --sample $(ARGS)

test: ## Check format, lints and tests, as CI does
	@scripts/ci

test-xss: ## Try cross-site scripting corpora on every page in Chromium (many minutes); FILES="..." names others
	@scripts/test-xss $(FILES)

fuzz: ## Feed parsers and renderers with mutated input; ARGS="--seconds 600" for each of them
	@scripts/fuzz $(ARGS)

bench: ## Measure beside nginx and a bare actix-web, and up to 100,000 entries; ARGS="..." is passed on
	@scripts/bench $(ARGS)

bench-growth: ## Measure what grows, up to a million entries (20 GB, half an hour the first time)
	@scripts/bench --only growth --million $(ARGS)

bench-peers: ## Measure beside WordPress, Wagtail and Ghost, which it installs
	@scripts/bench-peers $(ARGS)

bench-flood: ## Measure whether 200 wrong log-ins a second slow down reading
	cargo build --release --locked
	python3 benches/flood.py $(ARGS)

bench-comments: ## Measure whether 1,000 comments a second slow down reading, and whether any is lost
	cargo build --release --locked
	python3 benches/comments.py $(ARGS)

deny: ## Check licences, sources and known vulnerabilities of the dependencies (needs cargo-deny)
	cargo deny --locked check

fmt: ## Format the code
	cargo fmt --all

lint: ## Check the lints alone
	cargo clippy --locked --all-targets -- -D warnings

clean: ## Remove what was built; the site in state/ stays
	cargo clean
