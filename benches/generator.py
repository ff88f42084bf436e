"""How fast a site is made up, beside its limit: the same rows, finished and in files, read by a database server that has nothing else to do."""

import re
import shutil
import subprocess
import threading
import time
from pathlib import Path

from servers import Mainstay, fail

TABLES = ["entries", "search_documents", "search_texts", "revisions", "listings", "links", "entry_tags", "entry_categories"]
ALONE = ["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--innodb-buffer-pool-size=4G"]


class Database:
    """A server on a copy of a state folder's data."""

    def __init__(self, folder, data, settings):
        self.folder, self.socket = folder, folder / "s.sock"
        command = ["mariadbd", "--no-defaults", "--user=root", "--skip-networking", "--skip-name-resolve", "--skip-log-bin", "--performance-schema=OFF",
                   "--character-set-server=utf8mb4", "--innodb-log-file-size=512M", f"--datadir={data}", f"--socket={self.socket}",
                   f"--pid-file={folder}/pid", f"--log-error={folder}/log", *settings]
        self.process = subprocess.Popen(command, stderr=subprocess.DEVNULL)
        for _ in range(150):
            if subprocess.run(self.client("SELECT 1"), capture_output=True).returncode == 0:
                return
            time.sleep(0.2)
        fail("the database does not start")

    def client(self, text, name=""):
        return ["mariadb", "--user=root", f"--socket={self.socket}", "--default-character-set=utf8mb4", "-N", "-r", name, "-e", text]

    def ask(self, text, name=""):
        return subprocess.run(self.client(text, name), capture_output=True, text=True, check=True).stdout

    def stop(self):
        self.process.terminate()
        self.process.wait()


def generator(run, entries=100_000):
    """The program's own rate, and that of the server alone as the program sets it up, and set up for speed only."""
    state, work = run.work / "generated", run.work / "control"
    begun = time.time()
    Mainstay.command(state, "sample", "generate", "--entries", str(entries), "--words", "150")
    rows = [("mainstay sample generate", row(entries, time.time() - begun))]
    out = work / "out"
    out.mkdir(parents=True)
    out.chmod(0o777)
    tables = None
    for name, settings in [("rows read by the server alone", []), ("the same with 4 GB of memory, nothing durable", ALONE)]:
        database = Database(work, state / "database/data", settings)
        if tables is None:
            tables = {table: cut(database, table, out) for table in TABLES}
        load, keys = alone(database, tables, out)
        database.stop()
        rows.append((name, row(entries, load + keys) | {"without keys, entries/s": f"{entries / load:,.0f}"}))
    size = sum((out / table).stat().st_size for table in TABLES) / entries
    run.section("Generator", f"A site of {entries:,} entries, texts of 150 words (half of them are shorter); {size:,.0f} bytes of rows an entry. The server alone: "
                "finished rows by LOAD DATA over two connections into tables without secondary keys, then the keys.", rows)
    shutil.rmtree(state)


def row(entries, seconds):
    return {"seconds": f"{seconds:.1f}", "entries/s": f"{entries / seconds:,.0f}"}


def cut(database, table, out):
    """A table without keys and references, and the statements that make its keys; its rows go into a file."""
    database.ask(f"SELECT * INTO OUTFILE '{out}/{table}' CHARACTER SET binary FROM {table}", "mainstay")
    text = database.ask(f"SHOW CREATE TABLE {table}", "mainstay").split("\t", 1)[1].strip()
    keys = [line.strip().rstrip(",") for line in text.split("\n") if re.match(r"\s+(UNIQUE |FULLTEXT )?KEY", line)]
    plain = "\n".join(line for line in text.split("\n") if not re.match(r"\s+(UNIQUE KEY|FULLTEXT KEY|KEY|CONSTRAINT)", line))
    words = [f"ALTER TABLE {table} ADD {key}" for key in keys if key.startswith("FULLTEXT")]
    others = ", ".join(f"ADD {key}" for key in keys if not key.startswith("FULLTEXT"))
    return re.sub(r",\n\)", "\n)", plain), ([f"ALTER TABLE {table} {others}"] if others else []) + words


def alone(database, tables, out):
    """Seconds for the rows, and for the keys; the first two tables, which have indexes of words, beside all others."""
    database.ask("CREATE OR REPLACE DATABASE control")
    for table, (create, _) in tables.items():
        database.ask(create, "control")
    load = lambda table: database.ask("SET foreign_key_checks = 0, unique_checks = 0; "
                                      f"LOAD DATA INFILE '{out}/{table}' INTO TABLE {table} CHARACTER SET binary", "control")
    keys = lambda table: [database.ask(statement, "control") for statement in tables[table][1]]
    return both(load), both(keys)


def both(act):
    begun = time.time()
    threads = [threading.Thread(target=lambda some=some: [act(table) for table in some]) for some in (TABLES[:2], TABLES[2:])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return time.time() - begun
