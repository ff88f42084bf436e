//! The media library: uploads, the list, the page of a file, folders, serving, sweeping.

use crate::support::{
    answer::Answer,
    site::{Site, Visitor, a_post, begin},
};
use actix_web::{http::Method, test::TestRequest};
use chrono::{TimeDelta, Utc};
use diesel::prelude::*;
use mainstay::{
    content::model::{entry::EntryId, publishing, trash},
    journal::Actor,
    media::model::{
        changes::{self, Details},
        file::{File, FileId},
        folder::{self, Folder, FolderId},
        sweep,
    },
    schema::{file_folders, files, journal, settings},
    web::person::Role,
};
use std::{fs, time::SystemTime};

/// A GIF of that width, one pixel high as far as its header goes.
pub fn gif(width: u8) -> Vec<u8> {
    let mut bytes = b"GIF89a".to_vec();
    bytes.extend([width, 0, 1, 0, 0x80, 0, 0]); // a palette of two colours
    bytes.extend([0, 0, 0, 255, 255, 255]);
    bytes.extend([b',', 0, 0, 0, 0, width, 0, 1, 0, 0]);
    bytes.extend(lzw_of_zeros(usize::from(width)));
    bytes.push(b';');
    bytes
}

/// Pixels of the first colour, packed as GIF asks, with a clear code before each so that no table grows.
fn lzw_of_zeros(count: usize) -> Vec<u8> {
    let codes = (0..count).flat_map(|_| [4_u32, 0]).chain([4, 5]);
    let (mut data, mut waiting, mut bits) = (Vec::new(), 0_u32, 0);
    for code in codes {
        waiting |= code << bits;
        bits += 3;
        while bits >= 8 {
            data.push(waiting as u8);
            waiting >>= 8;
            bits -= 8;
        }
    }
    data.push(waiting as u8);
    let mut out = vec![2];
    for block in data.chunks(255) {
        out.push(block.len() as u8);
        out.extend(block);
    }
    out.push(0);
    out
}

async fn upload(by: &Visitor, files: &[(&str, &[u8])]) -> Answer {
    let form = by.get("/admin/media/new").await.form("#upload");
    by.submit_files(form, "files", files).await
}

fn names(page: &Answer) -> Vec<String> {
    page.texts("#files bdi")
}

fn find(site: &Site, id: FileId) -> Option<File> {
    File::find(&mut site.database.conn(), id).optional().unwrap()
}

fn kinds(site: &Site) -> Vec<String> {
    let rows = journal::table.order(journal::id).select(journal::kind);
    rows.load(&mut site.database.conn()).unwrap().into_iter().filter(|kind: &String| kind.starts_with("f")).collect()
}

/// Files and bytes of each folder as they are kept, and as they are counted.
fn assert_counted(site: &Site) {
    let conn = &mut site.database.conn();
    let kept: Vec<(i64, i64, i64)> = file_folders::table
        .order(file_folders::id)
        .select((file_folders::id, file_folders::files, file_folders::bytes))
        .load(conn)
        .unwrap();
    for (id, many, bytes) in kept {
        let found: Vec<i64> = files::table.filter(files::folder_id.eq(id)).select(files::bytes).load(conn).unwrap();
        assert_eq!((many, bytes), (found.len() as i64, found.iter().sum()), "folder {id}");
    }
}

#[actix_web::test]
async fn several_files_are_uploaded_and_each_that_is_refused_has_its_sentence() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/media").await.assert_shows("No files yet");
    let sent: [(&str, &[u8]); 4] =
        [("Abend 🌅.gif", &gif(3)), ("paper.exe", b"%PDF-1.4\n%%EOF\n"), ("bad.png", b"\x7fELF\0\x01"), ("empty.txt", b"")];
    upload(&editor, &sent).await.assert_redirects_to("/admin/media");
    let page = editor.get("/admin/media").await;
    page.assert_shows("Added 2 files.").assert_shows("bad.png: ").assert_shows("empty.txt: ").assert_shows("3 × 1");
    assert_eq!(names(&page).len(), 2);
    assert_eq!((site.count("files"), site.count("file_folders")), (2, 1));
    assert_eq!(kinds(&site), ["file.uploaded", "file.uploaded"]);
    let pdf: File = File::query().filter(files::content_type.eq("application/pdf")).first(&mut site.database.conn()).unwrap();
    assert!(pdf.address.ends_with("/paper.pdf"), "{}", pdf.address);
    assert_counted(&site);
    site.run_jobs();
}

