//! The generated table: well-formed, whole, and with the releases where it says so.

use podls::schema::{self, Release, Shape, Type};

/// Types of which Kubernetes documents no, or not every, field.
const UNDOCUMENTED: [&str; 3] = ["ExternalDocumentation", "GroupResource", "JSONSchemaProps"];

#[test]
fn types_and_fields_are_sorted_and_numbered() {
    let mut field_id = 0;
    for (number, ty) in schema::types().iter().enumerate() {
        assert_eq!(usize::from(ty.id), number, "{}", ty.name);
        assert_eq!(schema::type_named(ty.name), Some(ty));
        assert!(ty.fields.is_sorted_by(|a, b| a.name < b.name), "{}", ty.name);
        assert!(!ty.doc.is_empty(), "{}", ty.name);
        for field in ty.fields {
            assert_eq!(usize::from(field.id), field_id, "{}.{}", ty.name, field.name);
            assert_eq!(ty.field(field.name), Some(field));
            let is_undocumented = UNDOCUMENTED.contains(&ty.name) || (ty.name, field.name) == ("CertificateSigningRequest", "metadata");
            assert!(is_undocumented || !field.doc.is_empty(), "{}.{}", ty.name, field.name);
            assert!(Release::ALL.into_iter().any(|release| field.known_in(release)), "{}.{}", ty.name, field.name);
            field_id += 1;
        }
    }
    assert_eq!(field_id, schema::FIELDS);
}

#[test]
fn every_workload_leads_to_its_pod_spec() {
    assert_eq!((schema::kinds().len(), schema::workloads().len()), (64, 9));
    for kind in schema::kinds() {
        assert_eq!(schema::kind(kind.api_version, kind.kind).map(|it| it.ty), Some(kind.ty));
    }
    for kind in schema::workloads() {
        let end = kind.pod_spec.iter().fold(kind.ty, |ty, name| object(ty, name));
        assert_eq!(end.name, "PodSpec", "{}", kind.kind);
    }
}

#[test]
fn every_type_is_reached_from_a_kind() {
    let mut todo: Vec<&Type> = schema::kinds().iter().map(|kind| kind.ty).collect();
    let mut reached = vec![false; schema::types().len()];
    while let Some(ty) = todo.pop() {
        if !std::mem::replace(&mut reached[usize::from(ty.id)], true) {
            todo.extend(ty.fields.iter().filter_map(|field| innermost(field.shape)));
        }
    }
    let lost: Vec<_> = schema::types().iter().filter(|ty| !reached[usize::from(ty.id)]).map(|ty| ty.name).collect();
    assert_eq!(lost, [""; 0]);
}

#[test]
fn shapes() {
    for (ty, field, shape) in [
        ("Container", "image", "String"),
        ("Container", "stdin", "Bool"),
        ("Container", "ports", "List(ContainerPort)"),
        ("Container", "args", "List(String)"),
        ("ContainerPort", "containerPort", "Int32"),
        ("EmptyDirVolumeSource", "sizeLimit", "Quantity"),
        ("HTTPGetAction", "port", "IntOrString"),
        ("ManagedFieldsEntry", "fieldsV1", "Any"),
        ("ObjectMeta", "annotations", "Map(String)"),
        ("ObjectMeta", "creationTimestamp", "Time"),
        ("PodSecurityContext", "supplementalGroups", "List(Int64)"),
        ("PodSpec", "containers", "List(Container)"),
        ("ResourceRequirements", "limits", "Map(Quantity)"),
    ] {
        let found = schema::type_named(ty).and_then(|it| it.field(field)).expect(field);
        assert_eq!(name(found.shape), shape, "{ty}.{field}");
    }
}

#[test]
fn releases() {
    let known = |ty: &str, field: &str| {
        let field = schema::type_named(ty).and_then(|it| it.field(field)).expect(field);
        Release::ALL.into_iter().filter(|&release| field.known_in(release)).map(Release::name).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(known("PodSpec", "containers"), "1.33 1.34 1.35 1.36 1.37");
    assert_eq!(known("Container", "restartPolicyRules"), "1.34 1.35 1.36 1.37");
    assert_eq!(known("PodSpec", "schedulingGroup"), "1.36 1.37");
    assert_eq!(known("PodSpec", "workloadRef"), "1.35");
    assert_eq!(known("EmptyDirVolumeSource", "mode"), "1.37");
    assert_eq!(schema::type_named("PodSpec").unwrap().fields_in(Release::V1_33).filter(|it| it.name == "workloadRef").count(), 0);
}

fn object(ty: &'static Type, field: &str) -> &'static Type {
    innermost(ty.field(field).expect(field).shape).expect(field)
}

fn innermost(shape: Shape) -> Option<&'static Type> {
    match shape {
        Shape::Object(ty) | Shape::ObjectOrBool(ty) => Some(ty),
        Shape::List(item) | Shape::Map(item) => innermost(*item),
        _ => None,
    }
}

fn name(shape: Shape) -> String {
    match shape {
        Shape::Object(ty) => ty.name.to_owned(),
        Shape::List(item) => format!("List({})", name(*item)),
        Shape::Map(item) => format!("Map({})", name(*item)),
        plain => format!("{plain:?}"),
    }
}
