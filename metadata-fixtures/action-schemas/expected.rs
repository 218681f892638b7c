// Written by charm-tracing 0.1.0 from charmcraft.yaml; changes made here are lost.

#[allow(unused_imports)]
use ::charm_tracing::__v0_1_0 as __charm_tracing;

/// All events that Juju can send to the charm `action-schemas`.
///
/// What JSON Schema can say of an action's parameters.
#[derive(Clone, Debug)]
pub enum Event {
    /// A hook that every charm gets.
    Lifecycle(__charm_tracing::Lifecycle),
    /// Action `backup`.
    ///
    /// Write a backup.
    BackupAction(__charm_tracing::Action<Backup>),
    /// Action `set-options`.
    ///
    /// Takes whatever it is given.
    SetOptionsAction(__charm_tracing::Action<SetOptions>),
    /// Action `grant`.
    ///
    /// Takes a level and, by any other name, what it is granted to.
    GrantAction(__charm_tracing::Action<Grant>),
    /// Action `tag`.
    ///
    /// Takes texts by any name.
    TagAction(__charm_tracing::Action<Tag>),
    /// Action `mixed`.
    ///
    /// What is more than a Rust type arrives as JSON.
    MixedAction(__charm_tracing::Action<Mixed>),
    /// A secret changed, expired, or is to be rotated or removed.
    Secret(__charm_tracing::SecretEvent),
    /// A hook or action this binary does not know, by its `JUJU_DISPATCH_PATH`.
    Unknown(::std::string::String),
}

impl __charm_tracing::Charm for Event {
    const NAME: &'static str = "action-schemas";

    /// The charm requires no endpoint with the interface `tracing`; its traces go where its
    /// settings or Juju say.
    const TRACING_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const CERTIFICATES_ENDPOINT: ::core::option::Option<&'static str> = ::core::option::Option::None;
    const BUFFER_LOCATION: __charm_tracing::BufferLocation = BUFFER_LOCATION;

    /// Reads the event of a dispatch; `None` for the endpoints the runtime serves itself.
    fn read(dispatch: &__charm_tracing::Dispatch<'_>) -> ::core::option::Option<Self> {
        ::core::option::Option::Some(
            match dispatch.hook() {
                __charm_tracing::Hook::Lifecycle(hook) => Self::Lifecycle(hook),
                __charm_tracing::Hook::Action("backup") => {
                    Self::BackupAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("set-options") => {
                    Self::SetOptionsAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("grant") => {
                    Self::GrantAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("tag") => {
                    Self::TagAction(dispatch.action())
                }
                __charm_tracing::Hook::Action("mixed") => {
                    Self::MixedAction(dispatch.action())
                }
                __charm_tracing::Hook::Secret(change) => {
                    Self::Secret(dispatch.secret(change))
                }
                _ => Self::Unknown(dispatch.path().into()),
            },
        )
    }
}

/// Where traces are stored until they are sent.
///
/// The charm declares no storage; the charm directory lasts as long as the machine.
pub const BUFFER_LOCATION: __charm_tracing::BufferLocation = __charm_tracing::BufferLocation::CharmDirectory;

/// Parameters of the action `backup`.
#[derive(Clone, Debug, PartialEq)]
pub struct Backup {
    /// Where to write it.
    pub targets: ::std::vec::Vec<BackupTargets>,
    /// The parameter `days`.
    ///
    /// Default: `[1,7]`.
    pub days: ::std::vec::Vec<i64>,
    /// The parameter `format`.
    ///
    /// Default: `"tar"`.
    pub format: BackupFormat,
    /// The parameter `log-level`.
    pub log_level: ::core::option::Option<BackupLogLevel>,
    /// The parameter `compression`.
    ///
    /// One of `1`, `9`.
    /// Default: `9`.
    pub compression: i64,
    /// Whose backup it is.
    ///
    /// Default: `{"name":"root","groups":["wheel"]}`.
    pub owner: BackupOwner,
    /// The parameter `labels`.
    pub labels: ::core::option::Option<
        ::std::collections::BTreeMap<::std::string::String, ::std::string::String>,
    >,
    /// The parameter `limits`.
    ///
    /// Default: `{}`.
    pub limits: ::std::collections::BTreeMap<
        ::std::string::String,
        __charm_tracing::Value,
    >,
    /// The parameter `matrix`.
    pub matrix: ::core::option::Option<::std::vec::Vec<::std::vec::Vec<f64>>>,
}

impl __charm_tracing::Params for Backup {
    const ACTION: &'static str = "backup";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            targets: params.required("targets")?,
            days: params.or_json("days", "[1,7]")?,
            format: params.or("format", BackupFormat::Tar)?,
            log_level: params.optional("log-level")?,
            compression: params.or("compression", 9)?,
            owner: params
                .or_json("owner", "{\"name\":\"root\",\"groups\":[\"wheel\"]}")?,
            labels: params.optional("labels")?,
            limits: params.or_json("limits", "{}")?,
            matrix: params.optional("matrix")?,
        })
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupTargets {
    /// The bucket.
    pub url: ::std::string::String,
    /// The parameter `retries`.
    ///
    /// Default: `3`.
    pub retries: i64,
    /// The parameter `level`.
    ///
    /// Default: `"fast"`.
    pub level: BackupTargetsLevel,
}

impl __charm_tracing::FromValue for BackupTargets {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            url: fields.required("url")?,
            retries: fields.or("retries", 3)?,
            level: fields.or("level", BackupTargetsLevel::Fast)?,
        })
    }
}

