//! ConfigMap, Secret, Namespace, Node, ServiceAccount, Event, Lease.

use super::groups;
use super::row::Row;

pub(super) const ROWS: &[Row] = &[];

pub(super) const GROUPS: &[groups::Row] = &[];
