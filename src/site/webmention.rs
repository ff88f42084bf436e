//! Whether other sites may tell us that they link here, and are told that we link there: kept among the settings, done in the room
//! `community`.

/// The two directions of webmentions (W3C Webmention, 2017). Off until somebody wants them: the one shows words of others, the other
/// asks servers of others.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Webmention {
    /// Posts say where mentions of them are taken, and they are.
    pub receive: bool,
    /// Sites that a live entry links to are told.
    pub send: bool,
}

impl Webmention {
    /// The name of the setting for sending.
    pub const SEND: &str = "webmention.send";

    /// As names and values.
    pub fn pairs(&self) -> [(&'static str, String); 2] {
        [("webmention.receive", self.receive.to_string()), (Self::SEND, self.send.to_string())]
    }

    /// Takes over a setting, if it is one of these.
    pub fn set(&mut self, name: &str, value: &str) -> bool {
        match name {
            "webmention.receive" => self.receive = value == "true",
            Self::SEND => self.send = value == "true",
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::Webmention;

    #[test]
    fn what_is_stored_is_read_again() {
        let (told, mut read) = (Webmention { receive: true, send: false }, Webmention { receive: false, send: true });
        assert!(told.pairs().iter().all(|(name, value)| read.set(name, value)));
        assert_eq!(read, told);
        assert!(!read.set("reach.hub", "x"));
    }
}
