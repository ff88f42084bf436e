"""Servers under measurement: started on ports of their own, watched through /proc, ended with the run."""

import http.client
import os
import re
import shutil
import signal
import socket
import subprocess
import time
import urllib.parse
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
EMAIL, PASSWORD = "bench@example.org", "a long enough phrase for one minute"


def fail(sentence):
    raise SystemExit(f"bench: {sentence}")


def free_port():
    """Below the ports that the system hands out by itself."""
    for port in range(20000 + os.getpid() % 5000, 32000):
        with socket.socket() as probe:
            if port not in free_port.taken and probe.connect_ex(("127.0.0.1", port)) != 0:
                free_port.taken.add(port)
                return port
    fail("no free port")


free_port.taken = set()


def family(pid):
    """A process and all below it, with their names."""
    children = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            head, tail = stat.read_text().rsplit(") ", 1)
        except OSError:
            continue
        number, name = head.split(" (", 1)
        children.setdefault(int(tail.split()[1]), []).append((int(number), name))
    found, waiting = [(pid, "")], [pid]
    while waiting:
        for child in children.get(waiting.pop(), []):
            found.append(child)
            waiting.append(child[0])
    return found


class Server:
    """A process with a port."""

    def __init__(self, name, command, port, log, env=None, ready="/"):
        self.name, self.port, self.begun = name, port, time.perf_counter()
        self.log = open(log, "ab")
        self.process = subprocess.Popen(command, cwd=ROOT, env={**os.environ, **(env or {})}, stdout=self.log, stderr=self.log,
                                        start_new_session=True)
        self.first_answer = self.wait(ready)
        Server.running.append(self)

    def wait(self, path):
        for _ in range(60_000):
            try:
                status, _, _ = self.get(path)
                if status < 500:
                    return time.perf_counter() - self.begun
            except OSError:
                pass
            if self.process.poll() is not None:
                fail(f"{self.name} ended; see {self.log.name}")
            time.sleep(0.001)
        fail(f"{self.name} did not answer within a minute")

    def get(self, path, headers=None):
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        try:
            connection.request("GET", path, headers=headers or {})
            answer = connection.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            connection.close()

    def cpu(self):
        """Seconds of processor time so far: of the server, and of its database."""
        own = database = 0
        for pid, name in family(self.process.pid):
            spent = 0
            for task in Path(f"/proc/{pid}/task").glob("*/schedstat"):
                try:
                    spent += int(task.read_text().split()[0])  # nanoseconds on a processor
                except (OSError, IndexError):
                    pass
            if name in ("mariadbd", "mysqld"):
                database += spent
            else:
                own += spent
        return own / 1e9, database / 1e9

    def settle(self, most=300):
        """Waits for the jobs that follow a start, or saves: until two seconds cost less than 2 % of a processor."""
        for _ in range(most // 2):
            before = sum(self.cpu())
            time.sleep(2)
            if sum(self.cpu()) - before < 0.04:
                return
        fail(f"{self.name} is still busy after {most} s")

    def memory(self):
        """Resident megabytes of the server without its database."""
        status = Path(f"/proc/{self.process.pid}/status").read_text()
        return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) / 1024

    def stop(self):
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(20)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
        if self in Server.running:
            Server.running.remove(self)

    running = []


class Mainstay(Server):
    """Our program on a state folder."""

    program = Path(os.environ.pop("MAINSTAY", ROOT / "target/dist/mainstay"))

    def __init__(self, state, log, cache_mb=256, name="mainstay", env=None):
        port = free_port()
        env = {"MAINSTAY_STATE_DIR": str(state), "MAINSTAY_LISTEN": f"127.0.0.1:{port}", "MAINSTAY_PAGE_CACHE_MB": str(cache_mb),
               "MAINSTAY_BASE_URL": f"http://127.0.0.1:{port}", **(env or {})}
        os.environ.pop("DATABASE_URL", None)
        super().__init__(name, [str(self.program), "serve"], port, log, env, ready="/healthz/ready")

    @classmethod
    def command(cls, state, *arguments, typed=None):
        done = subprocess.run([str(cls.program), *arguments, "--state-dir", str(state)], cwd=ROOT, input=typed, text=True, capture_output=True)
        if done.returncode != 0:
            fail(f"mainstay {' '.join(arguments)}: {done.stderr.strip()[-500:]}")

    @classmethod
    def prepare(cls, state, *filling):
        """A state folder with an owner and content, kept for the next run when it is whole."""
        whole = Path(state) / "whole"
        if not whole.exists():
            shutil.rmtree(state, ignore_errors=True)
            cls.command(state, *filling)
            cls.command(state, "admin", "create", "--email", EMAIL, "--name", "Bench", "--role", "owner", "--password-stdin", typed=PASSWORD + "\n")
            whole.touch()

    def sign_in(self):
        """The cookie of a session, by the form that a browser would send."""
        jar = {}
        status, headers, page = self.get("/login")
        keep(jar, headers)
        token = re.search(rb'name="token" value="([^"]*)"', page)
        fields = {"email": EMAIL, "password": PASSWORD, "token": token[1].decode() if token else ""}
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin", "Cookie": cookie(jar)}
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        connection.request("POST", "/login", urllib.parse.urlencode(fields), headers)
        answer = connection.getresponse()
        answer.read()
        if answer.status != 303:
            fail(f"the log-in answers {answer.status}")
        keep(jar, answer.getheaders())
        return cookie(jar)


def keep(jar, headers):
    for name, value in headers:
        if name.lower() == "set-cookie":
            pair = value.split(";", 1)[0].split("=", 1)
            jar[pair[0]] = pair[1]


def cookie(jar):
    return "; ".join(f"{name}={value}" for name, value in jar.items())


NGINX = """daemon off; pid {work}/{name}.pid; worker_processes auto; error_log {work}/{name}.log;
events {{ worker_connections {connections}; }}
http {{ types {{ text/html html; }} access_log {access}; sendfile on; tcp_nopush on; {more}
client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3; uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
keepalive_requests 1000000000; gzip_static on;
server {{ listen 127.0.0.1:{port}; root {work}/www; {headers} }} }}
"""


def nginx(name, work, tuned):
    """As Debian ships it (access log on, no cache of open files), or tuned."""
    port, conf = free_port(), work / f"{name}.conf"
    lines = (work / "headers").read_text().splitlines()
    headers = " ".join('add_header {} "{}";'.format(*line.split(": ", 1)) for line in lines if not line.startswith(("etag", "content-type")))
    conf.write_text(NGINX.format(work=work, name=name, port=port, connections=4096, access="off" if tuned else f"{work}/{name}.access",
                                 more="open_file_cache max=100;" if tuned else "", headers=headers))
    work.chmod(0o755)  # its workers may be another user
    return Server(name, ["nginx", "-p", str(work), "-c", str(conf), "-e", f"{work}/{name}.log"], port, work / f"{name}.out", ready="/page.html")
