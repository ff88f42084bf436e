//! Lists of redirects: looked at line by line before anything is made.

use crate::support::{
    answer::Answer,
    site::{Site, Visitor, a_page},
};
use actix_web::test::TestRequest;
use mainstay::{
    content::model::redirect::{Origin, Redirect},
    web::person::Role,
};

const IMPORTS: &str = "/admin/redirects/imports";

/// Sends a list as a browser sends a file.
async fn send(who: &Visitor, token: &str, list: &[u8]) -> Answer {
    let mut body = format!("--x\r\nContent-Disposition: form-data; name=\"token\"\r\n\r\n{token}\r\n--x\r\nContent-Disposition: form-data; name=\"file\"; filename=\"C:\\\\old \u{1f980}.csv\"\r\nContent-Type: text/csv\r\n\r\n").into_bytes();
    body.extend_from_slice(list);
    body.extend_from_slice(b"\r\n--x--\r\n");
    let request = TestRequest::post()
        .uri(IMPORTS)
        .insert_header(("Sec-Fetch-Site", "same-origin"))
        .insert_header(("Content-Type", "multipart/form-data; boundary=x"))
        .set_payload(body);
    who.send(request).await
}

async fn page_of(who: &Visitor, list: &[u8]) -> (String, Answer) {
    let sent = send(who, &who.token, list).await;
    sent.assert_status(303);
    let address = sent.header("location").to_owned();
    let page = who.get(&address).await;
    (address, page)
}

fn leads(site: &Site, from: &str) -> Option<String> {
    Redirect::from(&mut site.database.conn(), from)
        .unwrap()
        .map(|found| found.to_path.unwrap_or_else(|| format!("entry {}", found.target_entry_id.unwrap())))
}

#[actix_web::test]
async fn each_line_is_told_what_becomes_of_it_before_anything_is_made() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let page = site.given(a_page("Page").published());
    let made = editor.get("/admin/redirects/new").await.form("#redirect");
    for (from, to) in [("/there", "/page"), ("/other", "/page"), ("/leads", "/on")] {
        editor.submit(made.clone().fill([("from", from), ("to", to)])).await.assert_status(303);
    }
    let list = "Old URL;New URL;Type;Status Code\n\
        /a;/page;;\n\
        https://before.example/b/;https://example.org/page/;exact;302\n\
        /old;/new;prefix;301\n\
        /there;/page;;301\n\
        /other;/elsewhere;;\n\
        /page;/x;;\n\
        /c;/leads;;\n\
        /d;/e;;\n\
        /e;/a;;\n\
        /f;/g;;\n\
        /g;/f;;\n\
        /twice;/1;;\n\
        /twice;/2;;\n\
        /gone;;;410\n\
        ;/x;;\n\
        /z;;;\n\
        /y;/x;;999\n\
        =SUM(A1);/page;;\n";
    let (address, page_of_list) = page_of(&editor, list.as_bytes()).await;
    page_of_list.assert_status(200).assert_shows("old \u{1f980}.csv").assert_lacks("C:");
    let (rows, names) = (page_of_list.texts("#lines tbody tr"), page_of_list.texts("#lines tbody th"));
    let told = |from: &str| {
        let place = names.iter().position(|name| name == from).unwrap_or_else(|| panic!("no line of {from} in {rows:#?}"));
        &rows[place]
    };
    for (from, words) in [
        ("/a", "/pageNew"),
        ("/b", "New"),
        ("/old/*", "New"),
        ("/there", "There already"),
        ("/other", "Now it leads to /page."),
        ("/page", "A live page stands at /page"),
        ("/c", "/leads only leads on to /on"),
        ("/d", "straight to /page"),
        ("/f", "go in a circle"),
        ("/g", "go in a circle"),
        ("/gone", "goneNew"),
        ("empty", "Type the old address"),
        ("/z", "Type where it leads"),
        ("/y", "The status “999” is not known"),
        ("/=SUM(A1)", "New"),
    ] {
        assert!(told(from).contains(words), "{from}: {}", told(from));
    }
    assert!(rows.iter().any(|row| row.starts_with("/twice") && row.contains("Line 14 has the same old address")));
    assert_eq!(site.count("redirects"), 3, "nothing is made yet");
    assert_eq!(editor.get(&format!("{address}?fate=refused")).await.texts("#lines tbody tr").len(), 7);

    let form = page_of_list.form("#begin");
    editor.submit(form.clone()).await.assert_redirects_to(&address);
    editor.submit(form).await.assert_redirects_to(&address); // pressed twice
    editor.get(&address).await.assert_shows("The redirects are made.").assert_lacks("id=\"begin\"");
    site.run_jobs();
    let entry = Some(format!("entry {page}"));
    assert_eq!(
        (leads(&site, "/a"), leads(&site, "/b"), leads(&site, "/d"), leads(&site, "/e")),
        (entry.clone(), entry.clone(), entry.clone(), entry)
    );
    assert_eq!(
        (leads(&site, "/c").as_deref(), leads(&site, "/other").as_deref(), leads(&site, "/twice").as_deref()),
        (Some("/on"), Some("/elsewhere"), Some("/2"))
    );
    let visitor = site.visitor();
    visitor.get("/old/x").await.assert_moved_to("/new/x");
    visitor.get("/gone").await.assert_status(410);
    assert_eq!(site.count("redirects WHERE origin = 'import'"), 10);
    assert_eq!(site.count("journal WHERE kind = 'redirects.imported'"), 1);
    assert_eq!(Redirect::from(&mut site.database.conn(), "/other").unwrap().unwrap().origin, Origin::Import);

    // What is exported can be sent back as it is.
    let exported = editor.get("/admin/redirects.csv").await;
    let (_, again) = page_of(&editor, &exported.bytes).await;
    let tabs = again.texts("nav[aria-label=Lines] li");
    assert_eq!(tabs, ["All lines 13", "There already 13"]);
}

