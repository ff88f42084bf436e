//! What meets every request, whoever sends it: headers, names, proxies, bounds, and the reports of browsers.

use crate::support::{
    answer::Form,
    site::{BASE, Site, a_post},
};
use actix_web::{http::Method, test::TestRequest};
use chrono::TimeDelta;
use mainstay::{
    app::State,
    jobs::Job,
    security::jobs::Sweep,
    web::{entrance::Entrance, headers::CONTENT_SECURITY_POLICY_BY_HTTPS, person::Role},
};

/// The headers of every answer, and what each says on a site at https.
const ALWAYS: &[(&str, &str)] = &[
    ("content-security-policy", CONTENT_SECURITY_POLICY_BY_HTTPS),
    ("reporting-endpoints", "csp=\"/csp-reports\""),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-frame-options", "DENY"),
    ("referrer-policy", "strict-origin-when-cross-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
];

#[actix_web::test]
async fn every_answer_has_the_same_headers_wherever_it_comes_from() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let (visitor, editor) = (site.visitor(), site.signed_in(Role::Editor));
    let mut answers = Vec::new();
    for path in ["/", "/", "/posts/hello", "/nowhere", "/login", "/admin", "/healthz/live", "/static/css/mainstay.css", "/admin/entries/x"]
    {
        answers.push((format!("{path} by a visitor"), visitor.get(path).await));
        answers.push((format!("{path} by an editor"), editor.get(path).await));
    }
    answers.push(("another host".to_owned(), visitor.send_to("evil.example", TestRequest::get().uri("/")).await));
    answers.push(("another site's form".to_owned(), visitor.send(TestRequest::post().uri("/login")).await));
    answers.push(("no such method".to_owned(), visitor.send(TestRequest::default().method(Method::DELETE).uri("/")).await));
    for (what, answer) in answers {
        for (name, value) in ALWAYS {
            assert_eq!(answer.header(*name), *value, "{name} of {what}");
        }
        assert!(answer.header("permissions-policy").contains("camera=()"), "{what}");
    }
    assert_eq!(visitor.get("/").await.header("x-cache"), "hit");
}

#[actix_web::test]
async fn nothing_that_a_signed_in_person_sees_is_kept() {
    let site = Site::start().await;
    site.given(a_post("Hello").published());
    let author = site.signed_in(Role::Author);
    for path in ["/", "/posts/hello", "/posts", "/search?q=hello", "/admin", "/admin/entries", "/admin/profile", "/nowhere"] {
        assert_eq!(author.get(path).await.header("cache-control"), "no-store", "{path}");
    }
}

#[actix_web::test]
async fn a_request_for_another_name_is_refused_and_leaves_nothing_in_the_cache() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for host in ["evil.example", "example.org.evil.example", "127.0.0.1"] {
        for path in ["/", "/login", "/nowhere", "/static/css/mainstay.css"] {
            let answer = visitor.send_to(host, TestRequest::get().uri(path)).await;
            answer.assert_status(421).assert_shows("No site is served here under this name.").assert_lacks(host);
            assert_eq!((answer.kind(), answer.header("cache-control")), ("text/plain; charset=utf-8", "no-store"));
        }
        visitor.send_to(host, TestRequest::post().uri("/login").insert_header(("Sec-Fetch-Site", "same-origin"))).await.assert_status(421);
    }
    assert_eq!(site.state.pages.figures().entries, 0, "no page was made");
    assert_eq!(visitor.get("/").await.header("x-cache"), "miss");
    for host in ["", "a b", "example.org:x", "user@example.org"] {
        visitor.send_to(host, TestRequest::get().uri("/")).await.assert_status(400).assert_lacks("@");
    }
    let twice = TestRequest::get().uri("/").append_header(("Host", "example.org"));
    visitor.send_to("example.org", twice).await.assert_status(200); // `send_to` sets it once
    let whole = TestRequest::get().uri("http://evil.example/");
    visitor.send_to("example.org", whole).await.assert_status(421);
    visitor.send_to("EXAMPLE.ORG:443", TestRequest::get().uri("/")).await.assert_status(200);
    visitor.send_to("10.0.0.7:8080", TestRequest::get().uri("/healthz/live")).await.assert_status(200);
}