#[actix_web::test]
async fn where_no_file_is_good_the_form_comes_back_and_says_why() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let none = upload(&author, &[]).await;
    none.assert_status(422).assert_shows("Choose at least one file.");
    let folder = site.write(|conn| folder::create(conn, Folder::root(), "Covers", &Actor::default(), begin()));
    let form = author.get("/admin/media/new").await.form("#upload").fill([("folder", &folder.to_string())]);
    let again = author.submit_files(form, "files", &[("<b>x</b>.png", b"\x7fELF\0")]).await;
    again.assert_status(422).assert_shows("&#60;b&#62;x&#60;/b&#62;.png: ").assert_lacks("<b>x</b>");
    assert_eq!(again.form("#upload").value("folder"), folder.to_string(), "what was chosen stays");
    assert_eq!((site.count("files"), fs::read_dir(&site.state.uploads_dir).map_or(0, Iterator::count)), (0, 0));
}

#[actix_web::test]
async fn limits_of_the_settings_hold_at_once() {
    let site = Site::start().await;
    let (admin, author) = (site.signed_in(Role::Admin), site.signed_in(Role::Author));
    let form = admin.get("/admin/settings").await.form("#settings");
    let wrong = form.clone().fill([("upload_mb", "0"), ("upload_megapixels", "many"), ("upload_files", "1000")]);
    let told = admin.submit(wrong).await;
    told.assert_status(422).assert_shows("megabytes").assert_shows("megapixels").assert_shows("at a time");
    assert_eq!(told.form("#settings").value("upload_megapixels"), "many");
    admin.submit(form.fill([("upload_mb", "1"), ("upload_files", "2")])).await.assert_redirects_to("/admin/settings");
    author.get("/admin/media/new").await.assert_shows("Up to 2 files at a time, each up to 1 MB");
    let large = [b"%PDF-1.4 ".as_slice(), &vec![b'x'; 1_000_001]].concat();
    let small = gif(1);
    let sent: [(&str, &[u8]); 3] = [("large.pdf", &large), ("small.gif", &small), ("third.gif", &gif(2))];
    upload(&author, &sent).await.assert_redirects_to("/admin/media");
    let page = author.get("/admin/media").await;
    page.assert_shows("large.pdf: It is larger than 1 MB.").assert_shows("1 file was left out: 2 at a time are taken.");
    assert_eq!(names(&page), ["small.gif"]);
    site.run_jobs();
}

#[actix_web::test]
async fn a_large_file_goes_through_a_file_of_its_own_which_is_gone_afterwards() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let large = [b"%PDF-1.4 ".as_slice(), &vec![b'x'; 3_000_000], b"\n%%EOF\n"].concat();
    upload(&author, &[("large.pdf", &large)]).await.assert_redirects_to("/admin/media");
    assert_eq!(fs::read_dir(&site.state.uploads_dir).unwrap().count(), 0);
    let file: File = File::query().first(&mut site.database.conn()).unwrap();
    assert_eq!(site.visitor().get(&file.address).await.bytes, large);
}

