#!/usr/bin/env python3
"""Whether 1,000 comments a second slow down those who read, and whether one that was taken is lost: `make bench-comments`.

A reader asks for pages 50 times a second for ten seconds, alone and then while comments are offered: all from one network, and each
from a network of its own, which only somebody with very many machines has. Every answer is 303 (taken) or 429 (wait, with
`Retry-After`); afterwards the database has as many comments as were taken. Ends with 1 where something was lost, a limit was not
told, or the reader of the first kind waits a fifth longer.
"""

import argparse
import http.client
import os
import re
import statistics
import subprocess
import sys
import tempfile
import threading
import time
import urllib.parse
from pathlib import Path

from flood import READS, read
from servers import ROOT, Mainstay, Server

SECONDS, OFFERED, CLIENTS = 10, 1000, 20


def entry(port):
    """A post that takes comments: its key and its address."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    connection.request("GET", "/posts")
    for path in re.findall(r'href="(/posts/[a-z0-9-]+)"', connection.getresponse().read().decode()):
        connection.request("GET", path)
        found = re.search(r'name="entry" value="(\d+)"', connection.getresponse().read().decode())
        if found:
            return found.group(1)
    raise SystemExit("comments: no post takes comments")


def flood(port, seconds, about, spread, seen):
    """Comments at a steady pace by one of the clients; `spread`: each from a network of its own."""
    connection, begun = http.client.HTTPConnection("127.0.0.1", port, timeout=60), time.perf_counter()
    for number in range(OFFERED * seconds // CLIENTS):
        time.sleep(max(0.0, begun + number * CLIENTS / OFFERED - time.perf_counter()))
        if time.perf_counter() - begun > seconds:
            break
        words = f"A comment of its own, {os.urandom(8).hex()}, about ports and ropes."
        form = urllib.parse.urlencode({"entry": about, "comment_name": "Guest", "comment_body": words})
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
        if spread:
            headers["X-Forwarded-For"] = ".".join(str(byte) for byte in (*os.urandom(3), 1))
        connection.request("POST", "/comments", form, headers)
        answer = connection.getresponse()
        answer.read()
        told = answer.status != 429 or answer.getheader("Retry-After", "").isdigit()
        key = str(answer.status) if told else "429 without Retry-After"
        seen[key] = seen.get(key, 0) + 1


def measured(port, about=None, spread=False):
    """What the reader found, and what became of the comments."""
    seen = {}
    count = CLIENTS if about else 0
    clients = [threading.Thread(target=flood, args=(port, SECONDS, about, spread, seen)) for _ in range(count)]
    for client in clients:
        client.start()
    took = read(port, SECONDS)
    for client in clients:
        client.join()
    return statistics.median(took) * 1000, statistics.quantiles(took, n=100)[98] * 1000, seen


def stored(state):
    """How many comments the private database has."""
    socket = next((Path(state)).rglob("*.sock"))
    query = ["mariadb", f"--socket={socket}", "--skip-ssl", "-N", "-e", "SELECT COUNT(*) FROM mainstay.comments"]
    return int(subprocess.run(query, check=True, capture_output=True, text=True).stdout)


def main():
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--program", type=Path, default=ROOT / "target/release/mainstay")
    Mainstay.program = options.parse_args().program.resolve()
    work = Path(tempfile.mkdtemp(prefix="mainstay-comments-"))
    Mainstay.prepare(work / "state", "sample", "load")
    wrong = False
    try:
        server = Mainstay(work / "state", work / "log", env={"MAINSTAY_TRUSTED_PROXIES": "127.0.0.1"})
        about = entry(server.port)
        measured(server.port)  # the pages are made once
        before = measured(server.port)
        print(f"{READS} pages a second, alone: p50 {before[0]:.2f} ms, p99 {before[1]:.2f} ms")
        for spread, words in ((False, "from one network"), (True, "each from another network")):
            known = stored(work / "state")
            p50, p99, seen = measured(server.port, about, spread)
            taken, kept = seen.get("303", 0), stored(work / "state") - known
            wrong |= taken != kept or bool(set(seen) - {"303", "429"}) or not spread and p50 > before[0] * 1.2
            offered = sum(seen.values()) / SECONDS
            print(f"{offered:.0f} comments a second {words}: p50 {p50:.2f} ms, p99 {p99:.2f} ms; answers {dict(sorted(seen.items()))}; taken {taken}, stored {kept}")
    finally:
        for one in list(Server.running):
            one.stop()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
