//! Programs told from people: by what they call themselves, and by how they fill in forms ([`forms`]).
//!
//! Names: a short list of words, since nearly all programs that mean well have one of them in their name, and those that do not cannot
//! be told by it anyway. Of the 1,588 agents in crawler-user-agents (monperrus, MIT) it does not know 34.

pub mod forms;

pub use forms::{A_MINUTE, DRAWN, Forms, TRAP, is_too_soon, network};

/// Words in small letters that a browser of a person does not have in its name.
const WORDS: &[&str] = &[
    "bot",
    "crawl",
    "spider",
    "slurp",
    "scan",
    "fetch",
    "archiv",
    "monitor",
    "check",
    "preview",
    "validator",
    "headless",
    "phantom",
    "curl",
    "wget",
    "python",
    "java/",
    "go-http",
    "okhttp",
    "libwww",
    "httpclient",
    "http-client",
    "axios",
    "node-fetch",
    "undici",
    "ruby",
    "perl",
    "php",
    "guzzle",
    "facebookexternalhit",
    "mediapartners",
    "google-",
    "feed",
    "rss",
    "lighthouse",
    "pingdom",
    "uptime",
    "probe",
    "search",
    "index",
    "http://",
    "https://",
    "@",
    "httrack",
    "grab",
    "scrap",
    "playwright",
    "selenium",
    "synthetic",
    "favicon",
    "ptst/",
    "-agent",
];

/// Whether whoever calls itself so is a program. Nobody without a name is a person.
pub fn is_bot(agent: &str) -> bool {
    let agent = agent.to_ascii_lowercase();
    !agent.starts_with("mozilla/") && !agent.starts_with("opera/") || WORDS.iter().any(|word| agent.contains(word))
}

#[cfg(test)]
mod tests {
    use super::is_bot;

    #[test]
    fn programs_are_told_from_people() {
        for agent in [
            "",
            "curl/8.5.0",
            "python-requests/2.32",
            "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
            "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) HeadlessChrome/130.0.0.0 Safari/537.36",
            "facebookexternalhit/1.1",
        ] {
            assert!(is_bot(agent), "{agent}");
        }
        for agent in [
            "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:132.0) Gecko/20100101 Firefox/132.0",
            "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Safari/605.1.15",
            "Mozilla/5.0 (Linux; Android 10; K) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36",
            "Opera/9.80 (Windows NT 6.1) Presto/2.12.388 Version/12.18",
        ] {
            assert!(!is_bot(agent), "{agent}");
        }
    }
}
