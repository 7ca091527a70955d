//! The table that `build.rs` writes.
use super::{Field, KindInfo, Release, Shape, Type};

include!(concat!(env!("OUT_DIR"), "/schema.rs"));
