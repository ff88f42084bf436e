//! Each check on real Markdown, right and wrong.

use super::{
    super::model::{
        address::{Former, Standing},
        entry::Kind,
        gate::{KeptFile, Level},
        revision::Draft,
    },
    Check, Fault, Known, Passage, Subject, catalogue, judge,
};
use std::{collections::HashSet, time::Instant};

/// A draft against which no check has anything.
fn good() -> Draft {
    Draft {
        title: "What a connection pool does".to_owned(),
        summary: "How long the row should be, which settings matter, and how to tell from outside that it is full.".to_owned(),
        body: "First words.\n\n## A section\n\nMore words with [the list of posts](/posts).\n".to_owned(),
        ..Draft::empty(1.into())
    }
}

fn written(body: &str) -> Draft {
    Draft { body: body.to_owned(), ..good() }
}

fn check(key: &str) -> &'static dyn Check {
    catalogue().find(|check| check.key() == key).unwrap_or_else(|| panic!("no check {key}"))
}

fn run(key: &str, subject: &Subject) -> Vec<Fault> {
    check(key).run(subject)
}

fn found(key: &str, draft: &Draft) -> Vec<Fault> {
    run(key, &Subject::of(Kind::Post, draft))
}

/// Line and quote of each fault in the body.
fn places(faults: &[Fault]) -> Vec<(usize, &str)> {
    let place = |fault| match fault {
        &Fault { passage: Passage::Body(ref place), .. } => Some((place.line, place.quote.as_str())),
        _ => None,
    };
    faults.iter().filter_map(place).collect()
}

fn field(faults: &[Fault]) -> Option<&'static str> {
    match faults {
        [Fault { passage: Passage::Field(name), .. }] => Some(name),
        _ => None,
    }
}

fn kept(address: &str, bytes: i64, size: (i32, i32)) -> (String, KeptFile) {
    let name = address.rsplit('/').next().unwrap_or("").to_owned();
    let content_type = if name.ends_with(".svg") { "image/svg+xml" } else { "image/jpeg" }.to_owned();
    let file = KeptFile {
        address: address.to_owned(),
        name,
        content_type,
        bytes,
        width: Some(size.0),
        height: Some(size.1),
        ..KeptFile::default()
    };
    (address.to_owned(), file)
}

fn knowing(draft: &Draft, known: Known) -> Subject {
    Subject { known, ..Subject::of(Kind::Post, draft) }
}

fn standing<const N: usize>(places: [(&str, Standing); N]) -> Known {
    Known { standing: places.into_iter().map(|(path, what)| (path.to_owned(), what)).collect(), ..Known::default() }
}

#[test]
fn a_snippet_that_is_called_for_is_there() {
    let draft = written("First {{ snippet: hours }}.\n\n{{ snippet: gone }} `{{ snippet: code }}`");
    let known = Known { snippets: [("hours".to_owned(), "From nine.".to_owned())].into(), ..Known::default() };
    assert_eq!(places(&run("unknown_snippets", &knowing(&draft, known))), [(3, "{{ snippet: gone }}")]);
}

#[test]
fn every_check_has_a_key_of_its_own_and_says_what_it_is_for() {
    let mut keys = HashSet::new();
    for check in catalogue() {
        assert!(keys.insert(check.key()), "{} twice", check.key());
        assert!(check.key().len() <= 64 && check.key().bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'_'));
        assert!(!check.name().ends_with('.') && check.explanation().ends_with('.') && !check.kinds().is_empty(), "{}", check.key());
    }
    assert!(keys.len() >= 14);
}

#[test]
fn nobody_has_anything_against_a_good_draft() {
    let subject = knowing(&good(), standing([("/posts", Standing::Program)]));
    let all: Vec<_> = catalogue().map(|check| (check, Level::Block)).collect();
    let report = judge(&subject, &all);
    assert_eq!(report.findings.iter().map(|it| it.fault.what.as_str()).collect::<Vec<_>>(), [""; 0]);
    assert_eq!((report.passed, report.blocks()), (all.len(), 0));
}

#[test]
fn what_blocks_comes_first_and_a_flood_is_cut() {
    let subject = Subject::of(Kind::Post, &written(&"[here](/posts)\n\n##\n\n".repeat(12)));
    let report = judge(&subject, &[(check("link_words"), Level::Warn), (check("empty_headings"), Level::Block)]);
    let told: Vec<&str> = report.findings.iter().map(|it| it.check.key()).collect();
    assert_eq!((told.len(), told[0], told[10], told[11]), (22, "empty_headings", "empty_headings", "link_words"));
    assert_eq!(report.findings[10].fault.what, "Empty headings: 2 more");
    assert_eq!((report.blocks(), report.blocking_checks()), (11, vec!["empty_headings"]));
    let refusal = report.refusal();
    let fields: Vec<&str> = refusal.fields().map(|(field, _)| field).collect();
    assert_eq!((refusal.count(), fields[0], fields[10]), (11, "gate-01", "gate-11"));
}

