//! Certificates of a PEM file. A bundle has some 150 of them, and a page may read it for one payment, so what looks as bundles do
//! is decoded here: rustls-pki-types takes forty instructions a byte. Anything else is left to it.

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &[u8] = b"-----BEGIN CERTIFICATE-----";
const END: &[u8] = b"-----END CERTIFICATE-----";

/// The certificates, in order; `None` in place of one that cannot be read.
pub(super) fn certificates(pem: &[u8]) -> Vec<Option<CertificateDer<'static>>> {
    plain(pem).map_or_else(
        || CertificateDer::pem_slice_iter(pem).map(Result::ok).collect(),
        |all| all.into_iter().map(|der| Some(CertificateDer::from(der))).collect(),
    )
}

/// All certificates of a file that has nothing but them and comments; `None` for any other.
fn plain(pem: &[u8]) -> Option<Vec<Vec<u8>>> {
    let mut all = Vec::new();
    let mut open: Option<Vec<u8>> = None;
    let mut padded = false;
    let mut rest = pem;
    while !rest.is_empty() {
        let (line, after) = match memchr::memchr(b'\n', rest) {
            Some(end) => (rest.get(..end)?, rest.get(end + 1..)?),
            None => (rest, &[][..]),
        };
        rest = after;
        match &mut open {
            None if line == BEGIN => (open, padded) = (Some(Vec::with_capacity(2048)), false),
            None if memchr::memchr(b'-', line).is_some() => return None,
            None => {}
            Some(_) if line == END => all.extend(open.take()),
            Some(_) if padded => return None,
            Some(der) => padded = decode(line, der)?,
        }
    }
    open.is_none().then_some(all)
}

/// Decodes a line of base64; whether it ended in padding.
fn decode(line: &[u8], der: &mut Vec<u8>) -> Option<bool> {
    let (end, padding) = match line {
        [before @ .., _, b'=', b'='] => (before.len() + 1, 2),
        [before @ .., _, b'='] => (before.len() + 1, 1),
        _ => (line.len(), 0),
    };
    if line.len() % 4 != 0 {
        return None;
    }
    let digits = line.get(..end)?;
    let mut fours = digits.chunks_exact(4);
    let mut wrong = 0;
    for four in &mut fours {
        let bits = four.iter().fold(0, |bits, letter| bits << 6 | u32::from(digit(*letter, &mut wrong)));
        let [_, bytes @ ..] = bits.to_be_bytes();
        der.extend_from_slice(&bytes);
    }
    if padding > 0 {
        let bits = fours
            .remainder()
            .iter()
            .fold(0, |bits, letter| bits << 6 | u32::from(digit(*letter, &mut wrong)));
        let bits = bits << (6 * padding);
        let [_, one, two, three] = bits.to_be_bytes();
        let (bytes, beyond) = if padding == 1 { (&[one, two][..], three) } else { (&[one][..], two | three) };
        der.extend_from_slice(bytes);
        wrong |= beyond;
    }
    (wrong & NONE == 0 && (padding == 0 || wrong == 0)).then_some(padding > 0)
}

/// The value of a letter. `wrong` gets [`NONE`] for what is none.
fn digit(letter: u8, wrong: &mut u8) -> u8 {
    let digit = DIGITS.get(usize::from(letter)).copied().unwrap_or(NONE);
    *wrong |= digit & NONE;
    digit
}

const NONE: u8 = 0x80;

static DIGITS: [u8; 256] = {
    let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut digits = [NONE; 256];
    let mut at = 0;
    while at < letters.len() {
        #[allow(clippy::indexing_slicing, reason = "evaluated by the compiler")]
        {
            digits[letters[at] as usize] = at as u8;
        }
        at += 1;
    }
    digits
};

#[cfg(test)]
mod tests {
    use super::*;

    fn by_pki_types(pem: &[u8]) -> Vec<Option<CertificateDer<'static>>> {
        CertificateDer::pem_slice_iter(pem).map(Result::ok).collect()
    }

    /// Blocks of every length near a line's end.
    fn bundle() -> String {
        let root = include_str!("../../../protocol/tables.json").as_bytes();
        (0..130)
            .map(|length| {
                let der = root.iter().cycle().take(length + 40).copied().collect::<Vec<_>>();
                let base64 = to_base64(&der);
                let lines: Vec<&str> =
                    base64.as_bytes().chunks(64).map(|line| std::str::from_utf8(line).unwrap()).collect();
                format!(
                    "# {length}\n-----BEGIN CERTIFICATE-----\n{}\n-----END CERTIFICATE-----\n",
                    lines.join("\n")
                )
            })
            .collect()
    }

    fn to_base64(bytes: &[u8]) -> String {
        let letters = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        bytes
            .chunks(3)
            .flat_map(|three| {
                let bits = three.iter().fold(0, |bits, byte| bits << 8 | u32::from(*byte))
                    << (8 * (3 - three.len()));
                (0..4).map(move |at| {
                    if at <= three.len() {
                        char::from(letters[(bits >> (18 - 6 * at) & 63) as usize])
                    } else {
                        '='
                    }
                })
            })
            .collect()
    }

    #[test]
    fn a_bundle_is_read_as_by_pki_types_and_by_us() {
        let pem = bundle();
        assert_eq!(plain(pem.as_bytes()).map(|all| all.len()), Some(130));
        assert_eq!(certificates(pem.as_bytes()), by_pki_types(pem.as_bytes()));
        let system = std::fs::read("/etc/ssl/certs/ca-certificates.crt").unwrap_or_default();
        assert_eq!(certificates(&system), by_pki_types(&system));
        assert!(system.is_empty() || plain(&system).is_some());
    }

    /// Each byte of a file replaced, dropped and doubled.
    #[test]
    fn a_damaged_bundle_is_read_as_by_pki_types() {
        let pem = bundle().into_bytes();
        let pem = &pem[..1200];
        for at in 0..pem.len() {
            for byte in [b'=', b'\n', b'\r', b' ', b'-', b'A', b'/', 0, 0xff] {
                let mut damaged = pem.to_vec();
                damaged[at] = byte;
                assert_eq!(certificates(&damaged), by_pki_types(&damaged), "{byte} at {at}");
                damaged.insert(at, byte);
                assert_eq!(certificates(&damaged), by_pki_types(&damaged), "{byte} twice at {at}");
            }
            let cut = &pem[..at];
            assert_eq!(certificates(cut), by_pki_types(cut), "cut at {at}");
        }
    }
}
