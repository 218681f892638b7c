//! What a receiver is: its URL, the CAs to trust, how requests are made, and what its answers mean.

mod endpoint;
mod verdict;

pub(super) use endpoint::{UnusableReceiver, basic_authorization, redacted, traces_url};
pub(crate) use verdict::ReceiverAnswer;
pub(crate) use verdict::{Later, Taken, Verdict};

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::store::crc32::crc32;

/// A receiver: its URL without `/v1/traces`, and the CAs to trust for https.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct OtlpReceiver {
    pub(crate) url: String,
    pub(crate) certificates: Option<String>,
    /// Not in the state file: each dispatch has its own settings and variables.
    pub(crate) options: ReceiverOptions,
}

/// Everything optional about a receiver. The default is OTLP over HTTP as the specification has it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct ReceiverOptions {
    /// The URL is complete: nothing is joined to it.
    pub(crate) exact: bool,
    /// Headers of each request, names as they were written.
    pub(crate) headers: Vec<(String, String)>,
    /// The longest that one request may take, where that is less than what the dispatch has left.
    pub(crate) timeout: Option<Duration>,
    pub(crate) compression: Compression,
    /// What this unit shows to a receiver that asks for it.
    pub(crate) client: Option<ClientCertificate>,
    /// PEM files, or folders of such, that count as CAs to trust beside those of the receiver.
    pub(crate) system_roots: Vec<PathBuf>,
    /// The URL of the proxy to go through.
    pub(crate) proxy: Option<String>,
}

/// Which bodies are compressed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Compression {
    /// Those that it pays for.
    #[default]
    Large,
    All,
    Off,
}

/// A certificate and its key, as PEM files.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ClientCertificate {
    pub(crate) certificate: PathBuf,
    pub(crate) key: PathBuf,
}

impl OtlpReceiver {
    /// A number that changes with everything that decides where and how traces are sent. The state file keeps it:
    /// a failure of one receiver does not hold up another.
    ///
    /// Each field is hashed with its length before it, in this order.
    pub(crate) fn fingerprint(&self) -> u32 {
        let Self {
            url,
            certificates,
            options,
        } = self;
        let ReceiverOptions {
            exact,
            headers,
            timeout,
            compression,
            client,
            system_roots,
            proxy,
        } = options;
        let mut fields = FingerprintBytes(Vec::new());
        fields.text(url);
        fields.optional(certificates.as_deref().map(str::as_bytes));
        fields.text(if *exact { "exact" } else { "base" });
        fields.count(headers.len());
        for (name, value) in headers {
            fields.text(name);
            fields.text(value);
        }
        let timeout = timeout.map(|timeout| timeout.as_nanos().to_le_bytes());
        fields.optional(timeout.as_ref().map(<[u8; 16]>::as_slice));
        fields.text(match compression {
            Compression::Large => "large",
            Compression::All => "all",
            Compression::Off => "off",
        });
        fields.count(client.iter().len());
        if let Some(client) = client {
            fields.path(&client.certificate);
            fields.path(&client.key);
        }
        fields.count(system_roots.len());
        for root in system_roots {
            fields.path(root);
        }
        fields.optional(proxy.as_deref().map(str::as_bytes));
        crc32(&[&fields.0])
    }
}

/// Fields one after another, each with its length, so that no two lists of fields are the same bytes.
struct FingerprintBytes(Vec<u8>);

impl FingerprintBytes {
    fn bytes(&mut self, bytes: &[u8]) {
        self.count(bytes.len());
        self.0.extend_from_slice(bytes);
    }

    fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    fn path(&mut self, path: &Path) {
        self.bytes(path.as_os_str().as_encoded_bytes());
    }

    fn optional(&mut self, bytes: Option<&[u8]>) {
        self.count(bytes.iter().len());
        if let Some(bytes) = bytes {
            self.bytes(bytes);
        }
    }

    fn count(&mut self, count: usize) {
        self.0.extend_from_slice(&(count as u64).to_le_bytes());
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn each_field_changes_the_fingerprint() {
        let receiver = OtlpReceiver {
            url: "https://tempo:4318".to_owned(),
            certificates: None,
            options: ReceiverOptions::default(),
        };
        let changed = |change: &dyn Fn(&mut OtlpReceiver)| {
            let mut receiver = receiver.clone();
            change(&mut receiver);
            receiver.fingerprint()
        };
        let header = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        let fingerprints = [
            receiver.fingerprint(),
            changed(&|it| it.url.push('1')),
            changed(&|it| it.certificates = Some(String::new())),
            changed(&|it| it.certificates = Some("CA".to_owned())),
            changed(&|it| it.options.exact = true),
            changed(&|it| it.options.headers = vec![header("a", "bc")]),
            changed(&|it| it.options.headers = vec![header("ab", "c")]),
            changed(&|it| it.options.timeout = Some(Duration::from_millis(1))),
            changed(&|it| it.options.compression = Compression::Off),
            changed(&|it| {
                it.options.client = Some(ClientCertificate {
                    certificate: "c".into(),
                    key: "k".into(),
                });
            }),
            changed(&|it| it.options.system_roots = vec!["c".into(), "k".into()]),
            changed(&|it| it.options.proxy = Some("http://squid".to_owned())),
        ];
        let different: BTreeSet<_> = fingerprints.into_iter().collect();
        assert_eq!(different.len(), fingerprints.len());
        assert_eq!(receiver.clone().fingerprint(), receiver.fingerprint());
    }
}
