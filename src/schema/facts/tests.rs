//! Rows name what is there, and agree with the API documentation.

use super::{Facts, Place, group_table, groups, of, rows, type_named, within};
use crate::schema::Release;

#[test]
fn every_row_names_a_field() {
    for row in rows() {
        assert!(!Place::all(row).is_empty(), "{} is no field", row.place);
    }
    for row in group_table::rows() {
        let ty = type_named(row.ty).expect(row.ty);
        if let groups::Members::Only(names) = row.fields {
            for name in names {
                assert!(ty.field(name).is_some(), "{}.{name} is no field", row.ty);
            }
        }
    }
}

#[test]
fn no_place_has_two_rows() {
    let mut places: Vec<_> = rows().map(|row| row.place).collect();
    places.sort_unstable();
    let twice: Vec<_> = places.windows(2).filter(|pair| pair[0] == pair[1]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

/// Where the documentation lacks newer values, or `list` is a verb and a word.
const INCOMPLETE: [&str; 3] = ["DeviceToleration.effect", "NonResourcePolicyRule.verbs", "ResourcePolicyRule.verbs"];

/// Documentation that names two of the values lists them all; one that names a single one gives the default.
#[test]
fn documentation_lists_our_values() {
    let mut missing = Vec::new();
    for row in rows().filter(|row| row.facts.closed && !INCOMPLETE.contains(&row.place)) {
        for place in Place::all(row) {
            let values = row.facts.values.iter().map(|value| value.name).filter(|name| !name.is_empty());
            let (there, lost): (Vec<_>, Vec<_>) = values.partition(|name| place.field.doc.contains(name));
            if there.len() > 1 && !lost.is_empty() {
                missing.push(format!("{}: {lost:?}", row.place));
            }
        }
    }
    assert_eq!(missing, [""; 0]);
}

#[test]
fn a_place_refines_what_holds_anywhere() {
    let field = |ty: &str, name: &str| type_named(ty).and_then(|ty| ty.field(name)).expect(name);
    let successes = field("Probe", "successThreshold");
    assert_eq!(of(successes).range, Some((0, i64::MAX)));
    assert_eq!(within(field("Container", "livenessProbe"), successes).range, Some((0, 1)));
    assert_eq!(within(field("Container", "livenessProbe"), successes).default, Some("`1` (`0` also means `1`)"));
    assert_eq!(within(field("Container", "readinessProbe"), successes).range, Some((0, i64::MAX)));
    assert!(of(field("EphemeralContainer", "name")).required);
    assert_eq!(within(field("CronJob", "metadata"), field("ObjectMeta", "name")).max_length, Some(52));
}

#[test]
fn releases_count() {
    let facts = |ty: &str, name: &str| -> &'static Facts { of(type_named(ty).and_then(|ty| ty.field(name)).expect(name)) };
    assert_eq!(facts("Container", "restartPolicy").values_in(Release::V1_33).count(), 1);
    assert_eq!(facts("Container", "restartPolicy").values_in(Release::V1_37).count(), 3);
    assert!(!facts("EmptyDirVolumeSource", "mode").enforced_in(Release::V1_37));
    assert!(facts("Volume", "name").enforced_in(Release::V1_33));
}
