//! Changes in words.

/// What happened, as the rest of a sentence that begins with a name: `published “Title”`.
pub(super) fn deed(kind: &str, label: &str) -> String {
    let (noun, verb) = kind.split_once('.').unwrap_or((kind, "changed"));
    let verb = verb.replace('_', " ");
    match (noun, label) {
        ("account", name) => match verb.as_str() {
            "signed in" => "logged in".to_owned(),
            "signed out" => "logged out".to_owned(),
            "sign in failed" => format!("failed to log in as {name}"),
            "role changed" => format!("changed the role of {name}"),
            "limited" => format!("limited {name} to branches of the page tree"),
            "unlimited" => format!("let {name} write everywhere again"),
            _ => format!("{verb} {name}").trim_end().to_owned(), // a person needs no noun
        },
        ("entry", title) if verb == "expiry set" => format!("set when “{title}” comes off the site"),
        ("entry", title) if verb == "expiry dropped" => format!("dropped the time at which “{title}” comes off the site"),
        ("entry", title) if verb == "schedule dropped" => format!("dropped the time at which “{title}” goes live"),
        ("entry", title) if verb == "relinked" => format!("rewrote links in “{title}”"),
        ("comment", who) if verb == "received" => format!("took in a comment by {who}"),
        ("comment", who) => format!("{verb} a comment by {who}"),
        ("comments", title) if verb == "switched" => format!("opened or closed the comments on “{title}”"),
        ("entry", title) if verb == "put into series" => format!("put “{title}” into a series"),
        ("entry", title) if verb == "taken out of series" => format!("took “{title}” out of its series"),
        ("entry", title) if verb == "language set" => format!("said in which language “{title}” is"),
        ("entry", title) if verb == "links chosen" => format!("chose links for “{title}”"),
        ("entries", _) if verb == "related" => "looked for posts that belong together".to_owned(),
        ("csp_reports", _) => "forgot what browsers had refused".to_owned(),
        ("signing_key", "") => "let letters go out unsigned".to_owned(),
        ("signing_key", name) => format!("{verb} the key “{name}” for letters"),
        ("spam_filter", _) => "made the spam filter forget what it had learnt".to_owned(),
        ("embeds", _) => "changed who is asked about links".to_owned(),
        ("embed_provider", name) => format!("{verb} the provider “{name}” of embeds"),
        ("webmention", _) => "changed whether mentions are taken and sent".to_owned(),
        ("lost_rules", _) => "changed what is not counted as not found".to_owned(),
        ("entry", title) if !title.is_empty() => format!("{verb} “{title}”"),
        ("note", title) if verb == "left by guest" => format!("took a guest's note on “{title}”"),
        ("note", title) => format!("{verb} a note on “{title}”"),
        ("share_link", title) if verb == "viewed" => format!("showed “{title}” to somebody with a share link"),
        ("share_link", title) => format!("{verb} a share link to “{title}”"),
        (_, "") => format!("{verb} the {noun}"),
        (_, name) => format!("{verb} the {noun} “{name}”"),
    }
}

#[cfg(test)]
mod tests {
    use super::deed;

    #[test]
    fn a_deed_reads_on_after_a_name() {
        assert_eq!(deed("entry.published", "Hello"), "published “Hello”");
        assert_eq!(deed("tag.renamed", "Rust"), "renamed the tag “Rust”");
        assert_eq!(deed("settings.changed", ""), "changed the settings");
        assert_eq!(deed("account.signed_in", ""), "logged in");
        assert_eq!(deed("account.sign_in_failed", "ad…@example.org"), "failed to log in as ad…@example.org");
        assert_eq!(deed("account.invited", "Ada"), "invited Ada");
        assert_eq!(deed("account.role_changed", "Ada"), "changed the role of Ada");
    }
}
