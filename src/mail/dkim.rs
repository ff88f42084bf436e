//! Signatures of the domain (DKIM, RFC 6376): who receives a letter can tell that the domain of its sender has let it go out.
//!
//! RSA with 2,048 bits: that is what every receiver knows (RFC 8301; of Ed25519, RFC 8463, many know nothing). The key is made here
//! and never shown; what it leaves is one record to publish.

use crate::error::AnyResult;
use lettre::message::{
    dkim::{DkimCanonicalization, DkimCanonicalizationType, DkimConfig, DkimSigningAlgorithm, DkimSigningKey},
    header::HeaderName,
};
use rsa::{
    RsaPrivateKey,
    pkcs1::{EncodeRsaPrivateKey, LineEnding},
    pkcs8::EncodePublicKey,
    rand_core::OsRng,
};

/// Bits of a key.
const BITS: usize = 2048;

/// The headers that are signed, where a letter has them; another cannot be added to those that it has not. RFC 8058 asks for those about
/// unsubscribing. Not Content-Type: lettre keeps it apart from the others and would sign as if there were none.
const SIGNED: [&str; 9] =
    ["From", "To", "Reply-To", "Subject", "Date", "Message-ID", "MIME-Version", "List-Unsubscribe", "List-Unsubscribe-Post"];

/// A new key: the private half as PEM (PKCS #1), the public one as the DNS has it. Takes up to some seconds of a processor.
pub fn generate() -> AnyResult<(String, String)> {
    let key = RsaPrivateKey::new(&mut OsRng, BITS)?;
    let private = key.to_pkcs1_pem(LineEnding::LF)?.to_string();
    let public = key.to_public_key().to_public_key_pem(LineEnding::LF)?;
    let public: String = public.lines().filter(|line| !line.starts_with("-----")).collect();
    Ok((private, public))
}

/// What signs letters of this domain.
pub fn config(domain: &str, selector: &str, private: &str) -> AnyResult<DkimConfig> {
    let key = DkimSigningKey::new(private, DkimSigningAlgorithm::Rsa)?;
    let relaxed = DkimCanonicalizationType::Relaxed;
    let how = DkimCanonicalization { header: relaxed, body: relaxed };
    let headers = SIGNED.into_iter().map(HeaderName::new_from_ascii_str).collect();
    Ok(DkimConfig::new(selector.to_owned(), domain.to_owned(), key, headers, how))
}

/// Where the DNS has the key.
pub fn record_name(domain: &str, selector: &str) -> String {
    format!("{selector}._domainkey.{domain}")
}

/// What stands there, as a TXT record.
pub fn record(public: &str) -> String {
    format!("v=DKIM1; k=rsa; p={public}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_signs_and_its_record_fits_the_dns() {
        let (private, public) = generate().expect("a key");
        assert!(private.starts_with("-----BEGIN RSA PRIVATE KEY-----") && public.starts_with("MIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A"));
        assert!(config("example.org", "mainstay", &private).is_ok());
        assert_eq!(record_name("example.org", "a"), "a._domainkey.example.org");
        assert!(record(&public).len() < 500);
    }
}
