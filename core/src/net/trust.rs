//! The trusted roots: the system's (built-in ones if it has none) and the merchant's `conf/ca-bundle.crt`.
//!
//! | system | where its roots are |
//! | --- | --- |
//! | Linux, Alpine's included | the bundle of its package `ca-certificates`; the built-in ones without it |
//! | macOS, BSD | `/etc/ssl/cert.pem`; not what a keychain adds |
//! | Windows | the built-in ones: its store has a root only once some program has met it |
//!
//! The system's bundles are read by hand: rustls-native-certs obeys environment variables, which another user may have set.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::client::{Resumption, verify_server_cert_signed_by_trust_anchor, verify_server_name};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::server::ParsedCertificate;
use rustls::{
    CertificateError, ClientConfig, DigitallySignedStruct, RootCertStore, SignatureScheme,
    SupportedProtocolVersion,
};

use crate::error::{Code, Error, Remedy, Result};

/// The files in which systems keep their roots. Environment variables are ignored: another user may have set them.
///
/// None on Windows: there these are directories which anybody may make on the current drive.
#[cfg(windows)]
pub(super) const SYSTEM_BUNDLES: [&str; 0] = [];
#[cfg(not(windows))]
pub(super) const SYSTEM_BUNDLES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL, CentOS, Rocky
    "/etc/pki/tls/certs/ca-bundle.crt",   // older RHEL and CentOS
    "/etc/ssl/ca-bundle.pem",             // SUSE
    "/etc/ssl/cert.pem",                  // BSD, macOS
    "/usr/local/etc/ssl/cert.pem",        // FreeBSD
];

/// The merchant's own roots, below home_dir.
pub(super) const BUNDLE: &str = "conf/ca-bundle.crt";

/// The settings by which the server's certificate is verified.
pub(crate) struct Trust<'a> {
    pub(crate) home_dir: Option<&'a Path>,
    pub(crate) ca_bundle_only: bool,
    pub(crate) verify_cert: bool,
    pub(crate) verify_host: bool,
}

/// A configuration with these versions of TLS, and a log line if certificates of the merchant's bundle were skipped.
pub(crate) fn make(
    trust: &Trust<'_>,
    versions: &[&'static SupportedProtocolVersion],
) -> Result<(ClientConfig, Option<String>)> {
    let (roots, warning) = roots(trust, &SYSTEM_BUNDLES)?;
    let provider = Arc::new(ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider.clone())
        .with_protocol_versions(versions)
        .map_err(|error| Error::new(Code::SSL, error))?;
    let builder = if trust.verify_cert && trust.verify_host {
        builder.with_root_certificates(roots)
    } else {
        let (verify_cert, verify_host) = (trust.verify_cert, trust.verify_host);
        let lenient = LenientVerifier { roots, provider, verify_cert, verify_host };
        builder.dangerous().with_custom_certificate_verifier(Arc::new(lenient))
    };
    let mut config = builder.with_no_client_auth();
    config.resumption = Resumption::in_memory_sessions(8);
    Ok((config, warning))
}

fn roots(trust: &Trust<'_>, system: &[&str]) -> Result<(RootCertStore, Option<String>)> {
    let mut store = RootCertStore::empty();
    let mut skipped = Skipped::default();
    if let Some(home_dir) = trust.home_dir {
        skipped = add(&mut store, &home_dir.join(BUNDLE));
    }
    if trust.ca_bundle_only && trust.verify_cert && store.is_empty() {
        let detail = "ca_bundle_only is 1 and conf/ca-bundle.crt holds no valid certificate";
        return Err(Error::new(Code::SSL, detail));
    }
    if !trust.ca_bundle_only {
        let shop = store.len();
        for bundle in system {
            add(&mut store, Path::new(bundle));
        }
        if store.len() == shop {
            store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
        }
    }
    Ok((store, skipped.warning()))
}

/// The certificates found in a shop's `conf/ca-bundle.crt`.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Bundle {
    /// Its path, whether the file exists or not.
    pub path: PathBuf,
    /// How many certificates are trusted.
    pub usable: usize,
    /// How many cannot be read.
    pub damaged: usize,
    /// How many have expired and are skipped.
    pub expired: usize,
}