#[actix_web::test]
async fn links_and_redirects_come_from_the_base_url_whatever_the_request_says() {
    let site = Site::start().await;
    let entrance = Entrance::parse(BASE, "*", "198.51.100.7", "x-forwarded", &mut |_, remedy| panic!("{remedy}"));
    let visitor = site.visitor_of(&State { entrance, ..site.state.clone() }).await;
    site.given(a_post("Hello").published());
    for (header, value) in [("X-Forwarded-Host", "evil.example"), ("X-Forwarded-Proto", "gopher"), ("X-Original-URL", "/admin")] {
        let answer = visitor.send_to("evil.example", TestRequest::get().uri("/posts/hello").insert_header((header, value))).await;
        answer.assert_status(200).assert_lacks("evil.example");
        let answer = visitor.send_to("evil.example", TestRequest::get().uri("/admin/entries").insert_header((header, value))).await;
        assert_eq!(answer.header("location"), "/login?next=/admin/entries");
    }
}

#[actix_web::test]
async fn nobody_is_led_to_another_site_after_logging_in() {
    let site = Site::start().await;
    let author = site.signed_in(Role::Author);
    for next in [
        "//evil.example",
        "/\\evil.example",
        "https://evil.example",
        "/%09/evil.example",
        "%2F%2Fevil.example",
        "/%0d%0aLocation:x",
        "\\evil",
    ] {
        let answer = author.get(&format!("/login?next={next}")).await;
        let to = answer.header("location");
        assert!(to.starts_with('/') && !to.starts_with("//") && !to.contains('\\') && !to.starts_with("/\t"), "{next} leads to {to}");
        assert!(answer.status.as_u16() == 303 && !to.starts_with("/evil"), "{next} leads to {to}");
    }
    // A path of many slashes is no other site either.
    for path in ["//evil.example", "//evil.example/", "/posts//evil.example/", "/%5Cevil.example/"] {
        let answer = site.visitor().get(path).await;
        assert!(!answer.header("location").starts_with("//"), "{path} leads to {}", answer.header("location"));
    }
}

#[actix_web::test]
async fn failed_log_ins_are_counted_by_the_client_not_by_the_proxy_and_not_by_what_he_says() {
    let site = Site::start().await;
    let entrance = Entrance::parse(BASE, "", "10.0.0.0/8", "x-forwarded", &mut |_, remedy| panic!("{remedy}"));
    let state = State { entrance, ..site.state.clone() };
    let tries = async |from: &str, list: String, number: usize| {
        let visitor = site.visitor_of(&state).await.at(from);
        let body = format!("email=nobody-{number}-{}@example.org&password=wrong-wrong-wrong", from.len());
        let request = TestRequest::post()
            .uri("/login")
            .insert_header(("Sec-Fetch-Site", "same-origin"))
            .insert_header(("Content-Type", "application/x-www-form-urlencoded"))
            .insert_header(("X-Forwarded-For", list));
        visitor.send(request.set_payload(body)).await.status.as_u16()
    };
    // Each time another made-up address: whoever comes through the proxy is the one that the proxy has seen.
    for number in 0..5 {
        assert_eq!(tries("10.0.0.1:1", format!("6.6.6.{number}, 203.0.113.9"), number).await, 422);
    }
    assert_eq!(tries("10.0.0.2:1", "6.6.6.9, 203.0.113.9".to_owned(), 5).await, 429, "by the client");
    assert_eq!(tries("10.0.0.1:1", "203.0.113.10".to_owned(), 6).await, 422, "somebody else behind the same proxy");
    // Who is no proxy of ours is not believed.
    for number in 10..15 {
        assert_eq!(tries("198.51.100.99:1", format!("7.7.7.{number}"), number).await, 422);
    }
    assert_eq!(tries("198.51.100.99:1", "7.7.7.99".to_owned(), 15).await, 429);
}

