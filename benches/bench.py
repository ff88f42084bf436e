"""`make bench`: measures the program, built as packages are, beside nginx and a bare actix-web, and writes benches/results/DATE.md.

Runs are interleaved; tables show the median with the least and the most. Requests a second swing on a shared machine: compare the
lines of one run with each other. Processor time is that of all threads of the server's processes, its database apart.
"""

import argparse
import datetime
import http.client
import os
import platform
import re
import resource
import shutil
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import generator
import report
from load import WORDS, Idle, Writer, middle, walk, wrk
from servers import ROOT, Mainstay, Server, fail, free_port, nginx

HOME = ROOT / "target/bench"
ARTICLE = "/posts/what-a-connection-pool-does"
PARTS = ["cached", "uncached", "writing", "addresses", "library", "search", "start", "idle", "writes", "allocators", "pictures", "growth", "generator"]


class Run:
    """The measurements of one run, and what they found."""

    def __init__(self, options):
        self.options, self.text, self.plots = options, [], []
        self.work = HOME / f"run-{os.getpid()}"
        self.work.mkdir(parents=True)

    def log(self, name):
        return self.work / f"{name}.log"

    def say(self, text):
        print(f"bench: {text}", file=sys.stderr, flush=True)

    def section(self, title, note, rows):
        self.text.append(f"## {title}\n\n{note}\n\n{report.table(rows)}")

    def interleaved(self, targets, measure):
        """Runs `measure` for each of the named targets, round after round."""
        found = {name: [] for name, _ in targets}
        for number in range(self.options.rounds):
            self.say(f"round {number + 1} of {self.options.rounds}")
            for name, target in targets:
                found[name].append(measure(target))
        return [(name, middle(runs)) for name, runs in found.items()]

    def sample(self):
        state = HOME / "sample"
        Mainstay.prepare(state, "sample", "load")
        return state

    def site(self, entries):
        state = HOME / f"generated-{entries}"
        self.say(f"a site of {entries:,} entries (kept in {state.relative_to(ROOT)})")
        Mainstay.prepare(state, "sample", "generate", "--entries", str(entries), "--words", "150")
        return state

    def cached(self):
        """A post out of the page cache, beside nginx and actix-web with the same bytes."""
        ours = Mainstay(self.sample(), self.log("cached"))
        status, headers, plain = ours.get(ARTICLE)
        if status != 200:
            fail(f"{ARTICLE} answers {status}")
        www = self.work / "www"
        www.mkdir()
        (www / "page.html").write_bytes(plain)
        (www / "page.html.gz").write_bytes(ours.get(ARTICLE, {"Accept-Encoding": "gzip"})[2])
        (self.work / "page.br").write_bytes(ours.get(ARTICLE, {"Accept-Encoding": "br"})[2])
        skip = ("date", "content-length", "connection", "transfer-encoding", "vary", "server")
        (self.work / "headers").write_text("".join(f"{name.lower()}: {value}\n" for name, value in headers if name.lower() not in skip))
        (self.work / "bare").write_text("content-type: text/html; charset=utf-8\n")
        raw, bare = (self.raw(name) for name in ("headers", "bare"))
        stock, tuned = nginx("nginx", self.work, False), nginx("nginx-tuned", self.work, True)
        servers = [("mainstay", ours, ARTICLE, "br"), ("nginx as shipped", stock, "/page.html", "gzip"),
                   ("nginx tuned", tuned, "/page.html", "gzip"), ("actix-web, same bytes", raw, ARTICLE, "br"), ("actix-web, bare headers", bare, ARTICLE, "br")]
        for coding in ("plain", "compressed"):
            for connections in (1, 32, 256):
                targets = [(name, (server, path, {"Accept-Encoding": accepted} if coding == "compressed" else {}))
                           for name, server, path, accepted in servers]
                self.say(f"cached post, {coding}, {connections} connections")
                rows = self.interleaved(targets, lambda t: wrk(t[0], t[1], connections, self.options.seconds, t[2]))
                size = len(plain) if coding == "plain" else (self.work / "page.br").stat().st_size
                note = (f"{size:,} bytes each." if coding == "plain" else
                        f"Brotli, {size:,} bytes; nginx sends gzip ({(www / 'page.html.gz').stat().st_size:,} bytes), as Debian's has no brotli.")
                self.section(f"A cached post, {coding}, {connections} connections", note, rows)
                if connections == 32:
                    self.plots.append((f"cached-{coding}", report.plot(f"A cached post, {coding}: processor time a request", "µs",
                                                                       [(name, row["cpu µs"]) for name, row in rows])))
        self.memory_after = ours.memory()
        for server in (ours, raw, bare, stock, tuned):
            server.stop()

    def raw(self, headers):
        """actix-web alone with the page of `cached`, and the headers in this file of the run's folder."""
        port = free_port()
        command = [ROOT / "target/dist/raw", port, os.cpu_count(), self.work / headers, self.work / "www/page.html", self.work / "page.br"]
        return Server(f"actix-web, {headers}", [str(part) for part in command], port, self.log(f"raw-{headers}"))

    def uncached(self):
        """Every page made anew (MAINSTAY_PAGE_CACHE_MB=0), and the admin with a session."""
        sample, large = Mainstay(self.sample(), self.log("uncached"), 0), Mainstay(self.site(10_000), self.log("uncached-10000"), 0)
        session, admin = {"Cookie": sample.sign_in()}, {"Cookie": large.sign_in()}
        posts = set()
        address = "/posts"
        while address and len(posts) < 500:
            page = large.get(address)[2].decode()
            posts.update(re.findall(r'href="(/posts/[a-z0-9-]+)"', page))
            older = re.search(r'href="(/posts\?before=[^"]+)"', page)
            address = older and older[1].replace("&amp;", "&")
        many = walk(sorted(posts), self.work / "walk.lua")
        entry = re.search(r'href="/admin/entries/(\d+)"', sample.get("/admin/entries", session)[2].decode())[1]
        targets = [("the post of 1,500 words", (sample, ARTICLE, {}, None)), (f"{len(posts)} posts in turn, of 10,000", (large, "/", {}, many)),
                   ("home", (sample, "/", {}, None)), ("home, 10,000 entries", (large, "/", {}, None)), ("list of posts", (large, "/posts", {}, None)),
                   ("feed of all posts", (large, "/feeds/atom", {}, None)), ("sitemap of 10,000 entries", (large, "/sitemaps/0.xml", {}, None)),
                   ("entry list in the admin", (large, "/admin/entries", admin, None)),
                   ("editor of the post", (sample, f"/admin/entries/{entry}", session, None))]
        for connections in (1, 32):
            self.say(f"uncached, {connections} connections")
            rows = self.interleaved(targets, lambda t: wrk(t[0], t[1], connections, self.options.seconds, t[2], t[3]))
            self.section(f"Pages made anew, {connections} connections", "`MAINSTAY_PAGE_CACHE_MB=0`.", rows)
        sample.stop()
        large.stop()
        ours = Mainstay(self.sample(), self.log("parameter"))
        ours.get(ARTICLE)
        targets = [(name, (ours, f"{path}?x=1")) for name, path in [("the post of 1,500 words", ARTICLE), ("home", "/"), ("list of posts", "/posts")]]
        for connections in (1, 32):
            rows = self.interleaved(targets, lambda t: wrk(t[0], t[1], connections, self.options.seconds))
            for _, row in rows:
                row["together µs"] = tuple(own + database for own, database in zip(row["cpu µs"], row["db cpu µs"]))
            self.section(f"Pages made anew in production, {connections} connections", "`?x=1`, which no page knows, goes past the cache to the "
                         "handler; settings, menus and topics stay in memory.", rows)
        ours.stop()

    def writing(self):
        """What a writer waits for, one after the other: saves, keeping what is typed, and the pages about a long text."""
        server = Mainstay(self.sample(), self.log("writing"))
        session = server.sign_in()
        entries = list(dict.fromkeys(re.findall(r'href="/admin/entries/(\d+)"', server.get("/admin/entries", {"Cookie": session})[2].decode())))
        texts = [Writer(server, session, entry).fields["body"][0] for entry in entries[2:]]
        long, number = "", 0
        while len(long.split()) < 5000:  # the sample's own articles, one after the other
            long, number = long + texts[number % len(texts)] + "\n\n", number + 1
        short, deep = Writer(server, session, entries[0]), Writer(server, session, entries[1])
        for writer in (short, deep):
            writer.ask("POST", f"{writer.address}/autosave/discard", "x=")
            writer.fields = writer.read()

        def times(act, count=20):
            before, took = server.cpu(), sorted(act() for _ in range(count))
            after = server.cpu()
            return {"p50 ms": took[count // 2] * 1e3, "slowest ms": took[-1] * 1e3, "cpu µs": (after[0] - before[0]) / count * 1e6,
                    "db cpu µs": (after[1] - before[1]) / count * 1e6}

        def keep(writer, body):
            writer.fields |= {"body": [f"{body} {time.time_ns()}"], "do": ["save"]}
            return writer.post(f"{writer.address}/autosave", 200)

        blocks = long.split("\n\n")
        changed = [block + " And so on." if place % 7 == 0 else block for place, block in enumerate(blocks) if place % 31 != 30]
        deep.save("save", f"Long {time.time_ns()}", long)
        deep.save("save", f"Long {time.time_ns()}", "\n\n".join([*changed, "The end."]))
        newest = int(re.search(r"Revision (\d+), saved", deep.ask("GET", deep.address)[1])[1])
        difference = f"{deep.address}/revisions?from={newest - 1}&to={newest}"
        acts = [("save of 1,500 words, and the editor again", lambda: short.save("save", f"Save {time.time_ns()}")),
                ("autosave of 1,500 words", lambda: keep(short, WORDS)), ("autosave of 5,000 words", lambda: keep(deep, long))]
        rows = self.interleaved(acts, times)
        for writer in (short, deep):
            writer.ask("POST", f"{writer.address}/autosave/discard", "x=")
        pages = [("difference of two revisions of 5,000 words", difference), ("editor with the gate, 5,000 words", deep.address),
                 ("editor with the gate, 1,500 words", short.address)]
        rows += self.interleaved(pages, lambda path: wrk(server, path, 1, self.options.seconds, {"Cookie": session}))
        self.section("Writing", f"{len(long.split()):,} words of the sample's articles and {len(WORDS.split()):,} made-up ones. Each save and autosave "
                     "differs; times of saves are those of the save alone, their processor time includes the editor that a browser opens next.", rows)
        server.stop()

    def library(self):
        """The media library: a hundred thousand files in a few folders, one in fifty not used; their rows, not their bytes."""
        state, many = HOME / "library", 100_000
        Mainstay.prepare(state, "sample", "load")
        server = Mainstay(state, self.log("library"))
        rows = f"""INSERT IGNORE INTO file_folders (id, parent_id, name, path, created_at) VALUES (2, 1, 'Covers', 'Covers', NOW()), (3, 1, 'Plans', 'Plans', NOW());
            INSERT IGNORE INTO files (address, name, content_type, bytes, sha256, width, height, created_at, storage_key, kind, frames, alt, folder_id, used)
            SELECT CONCAT('/files/', LPAD(LOWER(HEX(seq)), 16, '0'), '/file.jpg'),
                   CONCAT(ELT(1 + seq % 5, 'harbour', 'bridge', 'plan', 'sunset', 'crew'), '-', seq, '.jpg'),
                   IF(seq % 10 = 0, 'application/pdf', 'image/jpeg'), 10000 + seq * 7919 % 900000, UNHEX(SHA2(seq, 256)), 1600, 1200,
                   TIMESTAMP('2024-01-01') + INTERVAL seq * 37 % 1000000 MINUTE, CONCAT('originals/', SHA2(seq, 256)),
                   IF(seq % 10 = 0, 'document', 'picture'), 1, IF(seq = 777, 'Lighthouse', 'A picture of the sea'), 1 + seq % 3, seq % 50 <> 0
            FROM seq_1_to_{many};
            UPDATE file_folders SET files = (SELECT COUNT(*) FROM files WHERE folder_id = file_folders.id),
                                    bytes = (SELECT COALESCE(SUM(bytes), 0) FROM files WHERE folder_id = file_folders.id);
            ANALYZE TABLE files;"""
        subprocess.run(["mariadb", f"--socket={state}/database/s.sock", "--user=root", "mainstay"], input=rows, text=True, check=True, stdout=subprocess.DEVNULL)
        session = {"Cookie": server.sign_in()}
        pages = [("newest first", ""), ("the last page", "after=0~0"), ("by name", "order=name"), ("largest first", "order=largest"), ("a folder", "folder=2"),
                 ("documents of a folder, the last page", "folder=2&kind=document&after=0~0"), ("not used", "folder=unused"), ("as a list", "view=list"),
                 ("a word that one file has", "q=lighthouse"), ("a word that all have", "q=sea"), ("a word that none has", "q=nowherefound")]
        targets = [(name, (server, f"/admin/media?{query}", session)) for name, query in pages]
        rows = self.interleaved(targets, lambda t: wrk(t[0], t[1], 1, max(1, self.options.seconds // 2), t[2]))
        self.section(f"Media library of {many:,} files", "One connection, somebody signed in, 60 files on a page.", rows)
        server.stop()

    def search(self):
        """Different queries on 100,000 generated entries, by eight clients; on the Rust blog the ranks too, where it lies."""
        large = HOME / "search"
        Mainstay.prepare(large, "sample", "generate", "--entries", "100000")
        self.text.append(f"## Search on 100,000 entries\n\n```\n{self.asked('load', large, '--warm', '10')}```")
        folder = Path(os.environ.get("MAINSTAY_DATA", "../shared/data")) / "rust-blog/content"
        if not folder.exists():
            return self.say(f"{folder} is not there: no ranks")
        blog = HOME / "blog"
        Mainstay.prepare(blog, "import", "markdown", str(folder))
        Mainstay.command(blog, "search", "rebuild")
        self.text.append(f"## Search on the Rust blog\n\n{self.asked('ranks', blog)}\n```\n{self.asked('load', blog, '--warm', '10', '--words', self.words(folder))}```")

    def asked(self, what, state, *more):
        server = Mainstay(state, self.log("search"))
        command = [sys.executable, "benches/search.py", what, f"http://127.0.0.1:{server.port}", "--seconds", str(5 * self.options.seconds), *more]
        told = subprocess.run(command, text=True, capture_output=True).stdout
        server.stop()
        return told

    def words(self, folder):
        """Words of the titles, to search for."""
        text = " ".join(path.read_text(errors="replace")[:300] for path in sorted(folder.rglob("*.md")))
        path = self.work / "words"
        path.write_text("\n".join(sorted({word.lower() for word in re.findall(r"[A-Za-z]{4,}", text)})))
        return str(path)

    def addresses(self):
        """A branch of 10,000 live pages under another name, and what 100,000 redirects cost a request."""
        count, state = 10_000, HOME / "branch"
        if not (state / "whole").exists():
            self.say(f"a branch of {count:,} pages (kept in {state.relative_to(ROOT)})")
            source = self.work / "branch/content/branch"
            source.mkdir(parents=True)
            (source / "_index.md").write_text("---\ntitle: Branch\n---\nThe top.\n")
            for number in range(count):
                (source / f"page-{number}.md").write_text(f"---\ntitle: Page {number}\n---\nText of page {number}. [Next](page-{(number + 1) % count}.md)\n")
            Mainstay.prepare(state, "import", "markdown", str(self.work / "branch"))
        server = Mainstay(state, self.log("addresses"))
        session = server.sign_in()
        found = server.get("/admin/entries?kind=page&q=Branch", {"Cookie": session})[2].decode()
        top = Writer(server, session, re.search(r'href="/admin/entries/(\d+)">Branch<', found)[1])
        old, took = top.fields["slug"][0], []
        for number in range(self.options.rounds):
            new = f"branch-{time.time_ns()}"
            top.fields |= {"slug": [new], "do": ["publish"]}
            took.append(top.post(top.address, 303))
            for page in (0, count // 2, count - 1):
                for name, status in [(old, 301), (new, 200)]:
                    if server.get(f"/{name}/page-{page}")[0] != status:
                        fail(f"/{name}/page-{page} does not answer {status}")
            old = new
            top.fields = top.read()
        self.section(f"A branch of {count:,} live pages is renamed", "From the press of the button to its answer; then the first, the middle and the "
                     "last old address answer 301 to the new one, which answers 200.", [("rename", middle([{"s": one} for one in took]))])
        few, many = ("/", "/no/page/here"), [f"/old-{number}" for number in range(100_000)]
        before = [(name, wrk(server, path, 1, self.options.seconds)) for name, path in [("a live page", few[0]), ("an address that leads nowhere", few[1])]]
        self.upload(server, session, "".join(f"{path},/{old}/page-{number % count}\n" for number, path in enumerate(many)))
        after = [(f"{name}, beside 100,000 redirects more", wrk(server, path, 1, self.options.seconds))
                 for name, path in [("a live page", few[0]), ("an address that leads nowhere", few[1]), ("a redirect", many[-1])]]
        self.section("100,000 redirects", "Pages that are there are answered before anybody looks for a redirect.",
                     [(name, middle([row])) for name, row in before + after])
        server.stop()
        shutil.rmtree(state)  # the redirects of this run would slow the next

    def upload(self, server, session, lines):
        """Sends a list of redirects, says yes to it, and waits until it is written."""
        ask = lambda method, path, body=None, kind="application/x-www-form-urlencoded": self.request(server, session, method, path, body, kind)
        token = re.search(r'name="token" value="([^"]+)"', ask("GET", "/admin/redirects/imports")[2])[1]
        parts = f'--x\r\nContent-Disposition: form-data; name="token"\r\n\r\n{token}\r\n'
        parts += f'--x\r\nContent-Disposition: form-data; name="file"; filename="list.csv"\r\n\r\n{lines}\r\n--x--\r\n'
        begun = time.monotonic()
        status, place, page = ask("POST", "/admin/redirects/imports", parts, "multipart/form-data; boundary=x")
        if status != 303:
            fail(f"the list of redirects answers {status}")
        self.wait(ask, place, 'id="begin"')
        checked = time.monotonic()
        ask("POST", place, f"token={token}")
        self.wait(ask, place, "<p>Made ")
        self.say(f"100,000 redirects: looked at in {checked - begun:.1f} s, made in {time.monotonic() - checked:.1f} s")

    @staticmethod
    def wait(ask, place, sign):
        for _ in range(600):
            if sign in ask("GET", place)[2]:
                return
            time.sleep(0.5)
        fail(f"{place} does not come to its end")

    @staticmethod
    def request(server, session, method, path, body, kind):
        connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        connection.request(method, path, body, {"Cookie": session, "Sec-Fetch-Site": "same-origin", "Content-Type": kind})
        answer = connection.getresponse()
        return answer.status, answer.getheader("location"), answer.read().decode()

    def allocators(self):
        """The same program with other allocators loaded before the system's."""
        found = [("the system's", None), *((name, library) for name in ("mimalloc", "jemalloc")
                                           for library in sorted(Path("/usr/lib").glob(f"*/lib{name}.so.*"))[:1])]
        servers, started = [], {}
        for name, library in found:
            env = {"LD_PRELOAD": str(library)} if library else {}
            server = Mainstay(self.sample_copy(name.split()[-1]), self.log(f"allocator-{name}"), env=env)
            server.get(ARTICLE)
            started[name] = server.memory()
            servers.append((name, server))
        rows = self.interleaved(servers, lambda server: wrk(server, f"{ARTICLE}?x=1", 32, self.options.seconds))
        for (name, row), (_, server) in zip(rows, servers):
            row |= {"MB after start": f"{started[name]:.0f}", "MB after the load": f"{server.memory():.0f}"}
            server.stop()
        self.section("Allocators", "A post made anew, 32 connections. Those beside the system's are packages of Debian, loaded by `LD_PRELOAD`; the "
                     "database is a child and has them too.", rows)

    def sample_copy(self, name):
        """The sample site once more, as one folder serves one process."""
        state = HOME / f"sample-{name}"
        Mainstay.prepare(state, "sample", "load")
        return state

    def start(self):
        """From the start of the process to its first answer, and the memory that it then has."""
        state, runs = self.sample(), []
        for _ in range(self.options.rounds):
            server = Mainstay(state, self.log("start"))
            server.get(ARTICLE)
            runs.append({"first answer ms": server.first_answer * 1e3, "resident MB": server.memory()})
            server.stop()
        note = "The private database starts too; memory is the program's own, without the database."
        if hasattr(self, "memory_after"):
            note += f" After the load on the cached post: {self.memory_after:.0f} MB."
        self.section("Start", note, [("mainstay", middle(runs))])

    def idle(self):
        """256 busy connections alone and beside 10,000 that stay open."""
        server, count = Mainstay(self.sample(), self.log("idle")), self.options.idle
        server.get(ARTICLE)
        alone, beside, notes = [], [], []
        for _ in range(self.options.rounds):
            alone.append(wrk(server, ARTICLE, 256, self.options.seconds))
            idle = Idle(server, ARTICLE, count)
            beside.append(wrk(server, ARTICLE, 256, self.options.seconds))
            notes.append(f"{idle.open():,} of {count:,} still open, {idle.refused:,} refused")
            idle.close()
        self.section(f"{count:,} idle connections", "At the end of each run: " + "; ".join(notes) + ".",
                     [("256 busy alone", middle(alone)), ("256 busy beside the idle ones", middle(beside))])
        server.stop()

    def writes(self):
        """50 published saves a second while 64 connections read; every save is looked for a second later at most."""
        server = Mainstay(self.site(10_000), self.log("writes"))
        session = server.sign_in()
        page = server.get("/admin/entries?view=live&kind=post", {"Cookie": session})[2].decode()
        entries = list(dict.fromkeys(re.findall(r'href="/admin/entries/(\d+)"', page)))[:8]
        posts = sorted(set(re.findall(r'href="(/posts/[a-z0-9-]+)"', server.get("/posts")[2].decode())))
        seconds = self.options.writes
        writers = [Writer(server, session, entry) for entry in entries]
        addresses = [re.search(r'href="(/posts/[a-z0-9-]+)"', writer.ask("GET", writer.address)[1])[1] for writer in writers]

        def write(number, stop, saves, slow, stale):
            writer, due = writers[number], time.monotonic() + number / 50
            while time.monotonic() < stop:
                time.sleep(max(0, due - time.monotonic()))
                due += len(entries) / 50
                mark = f"mark-{number}-{time.time_ns()}"
                saves.append(writer.save("publish", mark))
                told, first = time.monotonic(), True
                while mark not in writer.ask("GET", addresses[number], cookie=False)[1]:
                    first = False
                    if time.monotonic() - told > 1:
                        stale.append(addresses[number])
                        break
                if not first:
                    slow.append(time.monotonic() - told)

        for name, pause in [("with a pause of 20 ms between two reads", 20), ("as fast as they can", 0)]:
            many = walk([*posts, "/", "/posts"], self.work / f"reads-{pause}.lua", pause)
            server.settle()
            quiet = wrk(server, "/", 64, seconds, script=many)
            stop, saves, slow, stale = time.monotonic() + seconds, [], [], []
            threads = [threading.Thread(target=write, args=(number, stop, saves, slow, stale)) for number in range(len(writers))]
            for thread in threads:
                thread.start()
            busy = wrk(server, "/", 64, seconds, script=many)
            for thread in threads:
                thread.join()
            note = (f"{len(saves)} saves in {seconds} s ({len(saves) / seconds:.0f} a second, median {sorted(saves)[len(saves) // 2] * 1e3:.0f} ms), "
                    f"each read again at once; pages that were not new then: {len(slow)}, after one second: {len(stale)}. "
                    f"p99 of the reads: {busy['p99 ms'] / max(quiet['p99 ms'], 0.001):.1f} times the quiet one.")
            self.section(f"Writes beside 64 readers {name}", note, [("readers alone", middle([quiet])), ("beside the writers", middle([busy]))])
        server.stop()

    def pictures(self):
        """Every rendition of a photo of 12 megapixels, by the job, from the start of the program until a page names them."""
        folder, runs = self.work / "photos", []
        folder.mkdir()
        subprocess.run([str(ROOT / "target/dist/raw"), "photo", "4000", "3000", str(folder / "photo.jpg")], check=True)
        (folder / "2026-01-01-photo.md").write_text("---\ntitle: A photo\n---\n![A photo](photo.jpg)\n")
        for number in range(max(1, self.options.rounds // 2)):
            state = self.work / f"photos-{number}"
            self.say(f"renditions, round {number + 1}")
            Mainstay.command(state, "import", "markdown", str(folder))
            server = Mainstay(state, self.log("pictures"))
            post = re.search(r'href="(/posts/[a-z0-9-]+)"', server.get("/posts")[2].decode())[1]
            began, before = time.monotonic(), server.cpu()[0]
            while (page := server.get(post)[2].decode()) and "image/avif" not in page:
                if time.monotonic() - began > 600:
                    fail("no renditions after ten minutes")
                time.sleep(0.1)
            peak = int(re.search(r"VmHWM:\s+(\d+)", Path(f"/proc/{server.process.pid}/status").read_text())[1]) / 1024
            figures = {"seconds": time.monotonic() - began, "cpu s": server.cpu()[0] - before, "peak MB": peak}
            for kind, ending in [("AVIF", "avif"), ("WebP", "webp"), ("JPEG", "jpg")]:
                figures[f"{kind} of 1280, kB"] = len(server.get(re.search(rf"/pictures/[0-9a-z-]+/1280\.{ending}", page)[0])[2]) / 1000
            runs.append(figures)
            server.stop()
        size = (folder / "photo.jpg").stat().st_size / 1e6
        self.section("Renditions of a photo of 12 megapixels", f"A JPEG of {size:.1f} MB: 43 renditions, on one thread. The peak is that of the "
                     "program's memory in all.", [("mainstay", middle(runs))])

    def growth(self):
        """The same pages on sites of different sizes."""
        sizes = [1_000, 100_000] + ([1_000_000] if self.options.million else [])
        servers = [Mainstay(self.site(size), self.log(f"growth-{size}"), 0, f"{size:,}") for size in sizes]
        sessions = [server.sign_in() for server in servers]
        for server in servers:
            server.settle()
        pages = [("post", None, False), ("home", "/", False)]
        for name, pattern in [("all posts", None), ("category", r'href="(/categories/[a-z0-9/-]+)"'), ("tag", r'href="(/tags/[a-z0-9-]+)"'),
                              ("author", r'href="(/authors/[a-z0-9-]+)"'), ("month", r'href="(/posts/\d{4}/\d\d)"')]:
            pages += [(f"{name}, first page", (pattern, ""), False), (f"{name}, last page", (pattern, "?after=0~0"), False)]
        pages += [("feed of all posts", "/feeds/atom", False), ("which sitemaps there are", "/sitemap.xml", False)]
        for query in ["", "after=0~0", "view=live", "view=draft", "view=trash", "view=scheduled", "kind=page", "kind=page&view=draft", "author=3",
                      "category=2", "q=measuring", "order=title", "author=3&order=title"]:
            pages.append((f"admin list {query}".strip(), f"/admin/entries?{query}", True))
        rows = []
        for name, what, admin in pages:
            if self.options.matching and not re.search(self.options.matching, name):
                continue
            self.say(f"growth: {name}")
            targets = []
            for server, session in zip(servers, sessions):
                targets.append((server.name, (server, self.address(server, what), {"Cookie": session} if admin else {})))
            quick = lambda t: wrk(t[0], t[1], 1, max(1, self.options.seconds // 2), t[2])
            found = dict(self.interleaved(targets, quick))
            row = {f"p50 ms at {size}": figures["p50 ms"] for size, figures in found.items()}
            spent = lambda size, columns: sum(found[size][column][0] for column in columns)
            for title, columns in [("p50", ["p50 ms"]), ("processor time", ["cpu µs", "db cpu µs"])]:
                base = spent(servers[0].name, columns)
                row |= {f"{title}, {size} ÷ {servers[0].name}": f"{spent(size, columns) / base:.2f}" for size in list(found)[1:]}
            sizes = [len(server.get(path, headers)[2]) / 1000 for _, (server, path, headers) in targets]
            row |= {"kB of the page": " / ".join(f"{size:.0f}" for size in sizes), "errors": str(sum(int(figures["errors"][2]) for figures in found.values()))}
            rows.append((name, row))
        self.section("Growth", "Made-up sites, one connection, no page cache. A page with few rows on the small site is larger on the large one.", rows)
        for server in servers:
            server.stop()

    def generator(self):
        """How fast sites are made up, beside the limit of the database."""
        generator.generator(self)

    @staticmethod
    def address(server, what):
        """The address of a page on this site: as it is, or found on the list of posts or on a post."""
        if isinstance(what, str):
            return what
        listed = server.get("/posts")[2].decode()
        post = re.search(r'href="(/posts/[a-z][a-z0-9-]+)"', listed)[1]
        if what is None:
            return post
        pattern, query = what
        if pattern is None:
            return "/posts" + query
        found = re.search(pattern, listed) if "d{4}" in pattern else re.search(pattern, server.get(post)[2].decode())
        return (found or re.search(pattern, server.get("/tags")[2].decode()))[1] + query


def machine(found):
    cpu = re.search(r"model name\s*: (.*)", Path("/proc/cpuinfo").read_text())
    memory = int(re.search(r"MemTotal:\s+(\d+)", Path("/proc/meminfo").read_text())[1]) / 1024 / 1024
    version = lambda *command: (lambda done: (done.stdout + done.stderr).strip().splitlines()[0])(subprocess.run(command, capture_output=True, text=True))
    commit = version("git", "describe", "--always", "--dirty")
    return [f"{os.cpu_count()} processors ({cpu[1] if cpu else platform.machine()}), {memory:.0f} GB; Linux {platform.release()}",
            f"mainstay {commit}, {version('rustc', '--version')}; {version('nginx', '-v')}; {version('mariadbd', '--version')}; {version('wrk', '-v')}",
            "the bare actix-web and mainstay are built with the profile `dist`: thin LTO, one codegen unit, as packages are"
            + (f"; mainstay is {Mainstay.program.name} as it was found" if found else ""),
            f"load before the run: {os.getloadavg()[0]:.1f}"]


def write_results(run, options, facts, begun):
    """The sections that are there, as a file named by the day and the parts asked for."""
    results = ROOT / "benches/results"
    results.mkdir(exist_ok=True)
    date = datetime.date.today().isoformat() + ("" if options.only == PARTS else "-" + "-".join(options.only))
    head = [f"# Measured on {datetime.date.today().isoformat()}\n", *(f"- {fact}" for fact in facts),
            f"- `scripts/bench {' '.join(sys.argv[1:])}`".replace(" `", "`").replace("-`", "- `"), f"- {options.rounds} rounds of {options.seconds} s; "
            f"{(time.time() - begun) / 60:.0f} minutes; load after it {os.getloadavg()[0]:.1f}\n"]
    pictures = []
    for name, svg in run.plots:
        (results / f"{date}-{name}.svg").write_text(svg)
        pictures.append(f"![{name}]({date}-{name}.svg)\n")
    (results / f"{date}.md").write_text("\n".join(head + pictures + run.text))
    print(f"bench: benches/results/{date}.md")


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    parser.add_argument("--only", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument("--million", action="store_true", help="growth up to a million entries")
    parser.add_argument("--matching", help="growth: only pages whose name matches")
    parser.add_argument("--writes", type=int, default=30, help="seconds of each run beside writers")
    parser.add_argument("--idle", type=int, default=10_000, help="idle connections")
    parser.add_argument("--built", action="store_true", help="measure the build that is there")
    options = parser.parse_args()
    os.chdir(ROOT)
    limit = options.idle + 5000  # a process
    hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
    if hard != resource.RLIM_INFINITY and hard < limit:
        fail(f"{limit} open files are needed, {hard} are allowed: raise `ulimit -Hn`, or give --idle a smaller number")
    resource.setrlimit(resource.RLIMIT_NOFILE, (limit, hard))
    if not options.built:
        subprocess.run(["cargo", "build", "--profile", "dist", "--locked", "--workspace"], check=True)
    signal.signal(signal.SIGTERM, lambda *_: fail("stopped"))  # so that no server is left behind
    facts, begun = machine(options.built), time.time()
    run = Run(options)
    try:
        for part in options.only:
            getattr(run, part)()
    finally:
        for server in list(Server.running):
            server.stop()
        if run.text:  # what was measured stands, whatever came after it
            write_results(run, options, facts, begun)
    shutil.rmtree(run.work)


if __name__ == "__main__":
    main()
