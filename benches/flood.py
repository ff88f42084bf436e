#!/usr/bin/env python3
"""Whether 200 wrong log-ins a second slow down those who read: `make bench-flood`.

A reader asks for pages 50 times a second for ten seconds, alone and then while others try passwords: all from one address, and
each from an address of its own, which only somebody with a whole network has. Ends with 1 where the reader's median grew by
more than a fifth.
"""

import argparse
import http.client
import os
import statistics
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from servers import ROOT, Mainstay, Server

SECONDS, TRIES, READS, CLIENTS = 10, 200, 50, 20
PAGES = ["/", "/posts", "/categories", "/tags"]


def read(port, seconds):
    """The seconds that each page took; asked for at a steady pace, whatever the last one took."""
    connection, took, begun = http.client.HTTPConnection("127.0.0.1", port, timeout=30), [], time.perf_counter()
    for number in range(READS * seconds):
        time.sleep(max(0.0, begun + number / READS - time.perf_counter()))
        at = time.perf_counter()
        connection.request("GET", PAGES[number % len(PAGES)])
        answer = connection.getresponse()
        answer.read()
        took.append(time.perf_counter() - at)
        if answer.status != 200:
            raise SystemExit(f"flood: a page answers {answer.status}")
    return took


def flood(port, seconds, spread, statuses):
    """Wrong log-ins at a steady pace by one of the clients; `spread`: each from an address of its own."""
    connection, begun = http.client.HTTPConnection("127.0.0.1", port, timeout=60), time.perf_counter()
    for number in range(TRIES * seconds // CLIENTS):
        time.sleep(max(0.0, begun + number * CLIENTS / TRIES - time.perf_counter()))
        if time.perf_counter() - begun > seconds:
            break
        form = urllib.parse.urlencode({"email": f"nobody-{os.urandom(4).hex()}@example.org", "password": "wrong wrong wrong wrong"})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        if spread:
            headers["X-Forwarded-For"] = ".".join(str(byte) for byte in (203, *os.urandom(3)))
        connection.request("POST", "/login", form, headers)
        answer = connection.getresponse()
        answer.read()
        statuses[answer.status] = statuses.get(answer.status, 0) + 1


def measured(port, spread=None):
    """What the reader found, and what became of the tries."""
    statuses = {}
    clients = [] if spread is None else [threading.Thread(target=flood, args=(port, SECONDS, spread, statuses)) for _ in range(CLIENTS)]
    for client in clients:
        client.start()
    took = read(port, SECONDS)
    for client in clients:
        client.join()
    return statistics.median(took) * 1000, statistics.quantiles(took, n=100)[98] * 1000, statuses


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--program", type=Path, default=ROOT / "target/release/mainstay")
    Mainstay.program = options.parse_args().program.resolve()
    work = Path(tempfile.mkdtemp(prefix="mainstay-flood-"))
    Mainstay.prepare(work / "state", "sample", "load")
    slowed = False
    try:
        server = Mainstay(work / "state", work / "log", env={"MAINSTAY_TRUSTED_PROXIES": "127.0.0.1"})
        measured(server.port)  # the pages are made once
        before = measured(server.port)
        print(f"alone: p50 {before[0]:.2f} ms, p99 {before[1]:.2f} ms")
        for spread, words in ((False, "from one address"), (True, "each from another")):
            p50, p99, statuses = measured(server.port, spread)
            slowed |= not spread and p50 > before[0] * 1.2
            print(f"200 wrong log-ins a second {words}: p50 {p50:.2f} ms, p99 {p99:.2f} ms; answers {dict(sorted(statuses.items()))}")
    finally:
        for one in list(Server.running):
            one.stop()
    return 1 if slowed else 0


if __name__ == "__main__":
    sys.exit(main())
