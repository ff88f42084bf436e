//! The address of a store, as the operator writes it.

use crate::{error::AnyResult, settings::Secret};
use object_store::{ObjectStore, aws::AmazonS3Builder, path::Path, prefix::PrefixStore};
use std::{path::PathBuf, sync::Arc};

/// Where files lie.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// A folder of this machine.
    Folder(PathBuf),
    /// A bucket of an S3-compatible service.
    Bucket(Bucket),
}

/// A bucket of an S3-compatible service, and how to come in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    /// Its name.
    pub name: String,
    /// What all keys begin with; may be empty.
    pub prefix: String,
    /// The service, with http:// or https://; `None`: Amazon's for the region.
    pub endpoint: Option<String>,
    /// The region; services without any take every word.
    pub region: String,
    /// The name of the access key.
    pub key: String,
    /// Its secret.
    pub secret: Secret,
}

impl Bucket {
    /// Reads `s3://bucket/prefix?endpoint=https://host&region=name`; the sentence says what is wrong with it.
    pub fn parse(url: &str, key: String, secret: Secret) -> Result<Bucket, &'static str> {
        const SHAPE: &str = "Write it as s3://bucket/prefix?endpoint=https://host&region=name.";
        let rest = url.strip_prefix("s3://").ok_or(SHAPE)?;
        let (place, query) = rest.split_once('?').unwrap_or((rest, ""));
        let (name, prefix) = place.split_once('/').unwrap_or((place, ""));
        let plain = |text: &str| text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._/".contains(&byte));
        if name.is_empty() || !plain(name) || !plain(prefix) {
            return Err(SHAPE);
        }
        let mut bucket = Bucket {
            name: name.to_owned(),
            prefix: prefix.trim_matches('/').to_owned(),
            endpoint: None,
            region: "us-east-1".to_owned(),
            key,
            secret,
        };
        let pairs: Vec<(String, String)> = serde_html_form::from_str(query).map_err(|_| SHAPE)?;
        for (name, value) in pairs {
            match name.as_str() {
                "endpoint" if value.starts_with("https://") || value.starts_with("http://") => bucket.endpoint = Some(value),
                "endpoint" => return Err("The endpoint begins with https:// or http://."),
                "region" if !value.is_empty() => bucket.region = value,
                _ => return Err("After the question mark only endpoint and region are known."),
            }
        }
        Ok(bucket)
    }

    /// Prepares the client; nothing is asked yet.
    pub(super) fn open(&self) -> AnyResult<Arc<dyn ObjectStore>> {
        // The HTTP client takes the process's provider; it is ring here, as everywhere in this program.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mut builder = AmazonS3Builder::new()
            .with_bucket_name(&self.name)
            .with_region(&self.region)
            .with_access_key_id(&self.key)
            .with_secret_access_key(self.secret.reveal());
        if let Some(endpoint) = &self.endpoint {
            builder = builder.with_endpoint(endpoint.trim_end_matches('/')).with_allow_http(endpoint.starts_with("http://"));
        }
        Ok(Arc::new(PrefixStore::new(builder.build()?, Path::parse(&self.prefix)?)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(url: &str) -> Result<Bucket, &'static str> {
        Bucket::parse(url, "key".to_owned(), Secret::from("secret".to_owned()))
    }

    #[test]
    fn a_bucket_is_read_from_its_address() {
        let bucket = parse("s3://site-files/a/b/?endpoint=https://s3.example:9000&region=eu-1").expect("well formed");
        assert_eq!((bucket.name.as_str(), bucket.prefix.as_str(), bucket.region.as_str()), ("site-files", "a/b", "eu-1"));
        assert_eq!(bucket.endpoint.as_deref(), Some("https://s3.example:9000"));
        assert_eq!(parse("s3://files").map(|bucket| (bucket.prefix, bucket.endpoint)), Ok((String::new(), None)));
        assert!(!format!("{bucket:?}").contains("secret\""));
        for wrong in ["files", "s3://", "s3://a b", "s3://a?endpoint=host", "s3://a?colour=red", "https://a"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }
}
