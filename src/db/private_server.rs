//! The MariaDB or MySQL server that we start ourselves where no `DATABASE_URL` is given, and for every test run.
//!
//! It listens on a Unix socket only, in a folder that nobody else can enter, and lives no longer than this process, even
//! after `kill -9`: a shell stands between us and reads a pipe that only we hold open (a dead-man's pipe). A lock that the
//! server itself inherits tells whether an earlier one is still going down. Start at [`PrivateServer::start`]; tests use
//! [`PrivateServer::throw_away`]. [`FolderLock`] keeps two processes out of one state folder.

use diesel::{Connection, MysqlConnection, connection::SimpleConnection};
use std::{
    env,
    error::Error,
    ffi::{OsStr, OsString},
    fs::{self, DirBuilder, File, OpenOptions, Permissions, TryLockError},
    hash::{DefaultHasher, Hash, Hasher},
    io::{self, Read, Seek, SeekFrom, Write},
    os::unix::{
        ffi::OsStrExt,
        fs::{DirBuilderExt, MetadataExt, PermissionsExt},
        process::CommandExt,
    },
    path::{Path, PathBuf},
    process::{self, Child, Command, ExitStatus, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

type Fallible<T> = Result<T, Box<dyn Error + Send + Sync>>;

/// The guard. Standard input is the pipe, standard output the lock: the server inherits it as descriptor 9, so it is held
/// until server and guard are gone. `$1`: tenths of a second that the server gets when the pipe breaks, before KILL; `$2`:
/// a folder to remove at the end, or nothing; then the command.
const GUARD: &str = r#"
broken=$1 waste=$2
shift 2
exec 3<&0 9>&1 1>&2
"$@" 3<&- &
server=$!
(
    word=
    read -r word <&3
    if [ "$word" = stop ]; then left=40; else left=$broken; fi
    [ "$left" -eq 0 ] || kill -TERM $server
    while [ "$left" -gt 0 ] && kill -0 $server; do
        sleep 0.1
        left=$((left - 1))
    done
    kill -KILL $server
) 2>/dev/null 9>&- &
watch=$!
wait $server
status=$?
kill $watch
[ -z "$waste" ] || rm -rf "$waste"
exit $status
"#;

/// What a `sockaddr_un` holds: 107 bytes on Linux, 103 on macOS and the BSDs.
const SOCKET_PATH_MAX: usize = 103;
const PREVIOUS_SERVER: Duration = Duration::from_secs(15);
const READY: Duration = Duration::from_secs(30);
/// The guard kills the server after 4 s; this only ends a guard that hangs.
const STOP: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(10);

/// A MariaDB or MySQL server of our own, tied to this process.
#[derive(Debug)]
pub struct PrivateServer {
    /// Its open standard input is what keeps the server alive.
    guard: Child,
    folder: PathBuf,
    socket: PathBuf,
}

/// How a private server is set up.
#[derive(Debug, Clone)]
pub struct Options {
    /// Whether commits survive a crash; without (for tests) it is faster, and the server is killed at once when we are.
    pub durable: bool,
    /// The InnoDB buffer pool in MiB; the process takes about 30 MiB more.
    pub buffer_pool_mb: u32,
}

impl PrivateServer {
    /// Starts a server on `folder`, which is made when missing; waits until it answers and has a database `mainstay`.
    pub fn start(folder: &Path, options: &Options) -> Fallible<PrivateServer> {
        let folder = private_folder(folder)?;
        let lock = lock(&folder)?;
        let programs = Programs::find()?;
        make_data(&folder, &programs, &lock)?;
        PrivateServer::run(folder, lock, &programs, options, false)
    }

    /// Starts a server for tests on a copy of `seed`, which is made when missing; it is gone without a trace when we are.
    pub fn throw_away(seed: &Path) -> Fallible<PrivateServer> {
        static COUNT: AtomicU32 = AtomicU32::new(0);
        let seed = private_folder(seed)?;
        let programs = Programs::find()?;
        make_data(&seed, &programs, &lock(&seed)?)?;
        let name = format!("mainstay-{}-{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed));
        let folder = private_folder(&env::temp_dir().join(name))?;
        let copied = Command::new("cp").arg("-R").arg(seed.join("data")).arg(&folder).status()?;
        if !copied.success() {
            fs::remove_dir_all(&folder)?;
            return Err(format!("cannot copy {} to {}", seed.display(), folder.display()).into());
        }
        let lock = lock(&folder)?;
        PrivateServer::run(folder, lock, &programs, &Options { durable: false, buffer_pool_mb: 64 }, true)
    }

    /// The URL of the database `mainstay` on the server that another process runs in this folder, if it answers.
    pub fn running_in(folder: &Path) -> Option<String> {
        let url = url_at(&socket_path(&folder.canonicalize().ok()?).ok()?, "mainstay");
        diesel::MysqlConnection::establish(&url).ok().map(|_| url)
    }

    /// The URL of the database `mainstay`.
    pub fn url(&self) -> String {
        self.url_of("mainstay")
    }

    /// The URL of another database on this server, which need not exist yet.
    pub fn url_of(&self, database: &str) -> String {
        url_at(&self.socket, database)
    }

    /// Stops the server cleanly, or kills it when that takes more than 4 s; dropping does the same without a word.
    pub fn stop(mut self) -> Fallible<()> {
        let status = self.end()?;
        if !status.success() {
            return Err(format!("the database server did not stop cleanly ({status}); it recovers at its next start").into());
        }
        Ok(())
    }

    fn run(folder: PathBuf, lock: File, programs: &Programs, options: &Options, waste: bool) -> Fallible<PrivateServer> {
        let begun = Instant::now();
        let socket = socket_path(&folder)?;
        let mut log = open_log(&folder)?;
        let log_begin = log.seek(SeekFrom::End(0))?;
        let guard = Command::new("sh")
            .args(["-c", GUARD, "mainstay-database-guard"])
            .arg(if options.durable { "40" } else { "0" })
            .arg(if waste { folder.as_os_str() } else { OsStr::new("") })
            .arg(&programs.server)
            .args(server_arguments(programs, options)?)
            .arg(joined("--datadir=", &folder.join("data")))
            .arg(joined("--socket=", &socket))
            .arg(joined("--pid-file=", &folder.join("server.pid")))
            .arg(joined("--log-error=", &folder.join("server.log")))
            .env("TMPDIR", temporary(&folder)?)
            .stdin(Stdio::piped())
            .stdout(lock)
            .stderr(log)
            .process_group(0) // Ctrl-C is for us: we stop the server when we have finished with it.
            .spawn()?;
        let mut server = PrivateServer { guard, folder, socket }; // From here on dropping it ends the server.
        server.wait_until_ready(log_begin)?;
        log::debug!("database server ready after {} ms", begun.elapsed().as_millis());
        Ok(server)
    }

    fn wait_until_ready(&mut self, log_begin: u64) -> Fallible<()> {
        let begun = Instant::now();
        loop {
            let failed = match MysqlConnection::establish(&self.url_of("mysql")) {
                Ok(mut conn) => {
                    conn.batch_execute("CREATE DATABASE IF NOT EXISTS mainstay CHARACTER SET utf8mb4 COLLATE utf8mb4_unicode_ci")?;
                    return Ok(());
                }
                Err(failed) => failed,
            };
            if let Some(status) = self.guard.try_wait()? {
                return Err(with_log(&format!("the database server ended while starting ({status})"), &self.folder, log_begin));
            }
            if begun.elapsed() > READY {
                return Err(with_log(
                    &format!("the database server did not answer within {} s ({failed})", READY.as_secs()),
                    &self.folder,
                    log_begin,
                ));
            }
            thread::sleep(PAUSE);
        }
    }

    /// The pipe stays open meanwhile, as the guard would take its end for our death.
    fn end(&mut self) -> io::Result<ExitStatus> {
        if let Some(status) = self.guard.try_wait()? {
            return Ok(status);
        }
        if let Some(pipe) = &mut self.guard.stdin {
            pipe.write_all(b"stop\n")?;
        }
        let begun = Instant::now();
        while begun.elapsed() < STOP {
            if let Some(status) = self.guard.try_wait()? {
                return Ok(status);
            }
            thread::sleep(PAUSE);
        }
        self.guard.kill()?;
        self.guard.wait()
    }
}

impl Drop for PrivateServer {
    fn drop(&mut self) {
        if let Err(error) = self.end() {
            log::warn!("cannot stop the database server: {error}");
        }
        // A socket in the temporary directory has a folder of its own.
        if let Some(parent) = self.socket.parent().filter(|parent| *parent != self.folder) {
            let _ = fs::remove_file(&self.socket);
            let _ = fs::remove_dir(parent);
        }
    }
}

fn url_at(socket: &Path, database: &str) -> String {
    let (database, socket) = (percent_encoded(database.as_bytes()), percent_encoded(socket.as_os_str().as_bytes()));
    format!("mysql://root@localhost/{database}?unix_socket={socket}")
}

/// The state folder is ours alone until this is dropped or the process ends, however it ends.
#[derive(Debug)]
pub struct FolderLock {
    _file: File,
}

impl FolderLock {
    /// Takes the state folder for this process, making it when missing, or says which process has it.
    pub fn take(state: &Path) -> Fallible<FolderLock> {
        fs::create_dir_all(state).map_err(|error| format!("cannot make the state folder {}: {error}", state.display()))?;
        let path = state.join("lock");
        let mut file = open_lock(&path).map_err(|error| format!("cannot open {}: {error}", path.display()))?;
        match file.try_lock() {
            Ok(()) => {
                file.set_len(0)?;
                writeln!(file, "{}", process::id())?;
                Ok(FolderLock { _file: file })
            }
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                file.read_to_string(&mut pid)?;
                Err(format!(
                    "process {} already uses the state folder {}: stop it first, or give this one a folder of its own in MAINSTAY_STATE_DIR",
                    pid.trim(),
                    state.display()
                )
                .into())
            }
            Err(TryLockError::Error(error)) => Err(format!("cannot lock {}: {error}", path.display()).into()),
        }
    }
}

/// What is installed here.
struct Programs {
    server: PathBuf,
    /// `mariadb-install-db`; `None` for MySQL, whose server does it itself.
    installer: Option<PathBuf>,
}

impl Programs {
    fn find() -> Fallible<Programs> {
        Programs::find_in(&program_folders())
    }

    fn find_in(folders: &[PathBuf]) -> Fallible<Programs> {
        let server = find_program("mariadbd", folders).or_else(|| find_program("mysqld", folders)).ok_or_else(|| missing("mariadbd"))?;
        if server.ends_with("mysqld") {
            let version = Command::new(&server).args(["--no-defaults", "--version"]).output()?;
            if !String::from_utf8_lossy(&version.stdout).contains("MariaDB") {
                return Ok(Programs { server, installer: None });
            }
        }
        let installer = find_program("mariadb-install-db", folders).or_else(|| find_program("mysql_install_db", folders));
        Ok(Programs { server, installer: Some(installer.ok_or_else(|| missing("mariadb-install-db"))?) })
    }
}

/// Ordinary users on Debian have no `/usr/sbin` in their PATH, and Homebrew's folders are often missing in services.
fn program_folders() -> Vec<PathBuf> {
    const MORE: &[&str] = &[
        "/usr/sbin",
        "/usr/bin",
        "/usr/libexec",
        "/usr/local/sbin",
        "/usr/local/bin",
        "/usr/local/libexec",
        "/usr/local/mysql/bin",
        "/usr/local/mysql/scripts",
        "/opt/homebrew/bin",
        "/opt/homebrew/opt/mariadb/bin",
    ];
    let path = env::var_os("PATH").unwrap_or_default();
    env::split_paths(&path).filter(|folder| folder.is_absolute()).chain(MORE.iter().map(PathBuf::from)).collect()
}

fn find_program(name: &str, folders: &[PathBuf]) -> Option<PathBuf> {
    let runs = |path: &PathBuf| fs::metadata(path).is_ok_and(|found| found.is_file() && found.mode() & 0o111 != 0);
    folders.iter().map(|folder| folder.join(name)).find(runs)
}

fn missing(program: &str) -> String {
    format!(
        "the program {program} is not installed. Install it (Debian, Ubuntu: mariadb-server-core and mariadb-client-core; Fedora: mariadb-server; \
         Arch, Homebrew: mariadb), or name a database of your own in DATABASE_URL"
    )
}

fn server_arguments(programs: &Programs, options: &Options) -> io::Result<Vec<String>> {
    // The machine's configuration has no say; this one must come first.
    let mut arguments = vec!["--no-defaults".to_owned()];
    if is_root()? {
        arguments.push("--user=root".to_owned());
    }
    arguments.extend(
        [
            "--skip-networking",
            "--skip-name-resolve",
            "--skip-log-bin",
            "--performance-schema=OFF",
            "--max-connections=100",
            "--default-time-zone=+00:00",
            "--character-set-server=utf8mb4",
            "--collation-server=utf8mb4_unicode_ci",
        ]
        .map(str::to_owned),
    );
    arguments.push(format!("--innodb-buffer-pool-size={}M", options.buffer_pool_mb));
    if programs.installer.is_some() {
        arguments.push("--innodb-log-file-size=8M".to_owned()); // As installed, or the start would make it 96 MiB.
    } else {
        arguments.extend(["--mysqlx=OFF", "--secure-file-priv=NULL"].map(str::to_owned));
    }
    if !options.durable {
        // Every test has a database of its own: in files of their own, its tables would take a second to make.
        arguments
            .extend(["--innodb-flush-log-at-trx-commit=0", "--innodb-doublewrite=OFF", "--innodb-file-per-table=OFF"].map(str::to_owned));
        if programs.installer.is_some() {
            arguments.extend(["--debug-no-sync", "--sync-frm=OFF"].map(str::to_owned));
        }
    }
    Ok(arguments)
}

/// Makes the data directory beside its place and moves it there when it is whole, so that a crash leaves none half made.
fn make_data(folder: &Path, programs: &Programs, lock: &File) -> Fallible<()> {
    let (data, fresh) = (folder.join("data"), folder.join("data.new"));
    if data.exists() {
        return Ok(());
    }
    if fresh.exists() {
        fs::remove_dir_all(&fresh)?;
    }
    let mut log = open_log(folder)?;
    let log_begin = log.seek(SeekFrom::End(0))?;
    let mut command;
    match &programs.installer {
        Some(installer) => {
            command = Command::new(installer);
            command
                .args(["--no-defaults", "--auth-root-authentication-method=normal", "--skip-test-db", "--skip-name-resolve"])
                .args(["--innodb-log-file-size=8M", "--datadir=./data.new"]); // This script breaks at a space in a path.
        }
        None => {
            command = Command::new(&programs.server);
            command.args(["--no-defaults", "--initialize-insecure"]).arg(joined("--datadir=", &fresh));
        }
    }
    if is_root()? {
        command.arg("--user=root");
    }
    // With the lock as its input it holds the folder even if we are killed, and our heir waits for its end.
    command.env("TMPDIR", temporary(folder)?);
    let status = command.current_dir(folder).stdin(lock.try_clone()?).stdout(log.try_clone()?).stderr(log).process_group(0).status()?;
    if !status.success() {
        let _ = fs::remove_dir_all(&fresh);
        return Err(with_log(&format!("cannot make a database directory ({status})"), folder, log_begin));
    }
    fs::rename(&fresh, &data)?;
    Ok(())
}

/// Waits until no server uses the folder any more: that of a process just killed may still be writing.
fn lock(folder: &Path) -> Fallible<File> {
    let file = open_lock(&folder.join("server.lock"))?;
    let begun = Instant::now();
    loop {
        match file.try_lock() {
            Ok(()) => return Ok(file),
            Err(TryLockError::WouldBlock) if begun.elapsed() < PREVIOUS_SERVER => thread::sleep(PAUSE),
            Err(TryLockError::WouldBlock) => {
                let pid = fs::read_to_string(folder.join("server.pid")).unwrap_or_default();
                let pid = if pid.trim().is_empty() { "an earlier run".to_owned() } else { format!("process {}", pid.trim()) };
                return Err(format!("the database server in {} still runs ({pid}): stop it, then try again", folder.display()).into());
            }
            Err(TryLockError::Error(error)) => return Err(format!("cannot lock {}: {error}", folder.display()).into()),
        }
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    OpenOptions::new().read(true).write(true).create(true).truncate(false).open(path)
}

fn open_log(folder: &Path) -> io::Result<File> {
    OpenOptions::new().append(true).create(true).open(folder.join("server.log"))
}

fn private_folder(folder: &Path) -> Fallible<PathBuf> {
    let make = || {
        fs::create_dir_all(folder)?;
        fs::set_permissions(folder, Permissions::from_mode(0o700))?;
        fs::canonicalize(folder)
    };
    make().map_err(|error| format!("cannot make the folder {}: {error}", folder.display()).into())
}

/// For the server's temporary tables: at its start it removes those of every other server that uses the same folder.
fn temporary(folder: &Path) -> io::Result<PathBuf> {
    let temporary = folder.join("tmp");
    fs::create_dir_all(&temporary)?;
    Ok(temporary)
}

/// In the folder, or where that path is too long in a short folder of the temporary directory.
fn socket_path(folder: &Path) -> Fallible<PathBuf> {
    let socket = folder.join("s.sock");
    if socket.as_os_str().len() <= SOCKET_PATH_MAX {
        return Ok(socket);
    }
    let mut hasher = DefaultHasher::new();
    folder.hash(&mut hasher);
    let short = env::temp_dir().join(format!("mainstay-{:016x}", hasher.finish()));
    let socket = short.join("s.sock");
    if socket.as_os_str().len() > SOCKET_PATH_MAX {
        return Err(format!("{} is too long for a socket: set TMPDIR to a shorter folder", socket.display()).into());
    }
    match DirBuilder::new().mode(0o700).create(&short) {
        // Everybody may write there, so it might be somebody's trap.
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
            let found = fs::symlink_metadata(&short)?;
            if !found.is_dir() || found.mode() & 0o077 != 0 || found.uid() != fs::metadata(folder)?.uid() {
                return Err(format!("{} is not a folder of ours alone: remove it, then try again", short.display()).into());
            }
        }
        made => made?,
    }
    Ok(socket)
}

/// The standard library does not tell who we are.
fn is_root() -> io::Result<bool> {
    Ok(Command::new("id").arg("-u").output()?.stdout == b"0\n")
}

fn joined(option: &str, path: &Path) -> OsString {
    let mut argument = OsString::from(option);
    argument.push(path);
    argument
}

fn percent_encoded(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if byte.is_ascii_alphanumeric() || b"/-._~".contains(&byte) {
            text.push(char::from(byte));
        } else {
            text.push_str(&format!("%{byte:02X}"));
        }
    }
    text
}

/// Adds the last lines that the server wrote since `begin`.
fn with_log(what: &str, folder: &Path, begin: u64) -> Box<dyn Error + Send + Sync> {
    let path = folder.join("server.log");
    let mut written = Vec::new();
    if let Ok(mut log) = File::open(&path) {
        let _ = log.seek(SeekFrom::Start(begin));
        let _ = log.read_to_end(&mut written);
    }
    let written = String::from_utf8_lossy(&written);
    let lines: Vec<&str> = written.lines().collect();
    let last = &lines[lines.len().saturating_sub(30)..];
    format!("{what}; the end of {}:\n{}", path.display(), last.join("\n")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use diesel::{RunQueryDsl, dsl::sql, select, sql_types::Text};
    use std::ops::Deref;

    const OPTIONS: Options = Options { durable: true, buffer_pool_mb: 16 };

    /// A folder that is gone after the test.
    struct Folder(PathBuf);
    impl Folder {
        fn new(name: &str) -> Folder {
            let folder = env::temp_dir().join(format!("mainstay-unit-{}-{name}", process::id()));
            fs::create_dir_all(&folder).unwrap();
            Folder(folder)
        }
    }
    impl Drop for Folder {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }
    impl Deref for Folder {
        type Target = Path;
        fn deref(&self) -> &Path {
            &self.0
        }
    }

    fn ask(server: &PrivateServer, query: &str) -> String {
        let mut conn = MysqlConnection::establish(&server.url()).unwrap();
        select(sql::<Text>(query)).get_result(&mut conn).unwrap()
    }

    fn tell(server: &PrivateServer, statement: &str) {
        MysqlConnection::establish(&server.url()).unwrap().batch_execute(statement).unwrap();
    }

    fn pid(folder: &Path) -> String {
        fs::read_to_string(folder.join("server.pid")).unwrap().trim().to_owned()
    }

    fn runs(pid: &str) -> bool {
        Command::new("kill").args(["-0", pid]).stderr(Stdio::null()).status().unwrap().success()
    }

    fn gone_within(pid: &str, limit: Duration) -> bool {
        let begun = Instant::now();
        while runs(pid) {
            if begun.elapsed() > limit {
                return false;
            }
            thread::sleep(PAUSE);
        }
        true
    }

    #[test]
    fn data_outlives_clean_stops_and_crashes() {
        let folder = Folder::new("life");
        fs::create_dir_all(folder.join("data.new/mysql")).unwrap(); // Left by an earlier crash.

        let server = PrivateServer::start(&folder, &OPTIONS).unwrap();
        assert!(!folder.join("data.new").exists());
        assert_eq!(fs::metadata(&*folder).unwrap().mode() & 0o777, 0o700);
        assert_eq!(ask(&server, "CONCAT(DATABASE(), ' ', @@collation_database, ' ', @@time_zone)"), "mainstay utf8mb4_unicode_ci +00:00");
        tell(&server, "CREATE TABLE notes (text TEXT); INSERT INTO notes VALUES ('kept')");
        server.stop().unwrap();

        let mut server = PrivateServer::start(&folder, &OPTIONS).unwrap();
        tell(&server, "UPDATE notes SET text = CONCAT(text, ' twice')");
        let first = pid(&folder);
        drop(server.guard.stdin.take()); // What kill -9 of this process does.
        // The next one waits for it, even while it still runs.
        assert!(runs(&first));
        let next = PrivateServer::start(&folder, &OPTIONS).unwrap();
        assert!(!runs(&first));
        assert_eq!(ask(&next, "(SELECT text FROM notes)"), "kept twice");
        next.stop().unwrap();
    }

    #[test]
    fn a_throw_away_server_dies_with_its_pipe_and_leaves_nothing() {
        let seed = Folder::new("seed");
        let mut server = PrivateServer::throw_away(&seed).unwrap();
        assert_eq!(ask(&server, "'hello'"), "hello");
        let (pid, folder) = (pid(&server.folder), server.folder.clone());
        drop(server.guard.stdin.take());
        assert!(gone_within(&pid, Duration::from_secs(5)));
        server.guard.wait().unwrap();
        assert!(!folder.exists());

        // A killed guard does not leave the server behind either.
        let mut server = PrivateServer::throw_away(&seed).unwrap();
        let pid = super::tests::pid(&server.folder);
        let folder = Folder(server.folder.clone()); // Nobody else removes it then.
        server.guard.kill().unwrap();
        server.guard.wait().unwrap();
        assert!(runs(&pid));
        drop(server);
        assert!(gone_within(&pid, Duration::from_secs(5)));
        drop(folder);
    }

    #[test]
    fn a_long_path_with_spaces_works() {
        let folder = Folder::new("long");
        let deep = folder.join(format!("a 100% \"odd\" name + {}", "x".repeat(120)));
        let server = PrivateServer::start(&deep, &OPTIONS).unwrap();
        assert_eq!(ask(&server, "@@tmpdir"), deep.canonicalize().unwrap().join("tmp").to_str().unwrap());
        let parent = server.socket.parent().unwrap().to_owned();
        assert_eq!(fs::metadata(&parent).unwrap().mode() & 0o777, 0o700);
        assert!(server.url_of("other").starts_with("mysql://root@localhost/other?unix_socket=/"));
        drop(server);
        assert!(!parent.exists());
    }

    #[test]
    fn a_server_that_cannot_start_says_why() {
        let folder = Folder::new("broken");
        fs::create_dir_all(folder.join("data")).unwrap();
        fs::write(folder.join("data/ibdata1"), "rubbish").unwrap();
        let error = PrivateServer::start(&folder, &OPTIONS).unwrap_err().to_string();
        assert!(error.starts_with("the database server ended while starting"), "{error}");
        assert!(error.contains("[ERROR]"), "{error}");
    }

    #[test]
    fn without_a_server_program_the_error_names_the_package() {
        let error = Programs::find_in(&[PathBuf::from("/nowhere")]).err().unwrap().to_string();
        assert!(error.contains("mariadb-server-core") && error.contains("DATABASE_URL"), "{error}");
    }

    #[test]
    fn a_state_folder_has_one_process() {
        let folder = Folder::new("lock");
        let state = folder.join("state");
        let first = FolderLock::take(&state).unwrap();
        let refused = FolderLock::take(&state).unwrap_err().to_string();
        assert!(refused.starts_with(&format!("process {} already uses the state folder", process::id())), "{refused}");
        assert!(refused.contains("MAINSTAY_STATE_DIR"));
        drop(first);
        FolderLock::take(&state).unwrap();
    }
}
