//! The gateway's certificate and its CA, generated at each start.

use crate::error::Error;
use crate::profile::Tls;
use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use std::str::FromStr;
use std::sync::Arc;
use tokio_rustls::rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::version::{TLS12, TLS13};
use tokio_rustls::rustls::{DEFAULT_VERSIONS, ServerConfig, SupportedProtocolVersion, crypto::ring};

/// The certificate that the gateway presents, to see how a shop reacts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum CertificateKind {
    /// Valid, for 127.0.0.1 and localhost, signed by the CA in `ca-bundle.crt`.
    #[default]
    Good,
    /// Expired.
    Expired,
    /// For another host, `gateway.invalid`.
    WrongHost,
    /// Signed by a CA other than the one in `ca-bundle.crt`.
    Untrusted,
}

impl FromStr for CertificateKind {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        match name {
            "good" => Ok(Self::Good),
            "expired" => Ok(Self::Expired),
            "wrong-host" => Ok(Self::WrongHost),
            "untrusted" => Ok(Self::Untrusted),
            other => Err(Error::new(
                format!(
                    "certificate '{other}'를 모릅니다: good, expired, wrong-host, untrusted 중 하나를 쓰십시오"
                ),
                format!("unknown certificate '{other}': use good, expired, wrong-host or untrusted"),
            )),
        }
    }
}

/// The server's TLS settings, and the CA that clients must trust.
pub(crate) struct Identity {
    pub(crate) server: Arc<ServerConfig>,
    pub(crate) bundle: String,
}

/// Generates the CA, the certificate and the TLS settings. The provider is passed explicitly: a library installs nothing process-wide.
pub(crate) fn make(
    kind: CertificateKind,
    tls: Tls,
    host: &str,
) -> Result<Identity, Box<dyn std::error::Error>> {
    let signer = authority()?;
    let key = KeyPair::generate()?;
    let certificate = params(kind, host)?.signed_by(&key, &signer)?;
    let trusted = match kind {
        CertificateKind::Untrusted => authority()?,
        _ => signer,
    };
    let secret = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let mut server = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(versions(tls))?
        .with_no_client_auth()
        .with_single_cert(vec![certificate.der().clone()], secret)?;
    server.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(Identity { server: Arc::new(server), bundle: trusted.pem() })
}

fn versions(tls: Tls) -> &'static [&'static SupportedProtocolVersion] {
    static TLS12_ONLY: &[&SupportedProtocolVersion] = &[&TLS12];
    static TLS13_ONLY: &[&SupportedProtocolVersion] = &[&TLS13];
    match tls {
        Tls::Both => DEFAULT_VERSIONS,
        Tls::Tls12 => TLS12_ONLY,
        Tls::Tls13 => TLS13_ONLY,
    }
}

fn authority() -> Result<CertifiedIssuer<'static, KeyPair>, rcgen::Error> {
    let mut params = CertificateParams::new(Vec::new())?;
    params.distinguished_name.push(DnType::CommonName, "xpay sandbox CA");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    CertifiedIssuer::self_signed(params, KeyPair::generate()?)
}

fn params(kind: CertificateKind, host: &str) -> Result<CertificateParams, rcgen::Error> {
    let names: &[&str] = match kind {
        CertificateKind::WrongHost => &["gateway.invalid"],
        _ => &["127.0.0.1", "localhost", host],
    };
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name.push(DnType::CommonName, "xpay sandbox");
    if kind == CertificateKind::Expired {
        params.not_before = date_time_ymd(2015, 1, 1);
        params.not_after = date_time_ymd(2016, 1, 1);
    }
    Ok(params)
}
