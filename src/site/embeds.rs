//! Whether links that stand alone become cards, and whose: kept among the settings, done in the room `content`.

/// Which providers are asked about links (oEmbed). Visitors' browsers ask none of them, so that they are on until somebody wants none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Embeds {
    /// Whether any is asked.
    pub on: bool,
    /// Keys of those that the program knows and that are not asked, from A to Z.
    pub without: Vec<String>,
}

impl Default for Embeds {
    fn default() -> Self {
        Embeds { on: true, without: Vec::new() }
    }
}

impl Embeds {
    /// As names and values.
    pub fn pairs(&self) -> [(&'static str, String); 2] {
        [("embeds.on", self.on.to_string()), ("embeds.without", self.without.join(" "))]
    }

    /// Takes over a setting, if it is one of these.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "embeds.on" => self.on = value == "true",
            "embeds.without" => self.without = value.split_whitespace().map(str::to_owned).collect(),
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Embeds;

    #[test]
    fn what_is_stored_is_read_again() {
        let (chosen, mut read) = (Embeds { on: false, without: vec!["flickr".to_owned(), "vimeo".to_owned()] }, Embeds::default());
        assert!(chosen.pairs().iter().all(|(name, value)| read.set(name, value)));
        assert_eq!(read, chosen);
        assert!(!read.set("reach.hub", "x"));
    }
}