impl Bundle {
    /// Reads `conf/ca-bundle.crt` below `home_dir`.
    pub fn read(home_dir: &Path) -> Bundle {
        let path = home_dir.join(BUNDLE);
        let mut store = RootCertStore::empty();
        let Skipped { damaged, expired } = add(&mut store, &path);
        Bundle { path, usable: store.len(), damaged, expired }
    }
}

/// Whether a certificate in DER can be a trusted root: it is a CA's, can be read and has not expired by this machine's clock.
pub fn is_usable_root(certificate: &[u8]) -> bool {
    root_store_of(&CertificateDer::from(certificate)).is_some()
}

/// A root store of this certificate alone, if it is usable.
fn root_store_of(certificate: &CertificateDer<'_>) -> Option<RootCertStore> {
    let mut store = RootCertStore::empty();
    store.add(certificate.clone().into_owned()).ok()?;
    (!has_expired(certificate)).then_some(store)
}

/// A root that signed a server's chain.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Root {
    /// The bundle that contains it; `None` for a built-in root.
    pub file: Option<PathBuf>,
    /// In DER.
    pub certificate: Vec<u8>,
}

/// Finds the trusted root that signed a chain. The chain's first certificate is the server's.
pub(crate) fn root_of(trust: &Trust<'_>, chain: &[CertificateDer<'_>]) -> Option<Root> {
    let (server, intermediates) = chain.split_first()?;
    let server = ParsedCertificate::try_from(server).ok()?;
    let algorithms = ring::default_provider().signature_verification_algorithms;
    let now = UnixTime::now();
    let signed = |root: &CertificateDer<'_>| {
        root_store_of(root).is_some_and(|roots| {
            let all = algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&server, &roots, intermediates, now, all).is_ok()
        })
    };
    let system = SYSTEM_BUNDLES.iter().map(PathBuf::from).filter(|_| !trust.ca_bundle_only);
    let files = trust.home_dir.map(|home_dir| home_dir.join(BUNDLE)).into_iter().chain(system);
    let in_file = files.into_iter().find_map(|path| {
        let pem = std::fs::read(&path).ok()?;
        let root = CertificateDer::pem_slice_iter(&pem).flatten().find(|root| signed(root))?;
        Some(Root { file: Some(path), certificate: root.to_vec() })
    });
    in_file.or_else(|| {
        let mut built_in = webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().filter(|_| !trust.ca_bundle_only);
        let root = built_in.find(|root| signed(root))?;
        Some(Root { file: None, certificate: root.to_vec() })
    })
}

/// How many certificates of a bundle could not be used.
#[derive(Default)]
struct Skipped {
    damaged: usize,
    expired: usize,
}

impl Skipped {
    fn warning(&self) -> Option<String> {
        let Skipped { damaged, expired } = self;
        (damaged + expired > 0).then(|| {
            format!(
                "conf/ca-bundle.crt: {damaged} damaged and {expired} expired certificates are skipped; replace it with a current \
                 bundle. / 손상된 인증서 {damaged}개와 만료된 인증서 {expired}개를 건너뜁니다. 최신 파일로 바꾸십시오."
            )
        })
    }
}

/// Adds the usable certificates of a PEM file; a file that cannot be read has none.
fn add(store: &mut RootCertStore, path: &Path) -> Skipped {
    let mut skipped = Skipped::default();
    let pem = std::fs::read(path).unwrap_or_default();
    for item in CertificateDer::pem_slice_iter(&pem) {
        match item {
            Ok(certificate) if has_expired(&certificate) => skipped.expired += 1,
            Ok(certificate) => skipped.damaged += usize::from(store.add(certificate).is_err()),
            Err(_) => skipped.damaged += 1,
        }
    }
    skipped
}

