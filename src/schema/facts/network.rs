//! Service, Endpoints, EndpointSlice, Ingress, IngressClass, NetworkPolicy, IPAddress, ServiceCIDR.

use super::groups;
use super::row::Row;

pub(super) const ROWS: &[Row] = &[];

pub(super) const GROUPS: &[groups::Row] = &[];
