//! Languages by their tags (BCP 47, that is RFC 5646): which are well-formed, how they are written, what they are called.

/// Languages with a name of their own here: tag, name in itself, and the territory that Open Graph is told where the tag has none
/// (CLDR's likely one).
const KNOWN: &[(&str, &str, &str)] = &[
    ("ar", "العربية", "AR"),
    ("bg", "Български", "BG"),
    ("bn", "বাংলা", "BD"),
    ("ca", "Català", "ES"),
    ("cs", "Čeština", "CZ"),
    ("cy", "Cymraeg", "GB"),
    ("da", "Dansk", "DK"),
    ("de", "Deutsch", "DE"),
    ("el", "Ελληνικά", "GR"),
    ("en", "English", "US"),
    ("eo", "Esperanto", "EO"),
    ("es", "Español", "ES"),
    ("et", "Eesti", "EE"),
    ("eu", "Euskara", "ES"),
    ("fa", "فارسی", "IR"),
    ("fi", "Suomi", "FI"),
    ("fr", "Français", "FR"),
    ("ga", "Gaeilge", "IE"),
    ("gl", "Galego", "ES"),
    ("he", "עברית", "IL"),
    ("hi", "हिन्दी", "IN"),
    ("hr", "Hrvatski", "HR"),
    ("hu", "Magyar", "HU"),
    ("hy", "Հայերեն", "AM"),
    ("id", "Bahasa Indonesia", "ID"),
    ("is", "Íslenska", "IS"),
    ("it", "Italiano", "IT"),
    ("ja", "日本語", "JP"),
    ("ka", "ქართული", "GE"),
    ("ko", "한국어", "KR"),
    ("lb", "Lëtzebuergesch", "LU"),
    ("lt", "Lietuvių", "LT"),
    ("lv", "Latviešu", "LV"),
    ("mk", "Македонски", "MK"),
    ("ms", "Bahasa Melayu", "MY"),
    ("nb", "Norsk bokmål", "NO"),
    ("nl", "Nederlands", "NL"),
    ("nn", "Norsk nynorsk", "NO"),
    ("no", "Norsk", "NO"),
    ("pl", "Polski", "PL"),
    ("pt", "Português", "PT"),
    ("pt-BR", "Português do Brasil", "BR"),
    ("ro", "Română", "RO"),
    ("ru", "Русский", "RU"),
    ("sk", "Slovenčina", "SK"),
    ("sl", "Slovenščina", "SI"),
    ("sq", "Shqip", "AL"),
    ("sr", "Српски", "RS"),
    ("sv", "Svenska", "SE"),
    ("sw", "Kiswahili", "KE"),
    ("ta", "தமிழ்", "IN"),
    ("th", "ไทย", "TH"),
    ("tr", "Türkçe", "TR"),
    ("uk", "Українська", "UA"),
    ("ur", "اردو", "PK"),
    ("vi", "Tiếng Việt", "VN"),
    ("zh", "中文", "CN"),
    ("zh-Hans", "简体中文", "CN"),
    ("zh-Hant", "繁體中文", "TW"),
];

/// The languages that are offered in forms: tag and name.
pub fn known() -> impl Iterator<Item = (&'static str, &'static str)> {
    KNOWN.iter().map(|(tag, name, _)| (*tag, *name))
}

/// The shape of a language tag (RFC 5646), not whether it is registered.
pub fn is_language(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().is_some_and(|part| (2..=3).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_lowercase()));
    primary && tag.len() <= 35 && parts.all(|part| (1..=8).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
}

/// A tag as RFC 5646, 2.1.1 recommends to write it: `PT_br` is `pt-BR`, `zh-HANT-tw` is `zh-Hant-TW`.
pub fn tidy(tag: &str) -> String {
    let written = |(place, part): (usize, &str)| match (place, part.len()) {
        (0, _) => part.to_ascii_lowercase(),
        (_, 2) => part.to_ascii_uppercase(),
        (_, 4) if part.bytes().all(|byte| byte.is_ascii_alphabetic()) => {
            let mut part = part.to_ascii_lowercase();
            part[..1].make_ascii_uppercase();
            part
        }
        _ => part.to_ascii_lowercase(),
    };
    tag.trim().split(['-', '_']).enumerate().map(written).collect::<Vec<_>>().join("-")
}

