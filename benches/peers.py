"""`make bench-peers`: an uncached post of ours beside WordPress, Wagtail and Ghost, with the same articles on the same MariaDB.

Installs them on request only: WordPress with php-fpm, opcache and nginx by apt, Wagtail with gunicorn from PyPI, Ghost from npm, the
last two below target/bench/peers. Everything listens on 127.0.0.1 and ends with the run. What is compared is processor time a
request, of the server's processes and of the database together; requests a second are those of a client with 8 connections.
"""

import argparse
import datetime
import http.cookiejar
import json
import os
import shutil
import signal
import subprocess
import sys
import time
import traceback
import urllib.request
from pathlib import Path

import report
from bench import ARTICLE, HOME, machine
from load import middle, wrk
from servers import ROOT, Mainstay, Server, fail, family, free_port

PEERS = HOME / "peers"
HERE = Path(__file__).resolve().parent / "peers"
WORDPRESS = ["wordpress", "wordpress-theme-twentytwentythree", "php-fpm", "php-mysql", "php-cli", "nginx-light"]
WAGTAIL = ["wagtail", "gunicorn", "pymysql"]
GHOST = "ghost@5.130.6"  # the last one that runs on Node.js 20
PHP_FPM = "[global]\nerror_log = {log}\ndaemonize = no\n[www]\nlisten = {work}/php.sock\nlisten.mode = 0666\npm = static\npm.max_children = 4\n"
NGINX = """daemon off; pid {work}/nginx.pid; worker_processes auto; error_log {work}/nginx.log;
events {{ worker_connections 1024; }}
http {{ include /etc/nginx/mime.types; access_log {work}/access; sendfile on;
client_body_temp_path {work}/t1; proxy_temp_path {work}/t2; fastcgi_temp_path {work}/t3; uwsgi_temp_path {work}/t4; scgi_temp_path {work}/t5;
server {{ listen 127.0.0.1:{port}; root {root}; index index.php;
location / {{ try_files $uri $uri/ /index.php?$args; }}
location ~ \\.php$ {{ include /etc/nginx/fastcgi_params; fastcgi_param SCRIPT_FILENAME $document_root$fastcgi_script_name; fastcgi_pass unix:{work}/php.sock; }} }} }}
"""


def run(*command, cwd=None, env=None, typed=None):
    done = subprocess.run([str(part) for part in command], cwd=cwd, env={**os.environ, **(env or {})}, input=typed, text=True, capture_output=True)
    if done.returncode != 0:
        raise RuntimeError(f"{command[0]} {' '.join(map(str, command[1:4]))}: {(done.stderr or done.stdout).strip()[-600:]}")
    return done.stdout


class Peer(Server):
    """A server whose work is also done by the database of ours."""

    def __init__(self, name, command, port, log, database, path, env=None):
        self.database, self.path = database, path
        super().__init__(name, command, port, log, env, ready=path)

    def cpu(self):
        return super().cpu()[0], self.database.cpu()[1]

    def stop(self):
        below = family(self.process.pid)[1:]  # a shell does not take its children along
        super().stop()
        for pid, _ in below:
            try:
                os.kill(pid, signal.SIGTERM)
            except ProcessLookupError:
                pass