#[actix_web::test]
async fn the_same_file_sent_twice_is_there_once() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    for _ in 0..2 {
        upload(&author, &[("a.gif", &gif(9))]).await.assert_redirects_to("/admin/media");
    }
    author.get("/admin/media").await.assert_shows("a.gif is in the library already");
    assert_eq!(site.count("files"), 1);
    upload(&author, &[("b.gif", &gif(9))]).await.assert_redirects_to("/admin/media");
    let rows: Vec<File> = File::query().load(&mut site.database.conn()).unwrap();
    assert_eq!((rows.len(), &rows[0].storage_key), (2, &rows[1].storage_key), "one copy of the bytes");
    assert_counted(&site);
    site.run_jobs();
}

#[actix_web::test]
async fn a_script_is_told_what_to_write() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let form = author.get("/admin/media/new").await.form("#upload");
    let good = author.submit_files_as(form.clone(), "files", &[("a.gif", &gif(2))], "application/json").await;
    let told: serde_json::Value = serde_json::from_str(&good.assert_status(200).body).unwrap();
    let address = told["files"][0]["address"].as_str().unwrap();
    assert_eq!(told["files"][0]["markdown"], format!("![]({address})"));
    let bad = author.submit_files_as(form, "files", &[("x.png", b"\0\0")], "application/json").await;
    let told: serde_json::Value = serde_json::from_str(&bad.assert_status(422).body).unwrap();
    assert_eq!((told["refused"][0]["name"].as_str(), told["files"].as_array().map(Vec::len)), (Some("x.png"), Some(0)));
    site.run_jobs();
}

#[actix_web::test]
async fn contributors_look_and_authors_change_what_they_have_brought() {
    let site = Site::start().await;
    let (author, other) = (site.given_user(Role::Author), site.given_user(Role::Author));
    let file = site.given_file_of(Some(author), "a.gif", &gif(2));
    let page = format!("/admin/media/{}", file.id);
    let contributor = site.signed_in(Role::Contributor);
    contributor.get("/admin/media").await.assert_shows("a.gif").assert_lacks("Upload files");
    contributor.get("/admin/media/picker").await.assert_shows("a.gif");
    contributor.get(&page).await.assert_status(200).assert_lacks("id=\"file\"").assert_shows(&file.address);
    contributor.get("/admin/media/new").await.assert_status(403);
    site.session_of(other).get(&page).await.assert_shows("Somebody else has brought this file");
    site.session_of(other).get(&format!("{page}/deletion")).await.assert_status(403);
    site.session_of(author).get(&page).await.form("#file");
    // In bulk, what is not one's own stays.
    let chosen = site.session_of(other).get(&format!("/admin/media/deletion?id={}", file.id)).await;
    chosen.assert_status(422).assert_shows("somebody else has brought");
    site.session_of(author).get(&format!("{page}/deletion")).await.form("#deletion");
    site.run_jobs();
}

#[actix_web::test]
async fn a_file_is_described_and_mistakes_are_told_at_their_fields() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let file = site.given_file("a.gif", &gif(2));
    let page = format!("/admin/media/{}", file.id);
    let form = editor.get(&page).await.form("#file");
    assert_eq!((form.value("name"), form.value("focal_x")), ("a.gif", "50"));
    let long = "ا".repeat(501);
    let wrong = editor.submit(form.clone().fill([("name", ""), ("alt", &long), ("focal_x", "150")])).await;
    wrong.assert_status(422).assert_shows("Give the file a name").assert_shows("500 characters").assert_shows("from 0 to 100");
    assert_eq!((wrong.form("#file").value("alt"), wrong.form("#file").value("focal_x")), (long.as_str(), "150"));
    let good = form.fill([("name", "Hafen 🌊.gif"), ("alt", "غروب"), ("credit", "Ada"), ("focal_x", "12,5"), ("focal_y", "100")]);
    editor.submit(good).await.assert_redirects_to(&page);
    let now = find(&site, file.id).unwrap();
    assert_eq!((now.name.as_str(), now.alt.as_str(), now.focal_x, now.focal_y), ("Hafen 🌊.gif", "غروب", 125, 1000));
    assert_eq!((now.address, kinds(&site)), (file.address, vec!["file.uploaded".to_owned(), "file.changed".to_owned()]));
    editor.submit(editor.get(&page).await.form("#file")).await.assert_redirects_to(&page);
    assert_eq!(kinds(&site).len(), 2, "nothing changed is no change");
    site.run_jobs();
}

