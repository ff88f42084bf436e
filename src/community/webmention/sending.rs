//! Telling another site that a page of ours links to one of its pages (Webmention, 3.1.2 and 3.1.3).

use super::discovery;
use crate::web::outgoing::{Fault, Outgoing};

/// Bytes of a page that are read to find where its mentions are taken, and of an answer.
const MOST_OF_PAGE: usize = 1024 * 1024;
const MOST_OF_ANSWER: usize = 4096;

/// What became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The other site has taken it.
    Taken {
        /// Where it was sent.
        endpoint: String,
        /// What it answered.
        told: String,
    },
    /// The page does not say where mentions are taken, or is not asked.
    Deaf,
    /// The other site does not want it.
    Refused {
        /// Where it was sent.
        endpoint: String,
        /// What it answered.
        told: String,
    },
    /// Nobody answered, or the server could not.
    Silent {
        /// Why.
        told: String,
    },
}

impl Outcome {
    /// Where it was sent, or empty.
    pub fn endpoint(&self) -> &str {
        match self {
            Outcome::Taken { endpoint, .. } | Outcome::Refused { endpoint, .. } => endpoint,
            Outcome::Deaf | Outcome::Silent { .. } => "",
        }
    }

    /// What is shown beside it.
    pub fn told(&self) -> &str {
        match self {
            Outcome::Taken { told, .. } | Outcome::Refused { told, .. } | Outcome::Silent { told } => told,
            Outcome::Deaf => "The page does not say where it takes mentions.",
        }
    }
}

/// Finds out where mentions of the target are taken, and sends one. Blocks; for jobs.
pub fn send(outgoing: &Outgoing, source: &str, target: &str) -> Outcome {
    let page = match outgoing.page(target, MOST_OF_PAGE) {
        Ok(page) => page,
        Err(Fault::NotAsked | Fault::Private) => return Outcome::Deaf,
        Err(fault) => return silent(&fault),
    };
    if page.fetched.status >= 500 {
        return Outcome::Silent { told: format!("The server cannot show the page ({}).", page.fetched.status) };
    }
    let Some(endpoint) = discovery::endpoint(&page) else { return Outcome::Deaf };
    let form = serde_html_form::to_string([("source", source), ("target", target)]).unwrap_or_default();
    match outgoing.post_form(endpoint.as_str(), form, MOST_OF_ANSWER) {
        Ok(answer) => judged(endpoint.into(), answer.fetched.status, &answer.location),
        Err(Fault::NotAsked | Fault::Private) => Outcome::Deaf,
        Err(fault) => silent(&fault),
    }
}

fn silent(fault: &Fault) -> Outcome {
    Outcome::Silent { told: format!("It was not reached: {fault}.") }
}

fn judged(endpoint: String, status: u16, location: &str) -> Outcome {
    match status {
        201 if !location.is_empty() => Outcome::Taken { endpoint, told: format!("It answered 201, to be followed at {location}") },
        200..=299 => Outcome::Taken { endpoint, told: format!("It answered {status}.") },
        408 | 425 | 429 | 500..=599 => Outcome::Silent { told: format!("The server could not take it ({status}).") },
        status => Outcome::Refused { endpoint, told: format!("The server does not want it ({status}).") },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_are_told_apart() {
        let of = |status, location| judged("https://a.example/wm".to_owned(), status, location);
        assert!(matches!(of(202, ""), Outcome::Taken { .. }) && of(201, "/status/1").told().contains("/status/1"));
        assert!(matches!(of(400, ""), Outcome::Refused { .. }) && matches!(of(302, "/x"), Outcome::Refused { .. }));
        assert!(matches!(of(429, ""), Outcome::Silent { .. }) && matches!(of(503, ""), Outcome::Silent { .. }));
    }
}
