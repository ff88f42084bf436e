//! The publish gate in the browser: it blocks, shows the passage, and opens once that is mended.

use super::{DESK, PHONE, Setting, add_editor, log_in, served::Served};
use crate::support::site::Site;
use mainstay::{
    content::{
        gate,
        model::gate::{Level, Rule, save},
    },
    journal::Actor,
};

const TEXT: &str = "Ships are made fast before the tide turns.\n\nHow that is done is told [here](/posts).\n\nThe end.";

#[actix_web::test]
async fn with_scripts_a_finding_selects_its_passage_and_typing_mends_it() {
    for width in [DESK, PHONE] {
        held_and_let_out(&Setting { scripts: true, width }).await;
    }
}

#[actix_web::test]
async fn without_scripts_a_finding_names_the_line() {
    held_and_let_out(&Setting { scripts: false, width: PHONE }).await;
}

async fn held_and_let_out(setting: &Setting) {
    let site = Site::start().await;
    let served = Served::start(&site);
    add_editor(&site);
    block_silent_links(&site);
    let browser = setting.open("gate").await;
    log_in(&browser, &served).await;
    browser.fill("#title", "Making fast").await;
    browser.fill("#body", TEXT).await;
    browser.press("Publish").await;
    browser.shows("One thing to put right").await;
    assert_eq!(browser.value("#body").await.trim_end(), TEXT);
    browser.shot("held-back").await;
    browser.follow("“here” does not say where the link leads.").await;
    assert!(browser.fragment().await.ends_with("#gate-01"));
    browser.shot("the-finding").await;
    browser.follow("Line 3").await;
    if setting.scripts {
        assert_eq!(browser.selected().await, "[here](/posts)");
        browser.shot("the-passage").await;
        browser.type_into("#body", "[in the list of articles](/posts)").await;
        assert_eq!(browser.value("#body").await, TEXT.replace("[here]", "[in the list of articles]"));
    } else {
        assert!(browser.fragment().await.ends_with("#body"));
        browser.fill("#body", &TEXT.replace("[here]", "[in the list of articles]")).await;
    }
    browser.press("Publish").await;
    browser.shows("Published. Visitors see it now.").await;
    browser.shot("let-out").await;
    assert!(served.site_shows("/posts/making-fast", "in the list of articles"));
    browser.close();
    site.run_jobs();
}

fn block_silent_links(site: &Site) {
    let now = site.state.clock.now();
    site.write(|conn| {
        let rules = gate::rules(conn)?.into_iter();
        let rules: Vec<Rule> =
            rules.map(|rule| if rule.check == "link_words" { Rule { level: Level::Block, ..rule } } else { rule }).collect();
        Ok(save(conn, &rules, &Actor::default(), now)?)
    });
}
