//! Certificates out of any text that a charm gets.
//!
//! Certificate authorities, relations, configuration options and files quote PEM in every way: with text
//! between the blocks, with `\n` as two characters, inside quotation marks, on one line, twice, or the whole
//! once more in base64. Only the characters of base64 between two markers count.

use std::collections::HashSet;

use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;

const BEGIN: &str = "-----BEGIN ";
const END: &str = "-----END ";

/// The certificates of a text, each once, in their order.
pub(crate) fn certificates(text: &str) -> Vec<CertificateDer<'static>> {
    let unwrapped = (!text.contains(BEGIN)).then(|| decode(text)).flatten();
    let unwrapped = unwrapped.and_then(|bytes| String::from_utf8(bytes.to_vec()).ok());
    let text = unwrapped.as_deref().unwrap_or(text);
    let (mut found, mut known) = (Vec::new(), HashSet::new());
    for block in text.split(BEGIN).skip(1) {
        let Some((label, rest)) = block.split_once("-----") else {
            continue;
        };
        if !matches!(label, "CERTIFICATE" | "X509 CERTIFICATE") {
            continue;
        }
        let Some((encoded, _)) = rest.split_once(END) else {
            continue;
        };
        let Some(certificate) = decode(encoded) else {
            continue;
        };
        if known.insert(certificate.to_vec()) {
            found.push(certificate);
        }
    }
    found
}

/// Decodes base64, with anything between its characters.
fn decode(encoded: &str) -> Option<CertificateDer<'static>> {
    let encoded = encoded.replace("\\r", "").replace("\\n", "");
    let is_base64 = |char: &char| char.is_ascii_alphanumeric() || "+/=".contains(*char);
    let encoded: String = encoded.chars().filter(is_base64).collect();
    let clean = format!("{BEGIN}CERTIFICATE-----\n{encoded}\n{END}CERTIFICATE-----\n");
    CertificateDer::from_pem_slice(clean.as_bytes()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use base64::Engine as _;
    use base64::engine::general_purpose::STANDARD;

    #[test]
    fn of_many_small_certificates_each_is_found_once() {
        let block = |number: u32| {
            let encoded = STANDARD.encode(number.to_be_bytes());
            format!("-----BEGIN CERTIFICATE-----{encoded}-----END ")
        };
        let text: String = (0..30_000).chain(0..30_000).map(block).collect();
        assert_eq!(certificates(&text).len(), 30_000);
    }

    #[test]
    fn every_way_of_quoting() {
        // "certificate" and "another"; what they hold is not this file's business.
        let one = "-----BEGIN CERTIFICATE-----\nY2VydGlm\naWNhdGU=\n-----END CERTIFICATE-----\n";
        let other =
            "-----BEGIN X509 CERTIFICATE-----\nYW5vdGhlcg==\n-----END X509 CERTIFICATE-----";
        let key = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n";
        let in_base64 = "LS0tLS1CRUdJTiBDRVJUSUZJQ0FURS0tLS0tClkyVnlkR2xtCmFXTmhkR1U9Ci0tLS0tRU5EIENFUlRJ\n\
                         RklDQVRFLS0tLS0K";
        for (text, expected) in [
            (one.to_owned(), ["certificate"].as_slice()),
            (format!("{one}{other}"), &["certificate", "another"]),
            (
                format!("subject: CN=a\n{one}\nissuer\n{key}{other}\ntail"),
                &["certificate", "another"],
            ),
            (format!("{one}{one}"), &["certificate"]),
            (one.replace('\n', "\r\n"), &["certificate"]),
            (one.replace('\n', "\\n"), &["certificate"]),
            (one.replace('\n', "\\r\\n"), &["certificate"]),
            (format!("{one:?}"), &["certificate"]),
            (format!("[{one:?}, {other:?}]"), &["certificate", "another"]),
            (one.replace('\n', " "), &["certificate"]),
            (one.replace('\n', "\n    "), &["certificate"]),
            (in_base64.to_owned(), &["certificate"]),
            (key.to_owned(), &[]),
            (one[..40].to_owned(), &[]),
            (format!("{}{other}", &one[..40]), &["another"]),
            (
                "-----BEGIN CERTIFICATE-----\n=?=\n-----END CERTIFICATE-----".to_owned(),
                &[],
            ),
            ("no certificate at all".to_owned(), &[]),
            (String::new(), &[]),
        ] {
            let found = certificates(&text);
            let found: Vec<&[u8]> = found.iter().map(AsRef::as_ref).collect();
            let expected: Vec<&[u8]> = expected.iter().map(|text| text.as_bytes()).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