/// Verifies the certificate as a server's, with no roots: rustls checks the dates before the issuer.
fn has_expired(certificate: &CertificateDer<'_>) -> bool {
    let algorithms = ring::default_provider().signature_verification_algorithms;
    let verified = ParsedCertificate::try_from(certificate).and_then(|parsed| {
        let no_roots = RootCertStore::empty();
        verify_server_cert_signed_by_trust_anchor(&parsed, &no_roots, &[], UnixTime::now(), algorithms.all)
    });
    use CertificateError::{Expired, ExpiredContext};
    matches!(verified, Err(rustls::Error::InvalidCertificate(Expired | ExpiredContext { .. })))
}

/// For `verify_cert = 0` or `verify_host = 0`: skips only the check that the merchant switched off.
#[derive(Debug)]
struct LenientVerifier {
    roots: RootCertStore,
    provider: Arc<CryptoProvider>,
    verify_cert: bool,
    verify_host: bool,
}

impl ServerCertVerifier for LenientVerifier {
    fn verify_server_cert(
        &self,
        certificate: &CertificateDer<'_>,
        intermediates: &[CertificateDer<'_>],
        name: &ServerName<'_>,
        _ocsp: &[u8],
        now: UnixTime,
    ) -> std::result::Result<ServerCertVerified, rustls::Error> {
        let parsed = ParsedCertificate::try_from(certificate)?;
        if self.verify_cert {
            let algorithms = self.provider.signature_verification_algorithms.all;
            verify_server_cert_signed_by_trust_anchor(&parsed, &self.roots, intermediates, now, algorithms)?;
        }
        if self.verify_host {
            verify_server_name(&parsed, name)?;
        }
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> std::result::Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.provider.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.provider.signature_verification_algorithms.supported_schemes()
    }
}

/// The remedy for a refused certificate, more specific than the code's.
pub(crate) fn remedy(error: &rustls::Error) -> Option<&'static Remedy> {
    use CertificateError as Refused;
    let rustls::Error::InvalidCertificate(refused) = error else {
        return None;
    };
    match refused {
        Refused::UnknownIssuer => Some(&UNKNOWN_ISSUER),
        Refused::Expired | Refused::ExpiredContext { .. } => Some(&EXPIRED),
        Refused::NotValidYet | Refused::NotValidYetContext { .. } => Some(&NOT_VALID_YET),
        Refused::NotValidForName | Refused::NotValidForNameContext { .. } => Some(&OTHER_NAME),
        _ => None,
    }
}

static UNKNOWN_ISSUER: Remedy = Remedy {
    en: "No trusted CA signed the certificate: update this machine's ca-certificates (on Windows this library) or \
         conf/ca-bundle.crt",
    ko: "신뢰하는 CA가 서명한 인증서가 아닙니다. 서버의 ca-certificates(Windows는 이 라이브러리) 또는 conf/ca-bundle.crt를 갱신하십시오",
};

static EXPIRED: Remedy = Remedy {
    en: "The server's certificate has expired: check this machine's clock, then contact the gateway",
    ko: "서버 인증서의 유효기간이 지났습니다. 이 서버의 시계를 확인한 뒤 결제사에 문의하십시오",
};

static NOT_VALID_YET: Remedy = Remedy {
    en: "The server's certificate is not valid yet: check this machine's clock",
    ko: "서버 인증서의 유효기간이 아직 시작되지 않았습니다. 이 서버의 시계를 확인하십시오",
};

static OTHER_NAME: Remedy = Remedy {
    en: "The certificate is for another host name: check the address in lgdacom.conf",
    ko: "다른 호스트 이름의 인증서입니다. lgdacom.conf의 주소를 확인하십시오",
};

#[cfg(test)]
mod tests {
    use super::*;

    /// A machine without roots trusts the built-in ones, which browsers trust too, unless the shop wants only its bundle.
    #[test]
    fn built_in_roots_where_the_system_has_none() {
        let trust = Trust { home_dir: None, ca_bundle_only: false, verify_cert: true, verify_host: true };
        let (store, warning) = roots(&trust, &["/nowhere"]).unwrap();
        assert_eq!((store.len(), warning), (webpki_root_certs::TLS_SERVER_ROOT_CERTS.len(), None));
        let alone = Trust { ca_bundle_only: true, ..trust };
        assert_eq!(roots(&alone, &["/nowhere"]).unwrap_err().code(), Code::SSL);
    }
}