#[actix_web::test]
async fn a_file_is_replaced_and_keeps_its_address_and_its_references() {
    let site = Site::start().await;
    let (editor, visitor) = (site.signed_in(Role::Editor), site.visitor());
    let file = site.given_file("plan.gif", &gif(2));
    let shows = format!("![The plan]({})", file.address);
    site.given(a_post("Plans").published().with(|draft| draft.body.clone_from(&shows)));
    let old = visitor.get("/posts/plans").await;
    old.assert_shows("width=\"2\"");
    let page = format!("/admin/media/{}/replacement", file.id);
    let form = editor.get(&page).await.form("#replacement");
    for (name, bytes, why) in [
        ("x.pdf", b"%PDF-1.4\n%%EOF\n".to_vec(), "another GIF is needed"),
        ("plan.gif", gif(2), "holds already"),
        ("x.gif", b"\0".to_vec(), ""),
    ] {
        editor.submit_files(form.clone(), "file", &[(name, &bytes)]).await.assert_status(422).assert_shows(why);
    }
    editor.submit_files(form.clone(), "file", &[]).await.assert_status(422).assert_shows("Choose the new version");
    site.later(TimeDelta::seconds(1));
    editor.submit_files(form, "file", &[("new.gif", &gif(7))]).await.assert_redirects_to(&format!("/admin/media/{}", file.id));
    let new = find(&site, file.id).unwrap();
    assert_eq!(
        (new.width, new.replaced_at.is_some(), new.address == file.address, new.version() == file.version()),
        (Some(7), true, true, false)
    );
    assert_eq!(visitor.get(&file.address).await.bytes, gif(7));
    visitor.get("/posts/plans").await.assert_shows("width=\"7\"").assert_lacks("width=\"2\"");
    editor.get(&format!("/admin/media/{}", file.id)).await.assert_shows("Plans").assert_shows("on the site");
    assert_counted(&site);
    // The first content is brought once more: its address is taken, so it gets another one.
    upload(&editor, &[("plan.gif", &gif(2))]).await.assert_redirects_to("/admin/media");
    assert_eq!(site.count("files"), 2);
    site.run_jobs();
}

#[actix_web::test]
async fn entries_beyond_the_first_are_made_anew_by_jobs() {
    let site = Site::start().await;
    let file = site.given_file("plan.gif", &gif(2));
    for number in 0..25 {
        let body = format!("![The plan]({})", file.address);
        site.given(a_post(&format!("Plan {number:02}")).published().with(|draft| draft.body = body));
    }
    site.run_jobs();
    let editor = site.signed_in(Role::Editor);
    let form = editor.get(&format!("/admin/media/{}/replacement", file.id)).await.form("#replacement");
    editor.submit_files(form, "file", &[("new.gif", &gif(7))]).await.assert_status(303);
    site.visitor().get("/posts/plan-00").await.assert_shows("width=\"7\"");
    site.visitor().get("/posts/plan-24").await.assert_shows("width=\"2\"");
    site.run_jobs();
    site.visitor().get("/posts/plan-24").await.assert_shows("width=\"7\"");
}