#[test]
fn a_title_is_neither_too_long_nor_too_short() {
    let titled = |title: &str, search: &str| Draft { title: title.to_owned(), meta_title: search.to_owned(), ..good() };
    let long = "long ".repeat(15);
    assert_eq!(found("title_length", &titled("A fine title", "")), []);
    let faults = found("title_length", &titled(long.trim(), ""));
    assert_eq!((field(&faults), faults[0].what.as_str()), (Some("title"), "The title has 74 letters"));
    assert_eq!(found("title_length", &titled(long.trim(), "A short one for search")), []);
    assert_eq!(field(&found("title_length", &titled("A fine title", long.trim()))), Some("meta_title"));
    assert_eq!(field(&found("title_length", &titled("News", ""))), Some("title"));
    assert_eq!(run("title_length", &Subject::of(Kind::Page, &titled("News", ""))), [], "a page may have a short name");
    assert_eq!(found("title_length", &titled("数据库连接池", "")), [], "each of these takes the room of two letters");
    assert_eq!(field(&found("title_length", &titled(&"数据库连接池".repeat(7), ""))), Some("title"));
}

#[test]
fn a_description_is_there_and_fits() {
    let told = |summary: &str, meta: &str| {
        let draft = Draft { summary: summary.to_owned(), meta_description: meta.to_owned(), ..good() };
        let faults = found("description_length", &draft);
        (field(&faults), faults.first().map(|fault| fault.what.clone()).unwrap_or_default())
    };
    let (fine, long) = ("words ".repeat(20), "words ".repeat(40));
    assert_eq!(told(&fine, "").0, None);
    assert_eq!(told(&long, &fine).0, None, "a long summary has a description beside it");
    assert_eq!(told("", ""), (Some("summary"), "There is neither a summary nor a description".to_owned()));
    assert_eq!(told("Short.", ""), (Some("summary"), "The summary has only 6 letters".to_owned()));
    assert_eq!(told(&fine, "Short."), (Some("meta_description"), "The description has only 6 letters".to_owned()));
    assert_eq!(told(long.trim(), ""), (Some("summary"), "The summary has 239 letters".to_owned()));
    assert_eq!(told(&fine, long.trim()).0, Some("meta_description"));
}

#[test]
fn headings_follow_each_other_without_a_gap() {
    let right = "## A\n\n### B\n\n#### C\n\n## D\n\n### E\n";
    assert_eq!(found("heading_order", &written(right)), []);
    let faults = found("heading_order", &written("### Too deep\n\n## Fine\n\n#### Jump\n\n# Like a title\n\n<h3>Raw</h3>\n"));
    assert_eq!(places(&faults), [(1, "### Too deep"), (5, "#### Jump"), (7, "# Like a title"), (9, "<h3>")]);
    assert_eq!(faults[1].what, "“Jump” is a heading of level 4 below one of level 2");
    assert!(faults[1].mend.starts_with("Begin the line with ###,"));
    assert!(faults[2].mend.contains("##."));
}

#[test]
fn a_heading_has_words() {
    assert_eq!(found("empty_headings", &written("## `code`\n\n## ![A plan](/files/a/plan.png)\n\n<h2><b>x</b></h2>\n")), []);
    let faults = found("empty_headings", &written("## A\n\n##\n\n### &nbsp;\n\n<h2> </h2>\n"));
    assert_eq!(places(&faults), [(3, "##"), (5, "### &nbsp;"), (7, "<h2>")]);
}

#[test]
fn a_picture_is_described() {
    let right = "![A cat](/files/a/cat.png)\n\n![](/files/a/b.png \"A dog\")\n\n<img src=\"/files/a/line.svg\" alt=\"\">\n";
    assert_eq!(found("picture_text", &written(right)), []);
    let faults = found("picture_text", &written("Text ![](/files/a/cat.png)\n\n<img src=\"/files/a/dog.png\">\n"));
    assert_eq!(places(&faults), [(1, "![](/files/a/cat.png)"), (3, "<img src=\"/files/a/dog.png\">")]);
    assert_eq!(faults[0].what, "cat.png has no description");
    let lead = |alt: &str| Draft { image_url: "/files/a/b.png".to_owned(), image_alt: alt.to_owned(), ..good() };
    assert_eq!(field(&found("picture_text", &lead(""))), Some("image_alt"));
    assert_eq!(found("picture_text", &lead("A harbour at dawn")), []);
}

