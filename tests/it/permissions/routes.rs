//! The routes that the application registers, read from the source. Whatever cannot be read fails, so none is forgotten.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

/// Beside `.route(…)`: what `app.rs` registers in other ways. No more may come without a look at who may use it.
const OTHERS: &[(&str, &str)] =
    &[(".service(", "static files, which are for everybody"), (".default_service(", "pages of the tree, which are for everybody")];

/// Method and address of each. Routes for reading (`read()`) are told as GET.
pub fn registered() -> BTreeSet<(String, String)> {
    let mut all = BTreeSet::new();
    let mut folders = vec![PathBuf::from("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|item| item.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                all.extend(of_file(&path));
            }
        }
    }
    assert!(all.len() > 40, "{all:?}");
    all
}

fn of_file(path: &Path) -> Vec<(String, String)> {
    let text = fs::read_to_string(path).unwrap();
    let code: Vec<&str> = text.lines().filter(|line| !line.trim_start().starts_with("//")).collect();
    let code = code.join("\n");
    for way in ["web::resource(", "web::scope(", "#[get(", "#[post(", "#[put(", "#[delete(", "#[route("]
        .iter()
        .chain(OTHERS.iter().map(|(way, _)| way))
    {
        assert!(path.ends_with("src/app.rs") || !code.contains(way), "{}: register {way} by .route(…), or teach this test", path.display());
    }
    code.split(".route(").skip(1).map(|call| of_call(call, path)).collect()
}

/// Reads what follows `.route(`: an address and a method.
fn of_call(call: &str, path: &Path) -> (String, String) {
    let call: String = call.chars().take(300).collect();
    let unread = || -> ! { panic!("{}: cannot read .route({}", path.display(), call.lines().next().unwrap()) };
    let (address, rest) = match call.trim_start().strip_prefix('"') {
        Some(literal) => literal.split_once('"').map(|(address, rest)| (address.to_owned(), rest.to_owned())),
        None => call.trim_start().split_once(',').map(|(name, rest)| (constant(name.trim(), path), format!(",{rest}"))),
    }
    .unwrap_or_else(|| unread());
    let method = rest.trim_start_matches([',', ' ', '\n']);
    let method = match method.split('(').next() {
        Some("read") => "GET",
        Some("post") => "POST",
        _ => unread(),
    };
    (method.to_owned(), address)
}

/// The value of `paths::NAME` of the room that the file belongs to.
fn constant(name: &str, path: &Path) -> String {
    let short = name.rsplit("::").next().unwrap();
    let room = path.components().nth(1).unwrap();
    let text = fs::read_to_string(Path::new("src").join(room).join("mod.rs")).unwrap();
    let begin = format!("pub const {short}: &str = \"");
    let value = text.split_once(&begin).and_then(|(_, rest)| rest.split_once('"'));
    value.unwrap_or_else(|| panic!("{}: no constant {name}", path.display())).0.to_owned()
}