#[actix_web::test]
async fn addresses_headers_and_forms_have_bounds() {
    let site = Site::start().await;
    let visitor = site.visitor();
    visitor.get(&format!("/?q={}", "a".repeat(8000))).await.assert_status(414);
    visitor.get(&format!("/search?q={}", "a".repeat(7000))).await.assert_status(200);
    visitor.send(TestRequest::get().uri("/").insert_header(("X-Long", "a".repeat(33_000)))).await.assert_status(431);
    let author = site.signed_in(Role::Author);
    let fields: Vec<(String, String)> = (0..6000).map(|number| (format!("f{number}"), String::new())).collect();
    let fields: Vec<(&str, &str)> = fields.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    author.submit(Form::forged("/admin/profile", &fields)).await.assert_status(400).assert_shows("too many fields");
    let (kind, body) =
        ("multipart/form-data; boundary=cut", "--cut\r\nContent-Disposition: form-data; name=\"x\"\r\n\r\n\r\n".repeat(1100));
    let request =
        TestRequest::post().uri("/admin/media").insert_header(("Sec-Fetch-Site", "same-origin")).insert_header(("Content-Type", kind));
    author.send(request.set_payload(format!("{body}--cut--\r\n"))).await.assert_status(400).assert_shows("too much at once");
    let large = TestRequest::post().uri("/login").insert_header(("Sec-Fetch-Site", "same-origin"));
    let large = large.insert_header(("Content-Type", "application/x-www-form-urlencoded")).set_payload("a".repeat(70_000));
    visitor.send(large).await.assert_status(400).assert_shows("too large");
}

fn report(kind: &str, body: &str) -> TestRequest {
    TestRequest::post().uri("/csp-reports").insert_header(("Content-Type", kind)).set_payload(body.to_owned())
}

fn violation(page: &str, blocked: &str) -> String {
    serde_json::json!({"csp-report": {"document-uri": format!("{BASE}{page}"), "violated-directive": "script-src-elem", "blocked-uri": blocked}})
        .to_string()
}

#[actix_web::test]
async fn reports_of_browsers_are_taken_from_anybody_and_shown_grouped() {
    let site = Site::start().await;
    let (visitor, admin) = (site.visitor(), site.signed_in(Role::Admin));
    let write = async || site.state.reports.write(&site.state.db, site.state.clock.now()).await.unwrap();
    admin.get("/admin/security/reports").await.assert_status(200).assert_shows("Nothing was refused");
    for _ in 0..3 {
        visitor.send(report("application/csp-report", &violation("/posts/a?q=me", "https://evil.example/x.js"))).await.assert_status(204);
    }
    write().await;
    let again = serde_json::json!([{"type": "csp-violation", "body": {"documentURL": format!("{BASE}/posts/a"), "effectiveDirective": "script-src-elem", "blockedURL": "https://evil.example/y.js"}}]);
    visitor.send(report("application/reports+json; charset=utf-8", &again.to_string())).await.assert_status(204);
    write().await;
    write().await;
    assert_eq!(site.count("csp_reports"), 1);
    let list = admin.get("/admin/security/reports").await;
    list.assert_shows("https://evil.example</code>")
        .assert_shows("<td>4</td>")
        .assert_shows("/posts/a</td>")
        .assert_lacks("q=me")
        .assert_lacks("x.js");
    admin.get("/admin/security/reports?directive=img-src").await.assert_status(200).assert_lacks("evil.example");

    admin
        .submit(admin.get("/admin/security/reports/deletion").await.form("#deletion"))
        .await
        .assert_redirects_to("/admin/security/reports");
    assert_eq!(site.count("csp_reports"), 0);
    assert_eq!(site.count("journal WHERE kind = 'csp_reports.forgotten'"), 1);
}

#[actix_web::test]
async fn whoever_sends_made_up_reports_fills_nothing() {
    let site = Site::start().await;
    let visitor = site.visitor();
    for (kind, body, status) in [
        ("application/json", violation("/", "inline"), 403), // a script of another site can send no report
        ("text/plain", violation("/", "inline"), 403),
        ("application/csp-report", "[".repeat(60_000), 400),
        ("application/csp-report", "{}".to_owned(), 400),
        ("application/csp-report", violation("/", &"x".repeat(70_000)), 400),
        ("application/csp-report", violation(".evil.example/", "inline"), 204),
        ("application/csp-report", violation("/<script>alert(1)</script>", "<b>"), 204),
    ] {
        let cross = report(kind, &body).insert_header(("Sec-Fetch-Site", "cross-site"));
        assert_eq!(visitor.send(cross).await.status.as_u16(), status, "{kind} {}", &body[..body.len().min(80)]);
    }
    for number in 0..1500 {
        visitor.send(report("application/csp-report", &violation(&format!("/{number}"), "inline"))).await.assert_status(204);
        if number % 150 == 0 {
            site.state.reports.write(&site.state.db, site.state.clock.now()).await.unwrap();
        }
    }
    site.state.reports.write(&site.state.db, site.state.clock.now()).await.unwrap();
    assert_eq!(site.count("csp_reports"), 1000);
    assert!(!visitor.has_cookie());
    site.later(TimeDelta::days(31));
    site.write(|conn| Ok(Sweep.enqueue(conn, site.state.clock.now())?));
    site.run_jobs();
    assert_eq!(site.count("csp_reports"), 0);
}

