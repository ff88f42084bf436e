"""Load: wrk for reads, clients of our own for forms and for idle connections."""

import http.client
import re
import socket
import statistics
import struct
import subprocess
import time
import urllib.parse
from html.parser import HTMLParser

WORDS = " ".join(f"word{number % 97}" for number in range(1500))
UNITS = {"us": 0.001, "ms": 1.0, "s": 1000.0, "m": 60_000.0}


def milliseconds(text):
    number, unit = re.fullmatch(r"([0-9.]+)(us|ms|s|m)", text).groups()
    return float(number) * UNITS[unit]


def wrk(server, path, connections, seconds, headers=None, script=None):
    """One run: requests a second, p50 and p99 in ms, processor time a request in µs (server, database), errors."""
    command = ["wrk", "-t", "1", "-c", str(connections), "-d", f"{seconds}s", "--timeout", "10s", "--latency"]
    for name, value in (headers or {}).items():
        command += ["-H", f"{name}: {value}"]
    if script:
        command += ["-s", str(script)]
    own, database = server.cpu()
    ran = subprocess.run([*command, f"http://127.0.0.1:{server.port}{path}"], capture_output=True, text=True)
    if ran.returncode:
        raise RuntimeError(f"{' '.join(ran.args)}: {ran.stderr.strip() or ran.stdout.strip()}")
    text = ran.stdout
    own, database = server.cpu()[0] - own, server.cpu()[1] - database
    count = int(re.search(r"(\d+) requests in", text)[1])
    errors = sum(int(number) for line in re.findall(r"(?:Non-2xx or 3xx responses:|Socket errors:)(.*)", text) for number in re.findall(r"\d+", line))
    if count == 0:  # slower than the run is long: at least that
        return {"requests/s": 0.0, "p50 ms": seconds * 1000.0, "p99 ms": seconds * 1000.0, "cpu µs": own * 1e6, "db cpu µs": database * 1e6, "errors": 1}
    percentile = lambda name: milliseconds(re.search(rf"^ +{name}%\s+(\S+)", text, re.M)[1])
    each = 1e6 / max(count, 1)
    return {"requests/s": float(re.search(r"Requests/sec:\s+([0-9.]+)", text)[1]), "p50 ms": percentile(50), "p99 ms": percentile(99),
            "cpu µs": own * each, "db cpu µs": database * each, "errors": errors}


def walk(paths, file, pause=0):
    """A script for wrk that asks for these paths in turn, each connection with a pause of so many ms before each."""
    quoted = ",".join(f'"{path}"' for path in paths)
    file.write_text(f"local paths = {{{quoted}}}\nlocal n = 0\n"
                    "request = function() n = n % #paths + 1 return wrk.format(nil, paths[n]) end\n"
                    + (f"delay = function() return {pause} end\n" if pause else ""))
    return file


class Writer:
    """Somebody who saves an entry again and again, through the form on its page."""

    def __init__(self, server, session, entry):
        self.server, self.session = server, session
        self.connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=30)
        self.address = f"/admin/entries/{entry}"
        self.fields = self.read()

    def ask(self, method, path, body=None, cookie=True):
        headers = {"Sec-Fetch-Site": "same-origin", "Content-Type": "application/x-www-form-urlencoded"}
        if cookie:
            headers["Cookie"] = self.session
        if body and "token=" not in body:
            body += "&" + urllib.parse.urlencode({"token": self.fields["token"]}, doseq=True)
        self.connection.request(method, path, body, headers)
        answer = self.connection.getresponse()
        return answer.status, answer.read().decode()

    def read(self):
        status, page = self.ask("GET", self.address)
        if status != 200:
            raise SystemExit(f"bench: the editor answers {status}")
        form = EditorForm()
        form.feed(page)
        return form.fields

    def save(self, what, mark, body=None):
        """Saves a text of 1,500 words that differs each time, or `body`, and opens the editor again as a browser would; returns the
        seconds of the save alone."""
        self.fields |= {"title": [f"Measured {mark}"], "body": [body or mark + "\n\n" + WORDS], "do": [what]}
        took = self.post(self.address, 303)
        page = self.ask("GET", self.address)[1]
        self.fields["base"] = [re.search(r'name="base" value="(\d+)"', page)[1]]
        return took

    def post(self, path, expected):
        """Sends the form there; returns seconds."""
        body, begun = urllib.parse.urlencode(self.fields, doseq=True), time.perf_counter()
        status, page = self.ask("POST", path, body)
        took = time.perf_counter() - begun
        if status != expected:
            raise SystemExit(f"bench: {path} answers {status}: {re.findall(r'<p[^>]*>([^<]+)', page)[:3]}")
        return took


class EditorForm(HTMLParser):
    """What the editor's form would send if nothing were typed."""

    def __init__(self):
        super().__init__()
        self.fields, self.inside, self.area, self.choice = {}, False, None, None

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name")
        if tag == "form":
            self.inside = given.get("id") == "editor"
        elif tag == "option" and self.choice and "selected" in given:
            self.fields[self.choice] = [*self.fields.get(self.choice, []), given.get("value") or ""]
        if not name or given.get("form", "editor" if self.inside else "") != "editor":
            return
        if tag == "input" and (given.get("type") not in ("checkbox", "radio", "submit") or "checked" in given):
            self.fields[name] = [*self.fields.get(name, []), given.get("value") or ("on" if given.get("type") == "checkbox" else "")]
        elif tag == "textarea":
            self.area, self.fields[name] = name, [""]
        elif tag == "select":
            self.choice = name

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.area = None
        elif tag == "select":
            self.choice = None
        elif tag == "form":
            self.inside = False

    def handle_data(self, data):
        if self.area:
            self.fields[self.area][0] += data


class Idle:
    """Connections that have asked once and stay open."""

    def __init__(self, server, path, count):
        request = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{server.port}\r\n\r\n".encode()
        self.refused, self.sockets = 0, []
        for number in range(count):
            try:
                one = socket.create_connection(("127.0.0.1", server.port), 10, (f"127.0.{1 + number // 20000}.1", 0))
                one.sendall(request)
                one.recv(65536)
                one.setblocking(False)
                self.sockets.append(one)
            except OSError:
                self.refused += 1

    def open(self):
        """How many the server has not closed."""
        alive = 0
        for one in self.sockets:
            try:
                while True:
                    if not one.recv(65536):
                        break
            except BlockingIOError:
                alive += 1
            except OSError:
                pass
        return alive

    def close(self):
        """At once: ten thousand ports that wait for their time to pass would be missing in the next round."""
        for one in self.sockets:
            one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
            one.close()


def middle(runs):
    """Of the runs' figures: median, least, most."""
    return {name: (statistics.median(values), min(values), max(values))
            for name in runs[0] for values in [[run[name] for run in runs]]}