#[actix_web::test]
async fn what_is_used_is_deleted_only_with_the_box_ticked() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let (file, cover) = (site.given_file("a.gif", &gif(2)), site.given_file("cover.gif", &gif(3)));
    let post = site.given(a_post("Uses it").with(|draft| {
        draft.body = format!("![x]({}?v=1#y)", file.address);
        draft.image_url.clone_from(&cover.address);
    }));
    for file in [&file, &cover] {
        let page = format!("/admin/media/{}/deletion", file.id);
        let question = editor.get(&page).await;
        question.assert_shows("One place shows it").assert_shows(&format!("/admin/entries/{post}"));
        let refused = editor.submit(question.form("#deletion")).await;
        refused.assert_status(422).assert_shows("Tick the box");
        editor.submit(refused.form("#deletion").tick("used", "true")).await.assert_redirects_to("/admin/media");
        assert!(find(&site, file.id).is_none());
        site.visitor().get(&file.address).await.assert_status(404);
    }
    assert_eq!(kinds(&site)[2..], ["file.deleted", "file.deleted"]);
    assert_counted(&site);
    site.run_jobs();
}

#[actix_web::test]
async fn what_nothing_shows_is_listed_and_deleted_together() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let [used, logo, first, second] =
        [("used.gif", 1), ("logo.gif", 2), ("first.gif", 3), ("second.gif", 4)].map(|(name, width)| site.given_file(name, &gif(width)));
    site.given(a_post("Uses it").with(|draft| draft.body = format!("[x]({})", used.address)));
    let row = (settings::name.eq("footer"), settings::value.eq(logo.url()), settings::changed_at.eq(begin()));
    diesel::insert_into(settings::table).values(row).execute(&mut site.database.conn()).unwrap();
    let list = editor.get("/admin/media?folder=unused").await;
    assert_eq!(names(&list), ["second.gif", "first.gif"]);
    let chosen = list.form("#chosen").tick("id", &first.id.to_string());
    let asked = editor.get(&format!("/admin/media/deletion?{}", serde_html_form::to_string(&chosen.fields).unwrap())).await;
    asked.assert_shows("Delete 1 file?").assert_shows("first.gif");
    editor.submit(asked.form("#confirm")).await.assert_redirects_to("/admin/media?folder=unused");
    assert!(find(&site, first.id).is_none() && find(&site, second.id).is_some());
    // All that is not used goes by a job, which looks again.
    let asked = editor.get("/admin/media/deletion?all=unused").await;
    asked.assert_shows("Delete 1 file that is not used?");
    editor.submit(asked.form("#confirm")).await.assert_redirects_to("/admin/media");
    site.run_jobs();
    assert_eq!([used.id, logo.id, second.id].map(|id| find(&site, id).is_some()), [true, true, false]);
    editor.get("/admin/media?folder=unused").await.assert_shows("Every file is used");
    site.signed_in(Role::Author).get("/admin/media/deletion?all=unused").await.assert_status(422);
}

#[actix_web::test]
async fn a_file_is_used_as_long_as_a_text_names_it() {
    let site = Site::start().await;
    let file = site.given_file("a.gif", &gif(2));
    let used = || find(&site, file.id).unwrap().used;
    let author = site.given_user(Role::Author);
    let by = site.session_of(author);
    let post: EntryId = site.given(a_post("First").by(author).with(|draft| draft.body = format!("![x]({})", file.address)));
    assert!(used());
    // A save within ten minutes takes the place of the revision that named it.
    let edit = format!("/admin/entries/{post}");
    let form = by.get(&edit).await.form("#editor").fill([("body", "Nothing."), ("do", "save")]);
    by.submit(form).await.assert_status(303);
    assert!(!used());
    let form = by.get(&edit).await.form("#editor").fill([("image_url", file.address.as_str()), ("do", "publish")]);
    by.submit(form).await.assert_status(303);
    assert!(used(), "the picture above the text counts");
    site.later(TimeDelta::hours(1));
    let form = by.get(&edit).await.form("#editor").fill([("image_url", ""), ("do", "save")]);
    by.submit(form).await.assert_status(303);
    assert!(used(), "visitors see it still");
    site.write(|conn| publishing::publish(conn, post, &Actor::default(), begin()));
    assert!(!used());
    let form = by.get(&edit).await.form("#editor").fill([("image_url", file.address.as_str()), ("do", "save")]);
    by.submit(form).await.assert_status(303);
    site.write(|conn| trash::trash(conn, post, &Actor::default(), begin()));
    assert!(used(), "it can come back from the trash");
    site.write(|conn| trash::delete(conn, post, &Actor::default(), begin()));
    assert!(!used());
    site.run_jobs();
}

