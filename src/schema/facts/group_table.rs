//! The groups of all areas by their structs.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::super::{Type, type_named};
use super::groups::{self, Group, Row};
use super::{access, config, devices, extensions, network, scaling, storage};

/// The groups of a struct.
pub fn groups(ty: &Type) -> &'static [Group] {
    let table: &'static HashMap<u16, Vec<Group>> = &TABLE;
    table.get(&ty.id).map_or(&[], Vec::as_slice)
}

static TABLE: LazyLock<HashMap<u16, Vec<Group>>> = LazyLock::new(|| {
    let mut table: HashMap<u16, Vec<Group>> = HashMap::new();
    for row in rows() {
        if let Some(ty) = type_named(row.ty) {
            table.entry(ty.id).or_default().push(row.group(ty));
        }
    }
    table
});

/// The rows of all areas.
pub(super) fn rows() -> impl Iterator<Item = &'static Row> {
    let others = [config::GROUPS, network::GROUPS, scaling::GROUPS, storage::GROUPS, access::GROUPS, devices::GROUPS, extensions::GROUPS];
    groups::ROWS.iter().chain(others.into_iter().flatten())
}
