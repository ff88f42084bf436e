#!/usr/bin/env python3
"""What the search of visitors finds, and how fast.

    benches/search.py ranks http://127.0.0.1:8080            # on the imported Rust blog: the rank of the right answer to 30 queries
    benches/search.py load http://127.0.0.1:8080 --seconds 20 --clients 8 [--words words.txt] [--warm 5]

Needs nothing but Python. `ranks` ends with 1 if fewer than 28 answers stand among the first ten. `load` asks different queries, of one
to three words, with filters now and then, so that nothing is answered out of a cache; the first seconds after a start are told apart.
"""

import argparse
import html
import http.client
import random
import re
import statistics
import sys
import threading
import time
import urllib.parse

# What somebody types, and a title (or several) that is the right answer.
QUERIES = [
    ("fearless concurrency", ["Fearless Concurrency with Rust"]),
    ("GATs stabilization", ["The push for GATs stabilization", "Generic associated types to be stable in Rust 1.65"]),
    ("generic associated types", ["Generic associated types to be stable in Rust 1.65"]),
    ("introducing mir", ["Introducing MIR"]),
    ("rls deprecation", ["RLS Deprecation"]),
    ("async await stable", ["Async-await on stable Rust!"]),
    ("non-lexical lifetimes", ["Non-lexical lifetimes (NLL) fully stable"]),
    ("async fn in traits", ["Announcing `async fn` and return-position `impl Trait` in traits"]),
    ("incremental compilation", ["Incremental Compilation"]),
    ("lock poisoning", ["Launching the Lock Poisoning Survey"]),
    ("wasm c abi", ["C ABI Changes for `wasm32-unknown-unknown`"]),
    ("session cookies incident", ["crates.io security incident: improperly stored session cookies"]),
    ("const generics", ["Const generics MVP hits beta!"]),
    ("rust 2021 edition plan", ["The Plan for the Rust 2021 Edition"]),
    ("mdbook security", ["mdBook security advisory"]),
    ("cargo cache", ["Cargo cache cleaning"]),
    ("phishing", ["crates.io phishing campaign"]),
    ("1.51.0", ["Announcing Rust 1.51.0"]),
    ("docs.rs outage", ["docs.rs outage postmortem"]),
    ("disappearing stack frames", ["Rust & the case of the disappearing stack frames"]),
    ("\"next-generation trait solver\"", ["Enabling the next-generation trait solver on nightly"]),
    ("clippy -plugin freeze", ["What we learned with Clippy's feature freeze"]),
    ("cranelift debug builds", ["Using rustc_codegen_cranelift for debug builds"]),
    # Slips of the pen.
    ("feerless concurency", ["Fearless Concurrency with Rust"]),
    ("incremantal compilaton", ["Incremental Compilation"]),
    ("posioning survey", ["Launching the Lock Poisoning Survey"]),
    ("phising campain", ["crates.io phishing campaign"]),
    ("lifetmes nll", ["Non-lexical lifetimes (NLL) fully stable"]),
    ("apple darwin demotng", ["Demoting x86_64-apple-darwin to Tier 2 with host tools"]),
    ("foundaton maintaners fund", ["Launching the Rust Foundation Maintainers Fund"]),
]

WORDS = (
    "index queue cache backup deployment transaction session worker migration cursor token schema replica pipeline timeout proxy "
    "journal container ledger socket thread lock endpoint cluster parser compiler package release incident dashboard measuring naming "
    "testing moving splitting restoring watching reading sizing replacing slow quiet shared private nightly forgotten sorted broken"
).split()


def ask(connection, path):
    connection.request("GET", path, headers={"User-Agent": "Mozilla/5.0 (search bench)"})
    answer = connection.getresponse()
    return answer.status, answer.read().decode()


def titles(page):
    found = re.findall(r'<li class="hit[^"]*">.*?<h3><a [^>]*>(.*?)</a></h3>', page, re.S)
    return [html.unescape(re.sub(r"<[^>]+>", "", title)) for title in found]


def plain(title):
    return re.sub(r"[^a-z0-9]+", " ", title.lower()).strip()


def ranks(url):
    connection = http.client.HTTPConnection(url.netloc)
    good, sum_of = 0, 0.0
    print("| query | rank | instead | first |\n|---|--:|---|---|")
    for query, wanted in QUERIES:
        _, page = ask(connection, "/search?q=" + urllib.parse.quote(query))
        found = titles(page)
        places = [place for place, title in enumerate(found, 1) if plain(title) in {plain(one) for one in wanted}]
        instead = re.search(r"Showing results for <strong>(.*?)</strong>", page)
        good += bool(places)
        sum_of += 1 / places[0] if places else 0
        print(f"| {query} | {places[0] if places else '–'} | {instead.group(1) if instead else ''} | {found[0] if found else 'nothing'} |")
    print(f"\n{good} of {len(QUERIES)} among the first ten; mean reciprocal rank {sum_of / len(QUERIES):.2f}.")
    return 0 if good >= len(QUERIES) - 2 else 1


def query(dice, words):
    chosen = dice.sample(words, dice.choice([1, 2, 2, 3]))
    typed = " ".join(chosen)
    kind = dice.random()
    if kind < 0.1:
        typed = typed[:-2] + typed[-1]  # a letter is missing
    elif kind < 0.2:
        typed = typed[: max(3, len(typed) - 3)]
    elif kind < 0.25:
        typed = f'"{typed}"'
    path = "/search?q=" + urllib.parse.quote(typed)
    if dice.random() < 0.2:
        path += dice.choice(["&kind=page", "&kind=post", "&year=2024", "&page=2"])
    return path


def load(url, seconds, clients, words, seed=0):
    times, wrong, until = [], [], time.monotonic() + seconds

    def client(number):
        dice, connection = random.Random(seed + number), http.client.HTTPConnection(url.netloc)
        while time.monotonic() < until:
            path, begun = query(dice, words), time.monotonic()
            status, _ = ask(connection, path)
            times.append((time.monotonic() - begun, path))
            if status != 200:
                wrong.append((status, path))

    threads = [threading.Thread(target=client, args=(number,)) for number in range(clients)]
    [thread.start() for thread in threads]
    [thread.join() for thread in threads]
    sorted_times = sorted(took for took, _ in times)
    at = lambda part: 1000 * sorted_times[min(len(sorted_times) - 1, int(part * len(sorted_times)))]
    print(f"{len(times)} queries in {seconds} s by {clients} clients, {len(times) / seconds:.0f} a second, {len(wrong)} not answered with 200")
    print(f"p50 {at(0.5):.1f} ms, p95 {at(0.95):.1f} ms, p99 {at(0.99):.1f} ms, mean {1000 * statistics.mean(sorted_times):.1f} ms")
    for took, path in sorted(times, reverse=True)[:5]:
        print(f"  slowest: {1000 * took:.0f} ms {path}")
    return 1 if wrong else 0


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["ranks", "load"])
    parser.add_argument("url")
    parser.add_argument("--seconds", type=int, default=20)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--words", help="a file with a word on each line")
    parser.add_argument("--warm", type=int, default=0, help="seconds of a run before, which is told apart")
    given = parser.parse_args()
    url = urllib.parse.urlsplit(given.url)
    if given.what == "ranks":
        return ranks(url)
    words = open(given.words).read().split() if given.words else WORDS
    if given.warm:
        print("right after the start:")
        load(url, given.warm, given.clients, words, seed=1000)
        print("then:")
    return load(url, given.seconds, given.clients, words)


if __name__ == "__main__":
    sys.exit(main())