class Run:
    """The site of ours, its articles, and the peers that could be set up."""

    def __init__(self, options):
        self.options, self.work = options, HOME / f"run-{os.getpid()}"
        self.work.mkdir(parents=True)
        self.work.chmod(0o755)
        state = HOME / "sample"
        Mainstay.prepare(state, "sample", "load")
        self.ours = Mainstay(state, self.work / "mainstay.log")
        self.socket = next(iter(state.glob("database/*.sock")), None) or fail("the database has its socket elsewhere: use a shorter path")
        rows = self.sql("SELECT JSON_OBJECT('title', title, 'slug', slug, 'summary', summary, 'html', body_html, 'at', published_at, 'tags', "
                        "(SELECT JSON_ARRAYAGG(tags.name) FROM entry_tags JOIN tags ON tags.id = tag_id WHERE entry_id = entries.id)) "
                        "FROM entries WHERE kind = 'post' AND state = 'published' ORDER BY published_at", "mainstay")
        self.articles = [json.loads(line) for line in rows.splitlines()]
        for article in self.articles:  # some servers refuse addresses without their host
            article["tags"] = article["tags"] or []
        self.words = b"Imagine a shop on the evening of its sale"
        self.content = self.work / "articles.json"
        self.content.write_text(json.dumps(self.articles))

    def sql(self, text, database="mysql"):
        return run("mariadb", "--raw", "-N", "-S", self.socket, "-uroot", database, typed=text)

    def fresh(self, database):
        self.sql(f"DROP DATABASE IF EXISTS {database}; CREATE DATABASE {database} CHARACTER SET utf8mb4")

    def wordpress(self):
        root, name = self.work / "wordpress", ARTICLE.removeprefix("/posts/")
        fpm = next(iter(sorted(Path("/usr/sbin").glob("php-fpm*"), reverse=True)), None) or fail("php-fpm is missing")
        shutil.copytree("/usr/share/wordpress", root, ignore_dangling_symlinks=True)
        self.fresh("wordpress")
        port = free_port()
        config = (HERE / "wp-config.php").read_text()
        (root / "wp-config.php").unlink(missing_ok=True)
        (root / "wp-config.php").write_text(config.replace("SOCKET", str(self.socket)).replace("PORT", str(port)))
        # It compares the port of its address with one that it takes for given, and would send the browser to where it is.
        plugins = root / "wp-content/mu-plugins"
        plugins.mkdir(exist_ok=True)
        (plugins / "bench.php").write_text("<?php remove_action('template_redirect', 'redirect_canonical');\n")
        run("php", HERE / "wordpress.php", root, self.content, cwd=root)
        conf, fpm_conf = self.work / "wp-nginx.conf", self.work / "fpm.conf"
        conf.write_text(NGINX.format(work=self.work, port=port, root=root))
        fpm_conf.write_text(PHP_FPM.format(work=self.work, log=self.work / "fpm.log"))
        start = f"{fpm} -R -F -y {fpm_conf} & nginx -p {self.work} -c {conf} & wait"
        return Peer("WordPress", ["sh", "-c", start], port, self.work / "wordpress.log", self.ours, f"/{name}/")

    def wagtail(self):
        home, project = PEERS / "wagtail", self.work / "wagtail"
        self.fresh("wagtail")
        shutil.copytree(HERE / "wagtail", project)
        env = {"PEER_SOCKET": str(self.socket), "DJANGO_SETTINGS_MODULE": "settings", "PYTHONDONTWRITEBYTECODE": "1"}
        python, port = home / "bin/python", free_port()
        run(python, "-m", "django", "makemigrations", "blog", cwd=project, env=env)
        run(python, "-m", "django", "migrate", cwd=project, env=env)
        run(python, "fill.py", self.content, cwd=project, env=env)
        command = [home / "bin/gunicorn", "--chdir", project, "-w", str(os.cpu_count() + 1), "-b", f"127.0.0.1:{port}", "wsgi:application"]
        return Peer("Wagtail", [str(part) for part in command], port, self.work / "wagtail.log", self.ours, ARTICLE + "/", env)

    def ghost(self):
        home, port = PEERS / "ghost/package", free_port()
        self.fresh("ghost")
        content = self.work / "ghost"
        shutil.copytree(home / "content", content, symlinks=False)
        config = {"url": f"http://127.0.0.1:{port}", "server": {"host": "127.0.0.1", "port": port},
                  "database": {"client": "mysql", "connection": {"socketPath": str(self.socket), "user": "root", "database": "ghost"}},
                  "mail": {"transport": "Direct"}, "logging": {"transports": ["file"], "path": str(content / "logs")},
                  "security": {"staffDeviceVerification": False}, "privacy": {"useUpdateCheck": False, "useGravatar": False, "useRpcPing": False},
                  "paths": {"contentPath": str(content)}, "caching": {"frontend": {"maxAge": 0}}}
        (home / "config.production.json").write_text(json.dumps(config))  # it looks for itself and for that where it is started
        server = Peer("Ghost", ["sh", "-c", f"cd {home} && exec node index.js"], port, self.work / "ghost.log", self.ours,
                      "/" + ARTICLE.removeprefix("/posts/") + "/", {"NODE_ENV": "production"})
        try:
            self.fill_ghost(port)
        except BaseException:
            server.stop()
            raise
        return server

    def fill_ghost(self, port):
        base = f"http://127.0.0.1:{port}"
        opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()))

        def post(path, body):
            request = urllib.request.Request(f"{base}/ghost/api/admin/{path}", json.dumps(body).encode(),
                                             {"Content-Type": "application/json", "Origin": base, "Accept-Version": "v5.0"})
            return opener.open(request, timeout=60).read()

        person = {"name": "Bench", "email": "bench@example.org", "password": "a long enough phrase 4711"}
        for attempt in range(60):  # it answers before it is ready
            try:
                post("authentication/setup/", {"setup": [{**person, "blogTitle": "Bench"}]})
                break
            except OSError:
                if attempt == 59:
                    raise
                time.sleep(1)
        post("session/", {"username": person["email"], "password": person["password"]})
        for article in self.articles:
            post("posts/?source=html", {"posts": [{"title": article["title"], "slug": article["slug"], "html": article["html"],
                                                   "custom_excerpt": article["summary"][:300], "status": "published",
                                                   "tags": [{"name": tag} for tag in article["tags"]]}]})

    def measure(self, peers):
        """Rounds in which each has its turn; ours past the page cache, by a parameter that no page knows."""
        connections, found = self.options.connections, {}
        for number in range(self.options.rounds):
            print(f"bench: round {number + 1} of {self.options.rounds}", file=sys.stderr, flush=True)
            for server, path in [(self.ours, ARTICLE + "?x=1"), *((peer, peer.path) for peer in peers)]:
                wrk(server, path, connections, 1)
                found.setdefault(server.name, []).append(wrk(server, path, connections, self.options.seconds))
        for runs in found.values():
            for one in runs:
                one["together µs"] = one["cpu µs"] + one["db cpu µs"]
        rows = [(name, middle(runs)) for name, runs in found.items()]
        ours = rows[0][1]["together µs"][0]
        for name, row in rows:
            row["times ours"] = f"{row['together µs'][0] / ours:.1f}"
        return rows


