//! The table that `build.rs` writes: `TYPES`, sorted by name; `ty`, a constant for each of them; `KINDS`; and `FIELDS`, the number of fields of all types.
use super::{Field, KindInfo, Release, Scope, Shape, Type, prefix};

include!(concat!(env!("OUT_DIR"), "/schema.rs"));