#[actix_web::test]
async fn what_is_no_list_is_refused_and_what_was_typed_is_kept() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    send(&editor, &editor.token, b"").await.assert_status(422).assert_shows("This list has no lines.");
    let form = editor.get(IMPORTS).await.form("#import");
    let typed = editor.submit(form.clone().without("file").fill([("text", "from,to\n")])).await;
    typed.assert_status(422).assert_shows("This list has no lines.");
    assert_eq!(typed.form("#import").value("text"), "from,to");
    let sent = editor.submit(form.without("file").fill([("text", "/typed,/elsewhere")])).await;
    editor.get(sent.assert_status(303).header("location")).await.assert_shows("/typed");
    send(&editor, "0123456789012345678901234567890123456789012345678901234567890123", b"/a,/b").await.assert_status(403);
    let huge = vec![b'a'; 17 * 1024 * 1024];
    send(&editor, &editor.token, &huge).await.assert_status(400).assert_shows("too large");
    let binary: Vec<u8> = (0..20_000_u32).map(|number| (number * 7919 % 256) as u8).collect();
    let answer = send(&editor, &editor.token, &binary).await;
    assert!(matches!(answer.status.as_u16(), 303 | 422), "{}", answer.status);
    assert_eq!(site.count("redirects"), 0);
}

#[actix_web::test]
async fn a_long_list_goes_through_by_jobs() {
    let site = Site::start().await;
    let editor = site.signed_in(Role::Editor);
    let list: String = (0..3000).map(|number| format!("/old/{number},/new/{}\n", number % 7)).collect();
    let (address, page) = page_of(&editor, list.as_bytes()).await;
    page.assert_shows("of 3,000 lines looked at").assert_lacks("id=\"begin\"");
    site.run_jobs();
    let page = editor.get(&address).await;
    assert_eq!(page.texts("#lines tbody tr").len(), 50);
    let next = editor.get(&page.link("Next")).await;
    assert!(next.texts("#lines tbody th")[0] == "/old/50" && editor.get(&next.link("Back")).await.texts("#lines tbody th")[0] == "/old/0");
    editor.submit(page.form("#begin")).await.assert_redirects_to(&address);
    site.run_jobs();
    editor.get(&address).await.assert_shows("Made 3,000 redirects.");
    assert_eq!(site.count("redirects"), 3000);
    site.visitor().get("/old/2999").await.assert_moved_to("/new/3");
    site.later(chrono::TimeDelta::days(8));
    site.write(|conn| Ok(mainstay::content::model::redirect::import::sweep(conn, site.state.clock.now())?));
    assert_eq!(site.count("redirect_import_rows"), 0);
}