/// Whether a language is written from right to left, by its script where the tag names one.
pub fn is_rtl(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let primary = parts.next().unwrap_or("");
    match parts.find(|part| part.len() == 4 && part.bytes().all(|byte| byte.is_ascii_alphabetic())) {
        Some(script) => ["arab", "hebr", "thaa", "syrc", "nkoo", "adlm"].contains(&script.to_ascii_lowercase().as_str()),
        None => ["ar", "dv", "fa", "he", "ku", "ps", "sd", "ug", "ur", "yi"].contains(&primary),
    }
}

/// The direction of a language, for the attribute `dir`.
pub fn direction(tag: &str) -> &'static str {
    if is_rtl(tag) { "rtl" } else { "ltr" }
}

/// What a language is called in itself, with the rest of its tag where that is not part of the name: `Deutsch (CH)`; an unknown one is
/// its tag.
pub fn name(tag: &str) -> String {
    let mut known = tag;
    loop {
        if let Some((_, name, _)) = KNOWN.iter().find(|(one, ..)| *one == known) {
            let rest = tag[known.len()..].trim_start_matches('-');
            return if rest.is_empty() { (*name).to_owned() } else { format!("{name} ({rest})") };
        }
        match known.rsplit_once('-') {
            Some((shorter, _)) => known = shorter,
            None => return tag.to_owned(),
        }
    }
}

/// A language as Open Graph has it (`language_TERRITORY`); `None` where no territory is known.
pub fn open_graph(tag: &str) -> Option<String> {
    let primary = tag.split('-').next()?;
    let named = tag.split('-').skip(1).find(|part| part.len() == 2);
    let likely = || KNOWN.iter().find(|(one, ..)| *one == primary).map(|(.., territory)| *territory);
    Some(format!("{primary}_{}", named.or_else(likely)?.to_ascii_uppercase()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tags_are_written_as_the_standard_recommends() {
        for (typed, written) in [("DE", "de"), ("pt_br", "pt-BR"), (" zh-HANT-tw ", "zh-Hant-TW"), ("de-1996", "de-1996"), ("", "")] {
            assert_eq!(tidy(typed), written);
        }
        assert_eq!(tidy("ää-éééé"), "ää-éééé", "no panic, and no tag");
    }

    #[test]
    fn the_shape_of_a_tag_is_looked_at() {
        for good in ["en", "de-CH", "zh-Hant-TW", "gsw", "sl-rozaj-biske-1994"] {
            assert!(is_language(good), "{good}");
        }
        for bad in ["", "e", "English", "de-", "de--CH", "de_CH", "日本", "de-überlang"] {
            assert!(!is_language(bad), "{bad}");
        }
    }

    #[test]
    fn names_are_in_the_language_itself() {
        let names = ["de", "de-CH", "pt-BR", "zh-Hant-TW", "gsw", "gsw-CH"].map(name);
        assert_eq!(names, ["Deutsch", "Deutsch (CH)", "Português do Brasil", "繁體中文 (TW)", "gsw", "gsw-CH"]);
        assert!(known().all(|(tag, _)| is_language(tag) && tidy(tag) == tag));
    }

    #[test]
    fn the_script_says_more_than_the_language() {
        let rtl = ["ar", "he-IL", "az-Arab", "ar-Latn", "de", "ku-Latn-TR"].map(is_rtl);
        assert_eq!(rtl, [true, true, true, false, false, false]);
    }

    #[test]
    fn open_graph_is_told_a_territory_or_nothing() {
        let told = ["de", "de-AT", "zh-Hant-TW", "gsw", "gsw-CH"].map(open_graph);
        assert_eq!(told.map(|one| one.unwrap_or_default()), ["de_DE", "de_AT", "zh_TW", "", "gsw_CH"]);
    }
}