#[actix_web::test]
async fn the_library_is_filtered_ordered_and_paged_by_its_address() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    for number in 0..65_u8 {
        site.later(TimeDelta::seconds(1));
        site.given_file(&format!("picture-{number:02}.gif"), &gif(number + 1));
    }
    let paper = site.given_file("Zoning plan.pdf", b"%PDF-1.4\n%%EOF\n");
    site.write(|conn| {
        changes::describe(conn, paper.id, &Details { caption: "Harbour ماء".to_owned(), ..Details::of(&paper) }, &Actor::default(), begin())
    });
    let first = editor.get("/admin/media?order=name").await;
    assert_eq!((names(&first).len(), names(&first)[0].as_str()), (60, "picture-00.gif"));
    let next = editor.get(&first.link("Next")).await;
    assert_eq!(names(&next), ["picture-60.gif", "picture-61.gif", "picture-62.gif", "picture-63.gif", "picture-64.gif", "Zoning plan.pdf"]);
    assert_eq!(names(&editor.get(&next.link("Back")).await), names(&first));
    assert_eq!(names(&editor.get("/admin/media").await).first().map(String::as_str), Some("Zoning plan.pdf"));
    assert_eq!(names(&editor.get("/admin/media?order=largest").await)[0], "picture-64.gif");
    assert_eq!(names(&editor.get("/admin/media?kind=document&view=list").await), ["Zoning plan.pdf"]);
    for words in ["harbour", "plan%20zon", "%D9%85%D8%A7%D8%A1", "ur%20pl"] {
        assert_eq!(names(&editor.get(&format!("/admin/media?q={words}")).await), ["Zoning plan.pdf"], "{words}");
    }
    assert_eq!(names(&editor.get("/admin/media?q=picture&order=name").await).len(), 60);
    editor.get("/admin/media?q=nowhere").await.assert_shows("Nothing matches");
    for nonsense in
        ["folder=x", "folder=999", "kind=x", "order=x", "before=x", "before=1~x&order=largest", "q=%25%27%5C", "view=x", "q=+-*"]
    {
        editor.get(&format!("/admin/media?{nonsense}")).await.assert_status(200);
    }
    site.run_jobs();
}