#[test]
fn a_picture_of_another_site_is_told() {
    let faults = found("pictures_elsewhere", &written("![x](https://img.example/a.png)\n![y](/files/a/b.png)\n![z](//cdn.example/c)\n"));
    assert_eq!(places(&faults), [(1, "![x](https://img.example/a.png)"), (3, "![z](//cdn.example/c)")]);
    assert_eq!(faults[0].what, "A picture of img.example is shown as a link");
}

#[test]
fn large_pictures_are_told_by_bytes_and_by_pixels() {
    let body = "![a](/files/1/heavy.jpg)\n\n![b](/files/2/wide.jpg)\n\n![c](/files/3/fine.jpg)\n\n![d](/files/4/plan.svg)\n\n![a](/files/1/heavy.jpg)\n";
    let files = [
        kept("/files/1/heavy.jpg", 4_200_000, (1200, 800)),
        kept("/files/2/wide.jpg", 300_000, (6000, 400)),
        kept("/files/3/fine.jpg", 300_000, (1200, 800)),
        kept("/files/4/plan.svg", 3000, (9000, 9000)),
    ];
    let faults = run("large_pictures", &knowing(&written(body), Known { files: files.into(), ..Known::default() }));
    assert_eq!(places(&faults), [(1, "![a](/files/1/heavy.jpg)"), (3, "![b](/files/2/wide.jpg)")]);
    let told: Vec<&str> = faults.iter().map(|fault| fault.what.as_str()).collect();
    assert_eq!(told, ["heavy.jpg has 4.2 MB", "wide.jpg has 6000 × 400 pixels"]);
}

#[test]
fn a_page_is_weighed_with_each_of_its_pictures_once() {
    let body = "![a](/files/1/a.jpg)\n\n![b](/files/2/b.jpg)\n\n![a](/files/1/a.jpg)\n";
    let weighing = |bytes: i64| {
        let files = [kept("/files/1/a.jpg", bytes, (9, 9)), kept("/files/2/b.jpg", 900_000, (9, 9))];
        run("page_weight", &knowing(&written(body), Known { files: files.into(), ..Known::default() }))
    };
    assert_eq!(weighing(1_000_000), []);
    let faults = weighing(1_200_000);
    assert_eq!((faults.len(), &faults[0].passage), (1, &Passage::Whole));
    assert_eq!(faults[0].what, "The page has 2.1 MB");
    assert!(faults[0].mend.contains("2 pictures of 2.1 MB"), "{}", faults[0].mend);
    let words = run("page_weight", &Subject::of(Kind::Page, &written(&"word ".repeat(500_000))));
    assert_eq!(words.len(), 1, "text weighs too");
}

#[test]
fn the_words_of_a_link_say_where_it_leads() {
    let right = "[How pools work](/a), [https://example.org](https://example.org), [![A cat](/files/a/c.png)](/cats), [Go](/go)\n";
    assert_eq!(found("link_words", &written(right)), []);
    let wrong = "[Click here!](/a)\n[**hier**](/b)\n[en savoir plus …](/c)\n[こちら](/d)\n[](/e)\n<https://example.org/a/b>\n[>>](/f)\n<a href=\"/g\">weiter</a>\n";
    let lines: Vec<usize> = places(&found("link_words", &written(wrong))).into_iter().map(|(line, _)| line).collect();
    assert_eq!(lines, [1, 2, 3, 4, 5, 6, 7, 8]);
    // What becomes a card says more than its address.
    let film = "https://video.example/watch/1";
    let mut subject = Subject::of(Kind::Post, &written(&format!("Before.\n\n<{film}>\n\n{film}")));
    assert_eq!(run("link_words", &subject).len(), 2);
    subject.known.embeds = HashSet::from([film.to_owned()]);
    assert_eq!(run("link_words", &subject), []);
}

#[test]
fn a_link_leads_to_something() {
    let body = "[posts](/posts) [a](/posts/a?x=1#y) [old](/old/) [b](/posts/b)\n\n[lost](/posts/lost) [rel](lost.md)\n\n\
                ![p](/files/1/there.png) [q](/files/2/gone.pdf)\n\n[mail](mailto:a@b.example) [out](https://x.example/) [own](/posts/own) [in](#in)\n";
    let mut known = standing([
        ("/posts", Standing::Program),
        ("/posts/a", Standing::Live(2.into())),
        ("/posts/b", Standing::Draft { id: 3.into(), title: "B".to_owned() }),
    ]);
    known.former = [("/old".to_owned(), Former::Moved)].into();
    known.files = [kept("/files/1/there.png", 9, (9, 9))].into();
    let subject = Subject { path: "/posts/own".to_owned(), ..knowing(&written(body), known) };
    let faults = run("dead_links", &subject);
    assert_eq!(places(&faults), [(3, "[lost](/posts/lost)"), (3, "[rel](lost.md)"), (5, "[q](/files/2/gone.pdf)")]);
    assert_eq!(faults[0].what, "“lost” leads to /posts/lost, where there is no page");
    let lead = Draft { image_url: "/files/3/none.png".to_owned(), ..good() };
    let subject = knowing(&lead, standing([("/posts", Standing::Program)]));
    assert_eq!(field(&run("dead_links", &subject)), Some("image_url"));
}

