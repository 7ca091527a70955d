//! Device classes, resource claims and slices.

use super::groups;
use super::row::Row;

pub(super) const ROWS: &[Row] = &[];

pub(super) const GROUPS: &[groups::Row] = &[];
