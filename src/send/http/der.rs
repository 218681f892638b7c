//! As much DER as it takes to check one signature on a certificate, and to say who issued it.
//!
//! webpki does both for certificates that it accepts. It refuses, before it looks at any signature, a server
//! certificate that is marked as a CA.

/// A certificate's signed part, and the signature on it.
pub(crate) struct Signed<'a> {
    pub(crate) message: &'a [u8],
    /// The content of the `AlgorithmIdentifier`, which is how rustls names an algorithm.
    pub(crate) algorithm: &'a [u8],
    pub(crate) signature: &'a [u8],
}

struct Element<'a> {
    tag: u8,
    whole: &'a [u8],
    content: &'a [u8],
    rest: &'a [u8],
}

const SEQUENCE: u8 = 0x30;
const BIT_STRING: u8 = 0x03;
const INTEGER: u8 = 0x02;
const OBJECT_IDENTIFIER: u8 = 0x06;

/// Takes a certificate apart.
pub(crate) fn signed(certificate: &[u8]) -> Option<Signed<'_>> {
    let outer = element(certificate).filter(|outer| outer.tag == SEQUENCE)?;
    let body = element(outer.content).filter(|body| body.tag == SEQUENCE)?;
    let algorithm = element(body.rest).filter(|algorithm| algorithm.tag == SEQUENCE)?;
    let signature = element(algorithm.rest).filter(|signature| signature.tag == BIT_STRING)?;
    // The first byte counts the unused bits of the last, and signatures are whole bytes.
    let signature = signature.content.strip_prefix(&[0])?;
    Some(Signed {
        message: body.whole,
        algorithm: algorithm.content,
        signature,
    })
}

/// What a certificate says that it is for; what it does not say, it is for everything.
#[derive(Debug, Default)]
pub(crate) struct Usages {
    /// The bits of the key usage, as they stand: the first is the highest.
    key: Option<u8>,
    /// Whether it is for servers, where purposes are named.
    server: Option<bool>,
    /// How many authorities may stand between it and a server's certificate.
    path: Option<usize>,
}

impl Usages {
    /// Whether the certificate may be a server's: for signatures, or for exchanges of keys.
    pub(super) fn serves(&self) -> bool {
        let bits = 0b1010_1000;
        self.server.unwrap_or(true) && self.key.is_none_or(|key| key & bits != 0)
    }

    /// Whether it may sign others, with so many authorities below it.
    pub(super) fn signs(&self, below: usize) -> bool {
        let bit = 0b0000_0100;
        self.server.unwrap_or(true)
            && self.key.is_none_or(|key| key & bit != 0)
            && self.path.is_none_or(|path| below <= path)
    }
}

/// What a certificate is for; `None` where that cannot be read.
pub(crate) fn usages(certificate: &[u8]) -> Option<Usages> {
    const EXTENSIONS: u8 = 0xa3;
    let outer = element(certificate).filter(|outer| outer.tag == SEQUENCE)?;
    let body = element(outer.content).filter(|body| body.tag == SEQUENCE)?;
    let extensions = elements(body.content).find(|part| part.tag == EXTENSIONS);
    let mut usages = Usages::default();
    let Some(extensions) = extensions else {
        return Some(usages);
    };
    for extension in elements(element(extensions.content)?.content) {
        let kind = element(extension.content)?;
        // Whether it is critical may stand between.
        let value = elements(kind.rest).last()?.content;
        match kind.content {
            // id-ce-keyUsage: the number of unused bits, and the bits.
            [0x55, 0x1d, 0x0f] => {
                let bits = element(value).filter(|bits| bits.tag == BIT_STRING)?;
                usages.key = Some(bits.content.get(1).copied().unwrap_or_default());
            }
            // id-ce-basicConstraints: whether it is an authority, and maybe how far above.
            [0x55, 0x1d, 0x13] => {
                let path = elements(element(value)?.content).find(|part| part.tag == INTEGER);
                usages.path = path.map(|path| match path.content {
                    [length] => usize::from(*length),
                    _ => usize::MAX,
                });
            }
            // id-ce-extKeyUsage, and in it id-kp-serverAuth.
            [0x55, 0x1d, 0x25] => {
                let server = [0x2b, 0x06, 0x01, 0x05, 0x05, 0x07, 0x03, 0x01];
                let mut purposes = elements(element(value)?.content);
                usages.server = Some(purposes.any(|purpose| purpose.content == server));
            }
            _ => {}
        }
    }
    Some(usages)
}

fn elements(input: &[u8]) -> impl Iterator<Item = Element<'_>> {
    let mut rest = input;
    std::iter::from_fn(move || {
        let next = element(rest)?;
        rest = next.rest;
        Some(next)
    })
}

/// The common name in a distinguished name.
pub(crate) fn common_name(name: &[u8]) -> Option<String> {
    // id-at-commonName, 2.5.4.3.
    const COMMON_NAME: &[u8] = &[0x55, 0x04, 0x03];
    let mut rest = name;
    while let Some(set) = element(rest) {
        rest = set.rest;
        let attribute = element(set.content)?;
        let kind = element(attribute.content).filter(|kind| kind.tag == OBJECT_IDENTIFIER)?;
        if kind.content == COMMON_NAME {
            let value = element(kind.rest)?.content;
            let name = String::from_utf8_lossy(value);
            return Some(name.chars().filter(|char| !char.is_control()).collect());
        }
    }
    None
}

fn element(input: &[u8]) -> Option<Element<'_>> {
    let (&tag, after_tag) = input.split_first()?;
    let (&first, after_first) = after_tag.split_first()?;
    let (length, content) = match first {
        0..=0x7f => (usize::from(first), after_first),
        // The length itself in one to three bytes: 16 MiB, and a certificate has a few KiB.
        0x81..=0x83 => {
            let (bytes, content) = after_first.split_at_checked(usize::from(first & 0x7f))?;
            let length = bytes
                .iter()
                .fold(0, |length, byte| length << 8 | usize::from(*byte));
            (length, content)
        }
        _ => return None,
    };
    let (content, rest) = content.split_at_checked(length)?;
    let whole = input.get(..input.len() - rest.len())?;
    Some(Element {
        tag,
        whole,
        content,
        rest,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_certificate_falls_into_its_three_parts() {
        let certificate = [
            0x30, 0x0d, 0x30, 0x03, 0x02, 0x01, 0x07, 0x30, 0x01, 0x05, 0x03, 0x03, 0x00, 0xaa,
            0xbb,
        ];
        let parts = signed(&certificate).unwrap();
        assert_eq!(parts.message, [0x30, 0x03, 0x02, 0x01, 0x07]);
        assert_eq!(parts.algorithm, [0x05]);
        assert_eq!(parts.signature, [0xaa, 0xbb]);
        for end in 0..certificate.len() {
            assert!(signed(&certificate[..end]).is_none(), "cut at {end}");
        }
    }

    #[test]
    fn common_names() {
        let country = [
            0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x06, 0x13, 0x02, b'S', b'E',
        ];
        let name = [
            0x31, 0x0b, 0x30, 0x09, 0x06, 0x03, 0x55, 0x04, 0x03, 0x0c, 0x02, b'c', b'a',
        ];
        assert_eq!(
            common_name(&[country, name].concat()).as_deref(),
            Some("ca")
        );
        assert_eq!(common_name(&country), None);
        assert_eq!(common_name(&name[..9]), None);
        assert_eq!(common_name(&[0x31, 0x84, 1, 1, 1, 1]), None);
    }
}
