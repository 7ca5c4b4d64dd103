//! Whom we trust: the system's roots (built-in ones where there are none) and the merchant's `conf/ca-bundle.crt`.

use std::path::Path;
use std::sync::Arc;

use rustls::client::Resumption;
use rustls::crypto::ring;
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{CertificateError, ClientConfig, RootCertStore};

use crate::code::{Code, Remedy};
use crate::error::{Error, Result};

/// Where systems keep their roots in one file. The environment is not asked: it may belong to somebody else.
const SYSTEM_BUNDLES: [&str; 6] = [
    "/etc/ssl/certs/ca-certificates.crt", // Debian, Ubuntu, Alpine
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem", // RHEL, CentOS, Rocky
    "/etc/pki/tls/certs/ca-bundle.crt",   // older RHEL and CentOS
    "/etc/ssl/ca-bundle.pem",             // SUSE
    "/etc/ssl/cert.pem",                  // BSD, macOS
    "/usr/local/etc/ssl/cert.pem",        // FreeBSD
];

/// TLS 1.2 and 1.3, verifying the server's certificate and name against the roots of this machine and shop.
pub(crate) fn client_config(home_dir: Option<&Path>, ca_bundle_only: bool) -> Result<Arc<ClientConfig>> {
    let roots = roots(home_dir, ca_bundle_only)?;
    let mut config = ClientConfig::builder_with_provider(ring::default_provider().into())
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::new(Code::SSL, error))?
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.resumption = Resumption::in_memory_sessions(8);
    Ok(Arc::new(config))
}

fn roots(home_dir: Option<&Path>, ca_bundle_only: bool) -> Result<RootCertStore> {
    let mut store = RootCertStore::empty();
    let bundle = home_dir.map(|home| home.join("conf/ca-bundle.crt"));
    store.add_parsable_certificates(bundle.iter().flat_map(|path| certificates(path)));
    if ca_bundle_only {
        return if store.is_empty() {
            let detail = "ca_bundle_only is 1 and conf/ca-bundle.crt holds no certificate";
            Err(Error::new(Code::SSL, detail))
        } else {
            Ok(store)
        };
    }
    let shop = store.len();
    store.add_parsable_certificates(SYSTEM_BUNDLES.iter().flat_map(|path| certificates(Path::new(path))));
    if store.len() == shop {
        store.add_parsable_certificates(webpki_root_certs::TLS_SERVER_ROOT_CERTS.iter().cloned());
    }
    Ok(store)
}

/// The certificates of a PEM file that can be read; old bundles hold some that cannot.
fn certificates(path: &Path) -> Vec<CertificateDer<'static>> {
    let pem = std::fs::read(path).unwrap_or_default();
    CertificateDer::pem_slice_iter(&pem).flatten().collect()
}

/// What to do about a certificate that was refused, more to the point than the code's usual remedy.
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
    en: "The certificate is signed by none of the CAs trusted here: update this machine's ca-certificates or \
         conf/ca-bundle.crt",
    ko: "신뢰하는 CA가 서명한 인증서가 아닙니다. 서버의 ca-certificates 또는 conf/ca-bundle.crt를 갱신하십시오",
};

static EXPIRED: Remedy = Remedy {
    en: "The server's certificate has expired: check this machine's clock, then ask the gateway",
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