/// One of the texts that a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackupTargetsLevel {
    /// `"fast"`.
    Fast,
    /// `"best"`.
    Best,
}

impl BackupTargetsLevel {
    /// The text as the operator gives it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Fast => "fast",
            Self::Best => "best",
        }
    }
}

impl ::core::fmt::Display for BackupTargetsLevel {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl __charm_tracing::FromValue for BackupTargetsLevel {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        match value.text() {
            ::core::option::Option::Some("fast") => {
                ::core::result::Result::Ok(Self::Fast)
            }
            ::core::option::Option::Some("best") => {
                ::core::result::Result::Ok(Self::Best)
            }
            _ => ::core::result::Result::Err(value.refuse("one of fast, best")),
        }
    }
}

/// One of the texts that a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackupFormat {
    /// `"tar"`.
    Tar,
    /// `"zip"`.
    Zip,
    /// `"7z"`.
    _7z,
}

impl BackupFormat {
    /// The text as the operator gives it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Tar => "tar",
            Self::Zip => "zip",
            Self::_7z => "7z",
        }
    }
}

impl ::core::fmt::Display for BackupFormat {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl __charm_tracing::FromValue for BackupFormat {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        match value.text() {
            ::core::option::Option::Some("tar") => ::core::result::Result::Ok(Self::Tar),
            ::core::option::Option::Some("zip") => ::core::result::Result::Ok(Self::Zip),
            ::core::option::Option::Some("7z") => ::core::result::Result::Ok(Self::_7z),
            _ => ::core::result::Result::Err(value.refuse("one of tar, zip, 7z")),
        }
    }
}

/// One of the texts that a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum BackupLogLevel {
    /// `"DEBUG"`.
    Debug,
    /// `"INFO"`.
    Info,
}

impl BackupLogLevel {
    /// The text as the operator gives it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Debug => "DEBUG",
            Self::Info => "INFO",
        }
    }
}

impl ::core::fmt::Display for BackupLogLevel {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl __charm_tracing::FromValue for BackupLogLevel {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        match value.text() {
            ::core::option::Option::Some("DEBUG") => {
                ::core::result::Result::Ok(Self::Debug)
            }
            ::core::option::Option::Some("INFO") => {
                ::core::result::Result::Ok(Self::Info)
            }
            _ => ::core::result::Result::Err(value.refuse("one of DEBUG, INFO")),
        }
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupOwner {
    /// The parameter `name`.
    pub name: ::core::option::Option<::std::string::String>,
    /// The parameter `groups`.
    pub groups: ::core::option::Option<::std::vec::Vec<::std::string::String>>,
    /// The parameter `home`.
    pub home: ::core::option::Option<BackupOwnerHome>,
}

impl __charm_tracing::FromValue for BackupOwner {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            name: fields.optional("name")?,
            groups: fields.optional("groups")?,
            home: fields.optional("home")?,
        })
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct BackupOwnerHome {
    /// The parameter `path`.
    ///
    /// Default: `"/"`.
    pub path: ::std::string::String,
}

impl __charm_tracing::FromValue for BackupOwnerHome {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            path: fields.or("path", "/")?,
        })
    }
}

/// Parameters of the action `set-options`.
#[derive(Clone, Debug, PartialEq)]
pub struct SetOptions {
    /// The parameter `additional`.
    pub additional: ::core::option::Option<::std::string::String>,
    /// What was given beyond the declared parameters, by name.
    pub additional_properties: ::std::collections::BTreeMap<
        ::std::string::String,
        __charm_tracing::Value,
    >,
}

impl __charm_tracing::Params for SetOptions {
    const ACTION: &'static str = "set-options";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            additional: params.optional("additional")?,
            additional_properties: params.beyond(&["additional"])?,
        })
    }
}