def install(options):
    """What is missing of the peers that are wanted."""
    PEERS.mkdir(parents=True, exist_ok=True)
    if "wordpress" in options.only and not (Path("/usr/share/wordpress").exists() and shutil.which("php") and shutil.which("nginx")):
        sudo = [] if os.getuid() == 0 else ["sudo"]
        run(*sudo, "env", "DEBIAN_FRONTEND=noninteractive", "apt-get", "-qq", "install", "--yes", "--no-install-recommends", *WORDPRESS)
    if "wagtail" in options.only and not (PEERS / "wagtail/bin/gunicorn").exists():
        run(sys.executable, "-m", "venv", PEERS / "wagtail")
        run(PEERS / "wagtail/bin/pip", "install", "-q", *WAGTAIL)
    if "ghost" in options.only and not (PEERS / "ghost/whole").exists():
        home = PEERS / "ghost"
        shutil.rmtree(home, ignore_errors=True)
        home.mkdir()
        run("tar", "xf", run("npm", "pack", "--silent", GHOST, cwd=home).strip(), cwd=home)
        package = json.loads((home / "package/package.json").read_text())
        package.pop("devDependencies", None)  # npm looks them up even where it leaves them out
        (home / "package/package.json").write_text(json.dumps(package))
        run("npm", "install", "--omit=dev", "--ignore-scripts", "--no-audit", "--no-fund", "--legacy-peer-deps", cwd=home / "package")
        (home / "whole").touch()


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=int, default=4, help="of each run")
    parser.add_argument("--connections", type=int, default=8)
    parser.add_argument("--only", nargs="+", choices=["wordpress", "wagtail", "ghost"], default=["wordpress", "wagtail", "ghost"])
    parser.add_argument("--built", action="store_true", help="measure the build that is there")
    options = parser.parse_args()
    os.chdir(ROOT)
    if not options.built:
        subprocess.run(["cargo", "build", "--profile", "dist", "--locked", "--workspace"], check=True)
    signal.signal(signal.SIGTERM, lambda *_: fail("stopped"))  # so that no server is left behind
    install(options)
    facts, bench, peers, missing = machine(options.built), Run(options), [], []
    try:
        for name in options.only:
            try:
                peer = getattr(bench, name)()
                status, _, page = peer.get(peer.path)
                if status != 200 or bench.words not in page:
                    peer.stop()
                    raise RuntimeError(f"answers {status}, or without the article")
                peers.append(peer)
            except (Exception, SystemExit) as error:  # one that cannot be set up is named in the table
                traceback.print_exc()
                missing.append(f"{name}: {str(error).removeprefix('bench: ').split('; see')[0].splitlines()[0][:200]}")
        rows = bench.measure(peers)
        size = {peer.name: len(peer.get(peer.path)[2]) for peer in peers} | {"mainstay": len(bench.ours.get(ARTICLE)[2])}
    finally:
        for server in list(Server.running):
            server.stop()
    for name, row in rows:
        row["bytes"] = f"{size[name]:,}"
    results = ROOT / "benches/results"
    results.mkdir(exist_ok=True)
    date = f"{datetime.date.today().isoformat()}-peers"
    (results / f"{date}.svg").write_text(report.plot("An uncached post: processor time a request, with the database", "µs",
                                                     [(name, row["together µs"]) for name, row in rows]))
    text = [f"# Peers, measured on {datetime.date.today().isoformat()}\n", *(f"- {fact}" for fact in facts),
            f"- {versions(options)}", f"- {options.rounds} rounds of {options.seconds} s, {options.connections} connections\n",
            f"![An uncached post]({date}.svg)\n",
            f"The article `{ARTICLE}` of the sample site, one of {len(bench.articles)}; each server as its packages and handbook set it up, without a "
            "page cache of its own. The database is the same server for all.\n", report.table(rows), *(f"- not measured: {name}" for name in missing)]
    (results / f"{date}.md").write_text("\n".join(text))
    shutil.rmtree(bench.work, ignore_errors=True)
    print(f"bench: benches/results/{date}.md")


def versions(options):
    found = []
    if "wordpress" in options.only:
        found.append(run("dpkg-query", "-W", "-f", "WordPress ${Version}", "wordpress") + ", " + run("php", "-v").split(" (")[0])
    if "wagtail" in options.only:
        found.append(run(PEERS / "wagtail/bin/python", "-c", "import wagtail, django, gunicorn; "
                         "print('Wagtail', wagtail.__version__, 'on Django', django.__version__, 'and gunicorn', gunicorn.__version__)").strip())
    if "ghost" in options.only:
        found.append(f"Ghost {GHOST.split('@')[1]}, Node.js {run('node', '--version').strip()}")
    return "; ".join(found)


if __name__ == "__main__":
    main()
