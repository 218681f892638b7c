//! What the owner of a secret may say about it.

use crate::juju::Call;

/// Settings of a secret; what is not set stays as it is, or as Juju has it by default.
///
/// ```
/// use charm_tracing::juju::{Rotation, SecretOwner, SecretSettings};
///
/// let settings = SecretSettings::default()
///     .label("tls")
///     .owner(SecretOwner::Unit)
///     .rotate(Rotation::Monthly);
/// # let _ = settings;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct SecretSettings {
    label: Option<String>,
    description: Option<String>,
    expire: Option<String>,
    rotate: Option<Rotation>,
    owner: Option<SecretOwner>,
}

/// How often Juju reminds the owner, through the `secret-rotate` hook.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Rotation {
    /// Not at all: the default.
    Never,
    /// Every hour.
    Hourly,
    /// Every day.
    Daily,
    /// Every week.
    Weekly,
    /// Every month.
    Monthly,
    /// Every three months.
    Quarterly,
    /// Every year.
    Yearly,
}

/// Who owns a secret, and can change it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum SecretOwner {
    /// The application: its leader. The default.
    Application,
    /// This unit.
    Unit,
}

impl SecretSettings {
    /// A name by which this charm finds the secret again.
    pub fn label(mut self, label: impl Into<String>) -> Self {
        self.label = Some(label.into());
        self
    }

    /// A word about it, for people. It is no secret, but no span records it.
    pub fn description(mut self, description: impl Into<String>) -> Self {
        self.description = Some(description.into());
        self
    }

    /// When the revision expires: a duration such as `72h`, or a time in RFC 3339.
    pub fn expire(mut self, when: impl Into<String>) -> Self {
        self.expire = Some(when.into());
        self
    }

    /// How often Juju reminds the owner.
    pub fn rotate(mut self, rotation: Rotation) -> Self {
        self.rotate = Some(rotation);
        self
    }

    /// Who owns it.
    pub fn owner(mut self, owner: SecretOwner) -> Self {
        self.owner = Some(owner);
        self
    }

    pub(super) fn pass(&self, mut call: Call) -> Call {
        if let Some(label) = &self.label {
            call = call
                .plain("--label")
                .plain(label.as_str())
                .attribute("juju.secret.label", label.clone());
        }
        if let Some(description) = &self.description {
            call = call.plain("--description").value(description.as_str());
        }
        if let Some(when) = &self.expire {
            call = call.plain("--expire").plain(when.as_str());
        }
        if let Some(rotation) = self.rotate {
            call = call.plain("--rotate").plain(rotation.name());
        }
        match self.owner {
            None => call,
            Some(SecretOwner::Application) => call.plain("--owner").plain("application"),
            Some(SecretOwner::Unit) => call.plain("--owner").plain("unit"),
        }
    }
}

impl Rotation {
    /// Juju's word.
    pub fn name(self) -> &'static str {
        match self {
            Self::Never => "never",
            Self::Hourly => "hourly",
            Self::Daily => "daily",
            Self::Weekly => "weekly",
            Self::Monthly => "monthly",
            Self::Quarterly => "quarterly",
            Self::Yearly => "yearly",
        }
    }
}