/// Parameters of the action `grant`.
#[derive(Clone, Debug, PartialEq)]
pub struct Grant {
    /// The parameter `additional`.
    pub additional: ::core::option::Option<GrantAdditional>,
    /// What was given beyond the declared parameters, by name.
    pub additional_properties: ::std::collections::BTreeMap<
        ::std::string::String,
        GrantAdditionalProperties,
    >,
}

impl __charm_tracing::Params for Grant {
    const ACTION: &'static str = "grant";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            additional: params.optional("additional")?,
            additional_properties: params.beyond(&["additional"])?,
        })
    }
}

/// One of the texts that a parameter may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GrantAdditional {
    /// `"read"`.
    Read,
    /// `"write"`.
    Write,
}

impl GrantAdditional {
    /// The text as the operator gives it.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Read => "read",
            Self::Write => "write",
        }
    }
}

impl ::core::fmt::Display for GrantAdditional {
    fn fmt(&self, f: &mut ::core::fmt::Formatter<'_>) -> ::core::fmt::Result {
        f.pad(self.as_str())
    }
}

impl __charm_tracing::FromValue for GrantAdditional {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        match value.text() {
            ::core::option::Option::Some("read") => {
                ::core::result::Result::Ok(Self::Read)
            }
            ::core::option::Option::Some("write") => {
                ::core::result::Result::Ok(Self::Write)
            }
            _ => ::core::result::Result::Err(value.refuse("one of read, write")),
        }
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct GrantAdditionalProperties {
    /// The parameter `path`.
    pub path: ::core::option::Option<::std::string::String>,
}

impl __charm_tracing::FromValue for GrantAdditionalProperties {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            path: fields.optional("path")?,
        })
    }
}

/// Parameters of the action `tag`.
#[derive(Clone, Debug, PartialEq)]
pub struct Tag {
    /// What was given beyond the declared parameters, by name.
    pub additional: ::std::collections::BTreeMap<
        ::std::string::String,
        ::std::string::String,
    >,
}

impl __charm_tracing::Params for Tag {
    const ACTION: &'static str = "tag";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            additional: params.beyond(&[])?,
        })
    }
}

/// Parameters of the action `mixed`.
#[derive(Clone, Debug, PartialEq)]
pub struct Mixed {
    /// The parameter `either`.
    ///
    /// Default: `"auto"`.
    pub either: __charm_tracing::Value,
    /// The parameter `tuple`.
    pub tuple: ::core::option::Option<::std::vec::Vec<__charm_tracing::Value>>,
    /// The parameter `choice`.
    pub choice: ::core::option::Option<__charm_tracing::Value>,
    /// The parameter `signs`.
    ///
    /// One of `"+"`, `"-"`.
    /// Default: `"+"`.
    pub signs: ::std::string::String,
    /// The parameter `alike`.
    ///
    /// One of `"a-b"`, `"a_b"`.
    pub alike: ::core::option::Option<::std::string::String>,
    /// The parameter `numbers`.
    ///
    /// One of `1`, `"two"`.
    pub numbers: ::core::option::Option<__charm_tracing::Value>,
    /// The parameter `odd`.
    pub odd: ::core::option::Option<::std::string::String>,
    /// The parameter `bounded`.
    pub bounded: ::core::option::Option<i64>,
    /// The parameter `strict`.
    pub strict: ::core::option::Option<MixedStrict>,
}

impl __charm_tracing::Params for Mixed {
    const ACTION: &'static str = "mixed";

    fn read(
        params: &__charm_tracing::Fields,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        ::core::result::Result::Ok(Self {
            either: params.or_json("either", "\"auto\"")?,
            tuple: params.optional("tuple")?,
            choice: params.optional("choice")?,
            signs: params.or("signs", "+")?,
            alike: params.optional("alike")?,
            numbers: params.optional("numbers")?,
            odd: params.optional("odd")?,
            bounded: params.optional("bounded")?,
            strict: params.optional("strict")?,
        })
    }
}

/// An object among the parameters.
#[derive(Clone, Debug, PartialEq)]
pub struct MixedStrict {
    /// The parameter `known`.
    pub known: ::core::option::Option<bool>,
    /// What was given beyond the declared parameters, by name.
    pub additional: ::std::collections::BTreeMap<
        ::std::string::String,
        __charm_tracing::Value,
    >,
}

impl __charm_tracing::FromValue for MixedStrict {
    fn from_value(
        value: &__charm_tracing::Field<'_>,
    ) -> ::core::result::Result<Self, __charm_tracing::Error> {
        let fields = value.object()?;
        ::core::result::Result::Ok(Self {
            known: fields.optional("known")?,
            additional: fields.beyond(&["known"])?,
        })
    }
}