#[actix_web::test]
async fn a_new_key_for_the_cookie_logs_nobody_out_on_any_node() {
    use mainstay::web::session_keys::{self, SessionKeys};
    let site = Site::start().await;
    let load = || std::sync::Arc::new(site.write(|conn| Ok(SessionKeys::load(conn, site.state.clock.now())?)));
    let node = |keys: std::sync::Arc<SessionKeys>| State { key: keys.sealing(site.state.clock.now()), keys, ..site.state.clone() };
    let first = node(load());
    let user = site.given_user(Role::Author);
    // Somebody who has logged in on a node that knows the first key only.
    let begun = site.session_on(&first, user).await;
    begun.get("/admin/profile").await.assert_status(200);

    site.later(TimeDelta::days(1));
    site.write(|conn| Ok(session_keys::rotate(conn, site.state.clock.now())?));
    first.keys.reload(&mut site.database.conn()).unwrap();
    begun.get("/admin/profile").await.assert_status(200);
    site.later(TimeDelta::minutes(10));
    begun.get("/admin/profile").await.assert_status(200); // now the cookie is sealed by the new key
    let sealed = begun.cookie().unwrap();

    // A node that was started since then; and the first one opens what that has sealed.
    let second = node(load());
    assert!(second.key != first.key);
    for state in [&second, &first] {
        let moved = site.visitor_of(state).await.with_cookie(sealed.clone());
        moved.get("/admin/profile").await.assert_status(200);
    }
    // With the first key alone it opens no more: it was sealed anew.
    let alone = State { keys: std::sync::Arc::new(SessionKeys::of(first.key.clone())), ..first.clone() };
    site.visitor_of(&alone).await.with_cookie(sealed).get("/admin/profile").await.assert_status(303);

    site.later(TimeDelta::days(40));
    site.write(|conn| Ok(session_keys::sweep(conn, site.state.clock.now())?));
    assert_eq!(site.count("secrets WHERE name LIKE 'session\\_key%'"), 1);
}

#[actix_web::test]
async fn the_security_centre_says_what_is_well_and_what_to_do() {
    let site = Site::start().await;
    let (visitor, admin) = (site.visitor(), site.signed_in(Role::Admin));
    let quiet = admin.get("/admin/security").await;
    quiet
        .assert_status(200)
        .assert_shows("There is no mail server")
        .assert_shows("Visitors come by https")
        .assert_shows("Nobody has mistyped a password");
    quiet.assert_shows("Backups are up to you").assert_shows("Browsers had nothing to refuse");

    for number in 0..7 {
        let typed = [("email", "ada@example.org"), ("password", &*format!("wrong-wrong-wrong-{number}"))];
        visitor.submit(Form::forged("/login", &typed)).await;
    }
    visitor.send(report("application/csp-report", &violation("/", "inline"))).await.assert_status(204);
    site.state.reports.write(&site.state.db, site.state.clock.now()).await.unwrap();
    site.state.entrance.seen.stranger.store(true, std::sync::atomic::Ordering::Relaxed);
    let busy = admin.get("/admin/security").await;
    busy.assert_shows("A proxy in front is not named")
        .assert_shows("Browsers refused 1 thing")
        .assert_shows("must wait before the next try");
    busy.assert_shows("failed log-ins in two weeks, most on 1 Dec: 5").assert_shows("1 thing is dangerous");
    assert_eq!(busy.link("Look at them: Browsers refused 1 thing"), "/admin/security/reports");
}