#[actix_web::test]
async fn folders_are_made_renamed_moved_and_deleted_when_empty() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let make = async |name: &str, parent: &str| {
        let form = editor.get("/admin/media/folders/new").await.form("#folder").fill([("name", name), ("parent", parent)]);
        editor.submit(form).await
    };
    make("Covers", "1").await.assert_redirects_to("/admin/media?folder=2");
    make("Größe & Maß", "2").await.assert_redirects_to("/admin/media?folder=3");
    make("covers", "1").await.assert_status(422).assert_shows("There is a folder");
    make("", "1").await.assert_status(422).assert_shows("at most 80 characters");
    make("a/b", "99").await.assert_status(422).assert_shows("Leave out the slash");
    let file = site.given_file("a.gif", &gif(2));
    // Files are ticked and moved.
    let chosen = editor.get("/admin/media").await.form("#chosen").tick("id", &file.id.to_string());
    let asked = editor.get(&format!("/admin/media/move?{}", serde_html_form::to_string(&chosen.fields).unwrap())).await;
    let form = asked.form("#confirm");
    editor.submit(form.clone().fill([("folder", "99")])).await.assert_status(422).assert_shows("That folder is gone");
    editor.submit(form.fill([("folder", "3")])).await.assert_redirects_to("/admin/media");
    assert_counted(&site);
    assert_eq!(names(&editor.get("/admin/media?folder=3").await), ["a.gif"]);
    editor.get("/admin/media?folder=2").await.assert_shows("Nothing in this folder");
    // A folder is renamed with what lies in it, and does not go into itself.
    let form = editor.get("/admin/media/folders/2").await.form("#folder");
    editor.submit(form.clone().fill([("parent", "3")])).await.assert_status(422).assert_shows("cannot lie in itself");
    editor.submit(form.fill([("name", "Titel 🌄")])).await.assert_redirects_to("/admin/media?folder=2");
    let paths: Vec<String> =
        file_folders::table.order(file_folders::id).select(file_folders::path).load(&mut site.database.conn()).unwrap();
    assert_eq!(paths, ["", "Titel 🌄", "Titel 🌄/Größe & Maß"]);
    editor.get("/admin/media/folders/3/deletion").await.assert_shows("There is something in it");
    let forged = crate::support::answer::Form::forged("/admin/media/folders/3/deletion", &[("token", &editor.token)]);
    editor.submit(forged).await.assert_status(409);
    site.write(|conn| changes::move_into(conn, &[file.id], Folder::root(), &Actor::default(), begin()));
    for id in [3, 2] {
        let form = editor.get(&format!("/admin/media/folders/{id}/deletion")).await.form("#deletion");
        editor.submit(form).await.assert_redirects_to("/admin/media");
    }
    editor.get("/admin/media/folders/1").await.assert_status(404);
    assert_eq!(site.count("file_folders"), 1);
    assert_counted(&site);
    site.run_jobs();
}

