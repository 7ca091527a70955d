//! CustomResourceDefinition, APIService, ControllerRevision, StorageVersionMigration.

use super::groups;
use super::row::Row;

pub(super) const ROWS: &[Row] = &[];

pub(super) const GROUPS: &[groups::Row] = &[];