#[test]
fn a_link_to_a_draft_or_into_the_trash_is_told_with_its_title() {
    let body = "[one](/posts/draft) [two](/posts/trashed) [three](/posts/live) [self](/posts/own)\n";
    let mut known = standing([
        ("/posts/draft", Standing::Draft { id: 3.into(), title: "Not yet".to_owned() }),
        ("/posts/live", Standing::Live(4.into())),
        ("/posts/own", Standing::Draft { id: 5.into(), title: "This".to_owned() }),
    ]);
    known.former = [("/posts/trashed".to_owned(), Former::Trashed("Gone".to_owned()))].into();
    let subject = Subject { own: Some(5.into()), ..knowing(&written(body), known) };
    let (drafts, trashed) = (run("draft_links", &subject), run("trashed_links", &subject));
    assert_eq!((places(&drafts), places(&trashed)), (vec![(1, "[one](/posts/draft)")], vec![(1, "[two](/posts/trashed)")]));
    assert_eq!(drafts[0].what, "“one” leads to “Not yet”, which is a draft");
    assert_eq!(trashed[0].what, "“two” leads to “Gone”, which lies in the trash");
    assert_eq!(run("dead_links", &subject), [], "each fault is told once");
}

#[test]
fn a_link_within_the_page_finds_its_section() {
    let body = "[a](#how-it-works) [b](#how-it-work) [c](#) [d](#top) [e](/posts/own#nope) [f](/posts/other#x) [g](#%C3%BCber) [h](#name)\n\n\
                ## How it works\n\n## Über\n\n## Name\n\nText[^1]. [i](#fn-1) [j](#by-hand)\n\n<p id=\"by-hand\">x</p>\n\n[^1]: Note.\n";
    let subject = Subject { path: "/posts/own".to_owned(), ..Subject::of(Kind::Post, &written(body)) };
    let faults = run("broken_fragments", &subject);
    assert_eq!(places(&faults), [(1, "[b](#how-it-work)"), (1, "[e](/posts/own#nope)")]);
    assert_eq!(faults[0].mend, "Perhaps #how-it-works is meant.");
    assert!(faults[1].mend.contains("small letters"));
}

#[test]
fn a_title_is_used_once() {
    let twin = Known { twin: Some(("/posts/other".to_owned(), "Same".to_owned())), ..Known::default() };
    let faults = run("duplicate_title", &knowing(&good(), twin));
    assert_eq!((field(&faults), faults[0].what.as_str()), (Some("title"), "Another entry is called “Same”"));
    assert!(faults[0].mend.starts_with("/posts/other has it too."));
    assert_eq!(run("duplicate_title", &knowing(&good(), Known::default())), []);
}

#[test]
fn whatever_is_written_no_check_stumbles() {
    let texts = [
        String::new(),
        "\u{feff}# \u{202e}שלום\u{0}👩‍🚀\n[".to_owned(),
        "[a](".repeat(5000),
        "![".repeat(5000),
        "> ".repeat(3000) + "[x](y)",
        "<a href=\"".repeat(3000),
        "<h2>".repeat(3000),
        "# ".to_owned() + &"é".repeat(100_000),
        "[a]: /b\n".repeat(3000) + &"[a] ".repeat(3000),
        (0..200).map(|part| format!("## {part} {}\n\n", "long ".repeat(19))).collect::<String>()
            + &format!("[x](#{})\n", "gone-".repeat(20)).repeat(2000),
        "|a|b|\n|-|-|\n".to_owned() + &"| [c\\|d](/e \"f\") | ![](g) |\n".repeat(500),
    ];
    for text in texts {
        let draft = Draft { title: text.chars().take(300).collect(), summary: text.clone(), ..written(&text) };
        let subject = Subject::of(Kind::Post, &draft);
        let begun = Instant::now();
        for check in catalogue() {
            for fault in check.run(&subject) {
                assert!(fault.what.chars().count() <= 300 && !fault.mend.is_empty(), "{}: {}", check.key(), fault.what);
            }
        }
        assert!(begun.elapsed().as_secs() < 5, "{:?} for {:?}", begun.elapsed(), text.chars().take(20).collect::<String>());
    }
}
