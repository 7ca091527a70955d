//! How the rows are written: `at("Container.name").required().format(DnsLabel).source("validateContainerCommon")`.

use super::{Enforced, Facts, Format, Gate, Release, Target, Value};

/// Facts and the place they hold in.
#[derive(Debug)]
pub(super) struct Row {
    /// `Type.field`, or `Type.parent.field` for what holds only below that parent; `Kind` stands for each kind, `ClusterKind` for
    /// those that are in no namespace.
    pub place: &'static str,
    pub facts: Facts,
}

/// The largest user and group number: `IsValidUserID`, `IsValidGroupID`.
pub(super) const MAX_ID: i64 = i32::MAX as i64;
/// The largest number of an `int32` field, for what has only a lower bound.
pub(super) const MAX: i64 = i64::MAX;

pub(super) const fn at(place: &'static str) -> Row {
    Row { place, facts: Facts::NONE }
}

/// A value and what it does.
pub(super) const fn value(name: &'static str, doc: &'static str) -> Value {
    Value { name, doc, since: Release::OLDEST }
}

impl Value {
    pub(super) const fn since(mut self, release: Release) -> Value {
        self.since = release;
        self
    }
}

impl Row {
    pub const fn required(mut self) -> Row {
        self.facts.required = true;
        self
    }

    /// Not required, though it is so in general.
    pub const fn optional(mut self) -> Row {
        self.facts.optional = true;
        self
    }

    pub const fn default(mut self, text: &'static str) -> Row {
        self.facts.default = Some(text);
        self
    }

    /// The only values.
    pub const fn values(mut self, values: &'static [Value]) -> Row {
        self.facts.values = values;
        self.facts.closed = true;
        self
    }

    /// The usual values among others.
    pub const fn known(mut self, values: &'static [Value]) -> Row {
        self.facts.values = values;
        self
    }

    pub const fn refuses_empty(mut self) -> Row {
        self.facts.refuses_empty = true;
        self
    }

    pub const fn format(mut self, format: Format) -> Row {
        self.facts.format = Some(format);
        self
    }

    pub const fn keys(mut self, format: Format) -> Row {
        self.facts.keys = Some(format);
        self
    }

    pub const fn known_keys(mut self, keys: &'static [Value]) -> Row {
        self.facts.known_keys = keys;
        self
    }

    pub const fn range(mut self, min: i64, max: i64) -> Row {
        self.facts.range = Some((min, max));
        self
    }

    pub const fn max_length(mut self, length: usize) -> Row {
        self.facts.max_length = Some(length);
        self
    }

    pub const fn max_items(mut self, items: usize) -> Row {
        self.facts.max_items = Some(items);
        self
    }

    pub const fn unique(mut self, keys: &'static [&'static [&'static str]]) -> Row {
        self.facts.unique = keys;
        self
    }

    pub const fn warns_repeated(mut self, key: &'static str) -> Row {
        self.facts.warns_repeated = Some(key);
        self
    }

    pub const fn refers_to(mut self, target: Target) -> Row {
        self.facts.refers_to = Some(target);
        self
    }

    pub const fn forbidden(mut self, remedy: &'static str) -> Row {
        self.facts.forbidden = Some(remedy);
        self
    }

    /// Behind a gate that is on by default from that release.
    pub const fn gate(mut self, name: &'static str, on_since: Option<Release>) -> Row {
        self.facts.gate = Some(Gate { name, on_since });
        self
    }

    pub const fn enforced_since(mut self, release: Release) -> Row {
        self.facts.enforced = Enforced::Since(release);
        self
    }

    /// Not enforced by the server.
    pub const fn advice(mut self) -> Row {
        self.facts.enforced = Enforced::Never;
        self
    }

    /// The server does not look at it in objects of that kind.
    pub const fn not_in(mut self, kind: &'static str) -> Row {
        self.facts.not_in = Some(kind);
        self
    }

    pub const fn source(mut self, name: &'static str) -> Row {
        self.facts.source = name;
        self
    }
}