#[actix_web::test]
async fn files_are_served_with_their_type_in_parts_and_not_twice() {
    let site = Site::start().await;
    let visitor = site.visitor();
    let film = [b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom\0\0\0\x08moov\0\0\x13\x90mdat".as_slice(), &[7; 5000]].concat();
    let film = site.given_file("film.mp4", &film);
    let ask = |headers: &[(&'static str, &str)], method: Method, address: &str| {
        let request =
            headers.iter().fold(TestRequest::default().method(method).uri(address), |request, header| request.insert_header(*header));
        visitor.send(request)
    };
    let whole = ask(&[("accept-encoding", "gzip")], Method::GET, &film.address).await;
    assert_eq!((whole.kind(), whole.header("accept-ranges"), whole.bytes.len() as i64), ("video/mp4", "bytes", film.bytes));
    assert_eq!(whole.header("cache-control"), "public, max-age=0, must-revalidate");
    let part = ask(&[("range", "bytes=4-7"), ("accept-encoding", "gzip")], Method::GET, &film.address).await;
    assert_eq!((part.status.as_u16(), part.body.as_str()), (206, "ftyp"));
    assert_eq!(part.header("content-range"), format!("bytes 4-7/{}", film.bytes));
    ask(&[("range", "bytes=999999-")], Method::GET, &film.address).await.assert_status(416);
    let tag = whole.header("etag").to_owned();
    let same = ask(&[("if-none-match", &tag)], Method::GET, &film.address).await;
    assert_eq!((same.status.as_u16(), same.bytes.len(), same.header("etag")), (304, 0, tag.as_str()));
    ask(&[("range", "bytes=0-3"), ("if-range", "\"other\"")], Method::GET, &film.address).await.assert_status(200);
    let head = ask(&[], Method::HEAD, &film.address).await;
    assert_eq!((head.status.as_u16(), head.kind()), (200, "video/mp4"));
    let lasting = visitor.get(&film.url()).await;
    assert_eq!(lasting.header("cache-control"), "public, max-age=31536000, immutable");
    let other = visitor.get(&format!("{}?v=00000000", film.address)).await;
    assert_eq!(other.header("cache-control"), "public, max-age=0, must-revalidate");
    let saved = visitor.get(&format!("{}?download", film.address)).await;
    assert!(saved.header("content-disposition").starts_with("attachment; filename=\"film.mp4\""));
    let drawing = site
        .given_file("a.svg", b"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"4\" height=\"4\"><rect width=\"4\" height=\"4\"/></svg>");
    let answer = visitor.get(&drawing.address).await;
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert!(answer.header("content-security-policy").contains("sandbox"), "{}", answer.header("content-security-policy"));
    let archive = site.given_file("Ä b.zip", b"PK\x05\x06\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0");
    assert!(visitor.get(&archive.address).await.header("content-disposition").contains("filename*=UTF-8''%C3%84%20b.zip"));
    site.run_jobs();
}

#[actix_web::test]
async fn the_sweep_takes_what_no_file_has_and_nothing_else() {
    let site = Site::start().await;
    let (state, folder) = (&site.state, site.folder.join("files"));
    let (one, other, gone) = (site.given_file("a.gif", &gif(2)), site.given_file("b.gif", &gif(2)), site.given_file("c.gif", &gif(3)));
    site.write(|conn| changes::delete(conn, one.id, false, &Actor::default(), begin()));
    site.write(|conn| changes::delete(conn, gone.id, false, &Actor::default(), begin()));
    state.storage.put("originals/ff/young", "x").unwrap();
    fs::create_dir_all(&state.uploads_dir).unwrap();
    fs::write(folder.join("originals/half#1"), "half").unwrap();
    fs::write(state.uploads_dir.join("half"), "half").unwrap();
    let old = SystemTime::now() - std::time::Duration::from_secs(2 * 3600);
    for path in
        [folder.join(&other.storage_key), folder.join(&gone.storage_key), folder.join("originals/half#1"), state.uploads_dir.join("half")]
    {
        fs::File::options().write(true).open(path).and_then(|file| file.set_modified(old)).unwrap();
    }
    let swept = || sweep::sweep(&state.db, &state.storage, &state.uploads_dir, Utc::now().naive_utc()).unwrap();
    assert_eq!(swept(), sweep::Swept { halves: 2, orphans: 1, missing: 0 });
    let there = |key: &str| state.storage.size(key).unwrap().is_some();
    assert_eq!([there(&other.storage_key), there(&gone.storage_key), there("originals/ff/young")], [true, false, true]);
    assert_eq!(swept(), sweep::Swept::default());
    // A row without bytes is told, until they are there again.
    state.storage.delete(&other.storage_key).unwrap();
    assert_eq!(swept().missing, 1);
    let editor = site.signed_in(Role::Editor);
    editor.get("/admin/media").await.assert_shows("The bytes of one file are not in the store any more");
    site.visitor().get(&other.address).await.assert_status(404);
    state.storage.put(&other.storage_key, gif(2)).unwrap();
    assert_eq!(swept().missing, 0);
    editor.get("/admin/media").await.assert_lacks("not in the store any more");
    site.run_jobs();
}

#[actix_web::test]
async fn an_upload_needs_the_token_and_people_who_may() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let form = author.get("/admin/media/new").await.form("#upload").without("token");
    author.submit_files(form.clone(), "files", &[("a.gif", &gif(2))]).await.assert_status(403);
    let contributor = site.signed_in(Role::Contributor);
    contributor.submit_files(form.clone(), "files", &[("a.gif", &gif(2))]).await.assert_status(403);
    site.visitor().submit_files(form, "files", &[("a.gif", &gif(2))]).await.assert_status(401);
    assert_eq!(site.count("files"), 0);
}

#[actix_web::test]
async fn the_editor_leads_to_the_library() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    let file = site.given_file("a.gif", &gif(2));
    let editor = author.get("/admin/entries/new?kind=post").await;
    assert_eq!(editor.link("Choose from the library"), "/admin/media/picker?kind=picture");
    let picker = author.get(&editor.link("Insert a file")).await;
    let page = author.get(&picker.link("a.gif").replace("#show", "")).await;
    assert_eq!(page.attributes("#markdown", "value"), [format!("![]({})", file.address)]);
    let _: FolderId = Folder::root();
}
