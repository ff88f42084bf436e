//! TLS by rustls, for sites without a proxy in front: certificate and key are files, and read anew when they are renewed.

use crate::error::AnyResult;
use actix_web::rt;
use rustls::{
    ServerConfig,
    crypto::ring,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use std::{
    fs,
    path::PathBuf,
    sync::{Arc, RwLock},
    time::{Duration, SystemTime},
};

/// How often the files are looked at.
const LOOKED_AT_EACH: Duration = Duration::from_secs(30);

/// The files of a certificate.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Files {
    /// The chain as PEM, the site's own certificate first.
    pub certificate: PathBuf,
    /// Its private key as PEM.
    pub key: PathBuf,
}

/// The certificate in use.
#[derive(Debug)]
struct Current {
    files: Files,
    /// With the times of the files when it was read.
    pair: RwLock<(Arc<CertifiedKey>, [SystemTime; 2])>,
}

impl ResolvesServerCert for Current {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        Some(self.pair.read().expect("nothing panics while it holds the certificate").0.clone())
    }
}

/// What a server needs; HTTP/1.1 only, as we speak no other.
pub fn config(files: &Files) -> AnyResult<ServerConfig> {
    let current = Arc::new(Current { files: files.clone(), pair: RwLock::new(read(files)?) });
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()?
        .with_no_client_auth()
        .with_cert_resolver(current.clone());
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    rt::spawn(async move {
        loop {
            rt::time::sleep(LOOKED_AT_EACH).await;
            current.renew();
        }
    });
    Ok(config)
}

impl Current {
    /// Takes the files as they are now if they have changed; a pair that does not fit is left until it does.
    fn renew(&self) {
        let known = self.pair.read().expect("nothing panics while it holds the certificate").1;
        if times(&self.files).is_ok_and(|now| now != known) {
            match read(&self.files) {
                Ok(fresh) => {
                    *self.pair.write().expect("nothing panics while it holds the certificate") = fresh;
                    log::info!("took the new certificate in {}", self.files.certificate.display());
                }
                Err(error) => log::warn!("the new certificate is not taken yet: {error}"),
            }
        }
    }
}

fn times(files: &Files) -> std::io::Result<[SystemTime; 2]> {
    Ok([fs::metadata(&files.certificate)?.modified()?, fs::metadata(&files.key)?.modified()?])
}

fn read(files: &Files) -> AnyResult<(Arc<CertifiedKey>, [SystemTime; 2])> {
    let unreadable = |file: &PathBuf, error: String| format!("{} cannot be used: {error}. Name a PEM file.", file.display());
    let times = times(files).map_err(|error| unreadable(&files.certificate, error.to_string()))?;
    let chain = CertificateDer::pem_file_iter(&files.certificate)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|error| unreadable(&files.certificate, error.to_string()))?;
    let key = PrivateKeyDer::from_pem_file(&files.key).map_err(|error| unreadable(&files.key, error.to_string()))?;
    let pair = CertifiedKey::from_der(chain, key, &ring::default_provider())
        .map_err(|error| format!("{} and {} do not fit together: {error}", files.certificate.display(), files.key.display()))?;
    Ok((Arc::new(pair), times))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::path::Path;

    fn copy(name: &str, to: &Files) {
        let from = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/it/fixtures/tls");
        for (ending, to) in [("pem", &to.certificate), ("key", &to.key)] {
            fs::copy(from.join(format!("{name}.{ending}")), to).expect("copied");
            // A file system may tell times by the second.
            let later = SystemTime::now() + Duration::from_secs(u64::from(name == "second") * 5);
            fs::File::options().write(true).open(to).and_then(|file| file.set_modified(later)).expect("dated");
        }
    }

    #[test]
    fn a_renewed_certificate_is_taken_and_a_broken_one_is_not() {
        let folder = std::env::temp_dir().join(format!("mainstay-tls-{}", std::process::id()));
        fs::create_dir_all(&folder).expect("a folder");
        let files = Files { certificate: folder.join("site.pem"), key: folder.join("site.key") };
        copy("first", &files);
        let current = Current { files: files.clone(), pair: RwLock::new(read(&files).expect("a pair")) };
        let shown = || current.pair.read().expect("whole").0.cert[0].clone();
        let first = shown();
        current.renew();
        assert_eq!(shown(), first);
        fs::write(&files.certificate, "half a file").expect("written");
        current.renew();
        assert_eq!(shown(), first, "what cannot be read is not taken");
        copy("second", &files);
        current.renew();
        assert_ne!(shown(), first);
        fs::remove_dir_all(&folder).expect("removed");
    }
}
