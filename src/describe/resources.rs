//! Requests and limits: what the server derives from them (`SetDefaults_Pod`, `DefaultPodLevelResources`, `GetPodQOS`).

use std::collections::BTreeMap;

use serde_json::Value as Json;

use crate::pod::quantity::Quantity;
use crate::schema::Release;

use super::json::{Read, items_mut, within};
use super::quantity;

/// Where a limit has no request, the limit is the request.
pub(super) fn requests_from_limits(resources: &mut Json) {
    let limits = resources["limits"].clone();
    if limits.is_given()
        && let Some(Json::Object(requests)) = within(resources, "requests")
    {
        for (name, limit) in limits.entries() {
            requests.entry(name).or_insert_with(|| limit.clone());
        }
    }
}

/// Fills in the requests and limits of the whole Pod, where some are given.
pub(super) fn of_pod(spec: &mut Json, release: Release) {
    if !spec["resources"]["requests"].is_given() && !spec["resources"]["limits"].is_given() {
        return;
    }
    // Before the gate PodLevelResourcesFixDefaulting, requests came from limits alone, and limits were not filled in.
    let is_fixed = release >= Release::V1_37;
    let all_limits = aggregate(spec, "limits");
    let all_requests = aggregate(spec, "requests");
    let limited_everywhere = |name: &str| {
        let mut containers = spec["initContainers"].items().iter().chain(spec["containers"].items());
        containers.all(|container| !container["resources"]["limits"][name].is_null())
    };
    let resources = &spec["resources"];
    let mut limits = map(&resources["limits"]);
    let mut requests = map(&resources["requests"]);
    for (name, limit) in &all_limits {
        if is_huge_page(name) && !requests.contains_key(name) {
            limits.entry(name.clone()).or_insert_with(|| limit.clone());
        }
    }
    if is_fixed || !limits.is_empty() {
        for (name, request) in all_requests.into_iter().filter(|(name, _)| is_compute(name)) {
            requests.entry(name).or_insert(request);
        }
    }
    for (name, limit) in limits.iter().filter(|(name, _)| is_supported(name)) {
        requests.entry(name.clone()).or_insert_with(|| limit.clone());
    }
    if is_fixed {
        for (name, request) in requests.iter().filter(|(name, _)| is_supported(name)) {
            if let Some(limit) = all_limits.get(name).filter(|_| !limits.contains_key(name) && limited_everywhere(name)) {
                let larger = if amount(request) > amount(limit) { request } else { limit };
                limits.insert(name.clone(), larger.clone());
            }
        }
    }
    let to_json = |map: BTreeMap<String, String>| Json::Object(map.into_iter().map(|(name, text)| (name, text.into())).collect());
    if !limits.is_empty() {
        spec["resources"]["limits"] = to_json(limits);
    }
    if !requests.is_empty() {
        spec["resources"]["requests"] = to_json(requests);
    }
}

/// What all containers need together: the running ones, or an init container beside the sidecars before it if that is more.
fn aggregate(spec: &Json, field: &str) -> BTreeMap<String, String> {
    let of = |container: &Json| map(&container["resources"][field]);
    let (mut running, mut sidecars, mut starting) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
    spec["containers"].items().iter().for_each(|container| add(&mut running, of(container)));
    for container in spec["initContainers"].items() {
        let mut needed = sidecars.clone();
        add(&mut needed, of(container));
        if container["restartPolicy"] == "Always" {
            add(&mut running, of(container));
            sidecars = needed.clone();
        }
        take_larger(&mut starting, needed);
    }
    take_larger(&mut running, starting);
    running
}

fn add(total: &mut BTreeMap<String, String>, more: BTreeMap<String, String>) {
    for (name, text) in more {
        total.entry(name).and_modify(|sum| *sum = quantity::sum(&[sum.as_str(), &text])).or_insert(text);
    }
}

fn take_larger(total: &mut BTreeMap<String, String>, other: BTreeMap<String, String>) {
    for (name, text) in other {
        if total.get(&name).is_none_or(|it| amount(&text) > amount(it)) {
            total.insert(name, text);
        }
    }
}

fn map(list: &Json) -> BTreeMap<String, String> {
    list.entries().map(|(name, text)| (name.to_owned(), text.show())).collect()
}

fn amount(text: &str) -> Quantity {
    Quantity::parse(text).unwrap_or_default()
}

fn is_compute(name: &str) -> bool {
    ["cpu", "memory"].contains(&name)
}

fn is_huge_page(name: &str) -> bool {
    name.starts_with("hugepages-")
}

fn is_supported(name: &str) -> bool {
    is_compute(name) || is_huge_page(name)
}

/// The QoS class of a Pod by its PodSpec.
pub(super) fn qos_class(spec: &Json) -> &'static str {
    let of_pod = &spec["resources"];
    if ["requests", "limits"].iter().any(|field| of_pod[field].entries().any(|(name, _)| is_supported(name))) {
        return class(of_pod);
    }
    let containers = spec["initContainers"].items().iter().chain(spec["containers"].items());
    common(containers.map(|container| class(&container["resources"]))).unwrap_or("BestEffort")
}

fn class(resources: &Json) -> &'static str {
    let of = |name: &str| {
        let [request, limit] = ["requests", "limits"].map(|field| amount(resources[field][name].text()));
        match request {
            _ if request != limit => "Burstable",
            Quantity::ZERO => "BestEffort",
            _ => "Guaranteed",
        }
    };
    common(["cpu", "memory"].map(of).into_iter()).unwrap_or("BestEffort")
}

/// The class that all have; those that differ are burstable together.
fn common(mut classes: impl Iterator<Item = &'static str>) -> Option<&'static str> {
    let first = classes.next()?;
    Some(if classes.all(|class| class == first) { first } else { "Burstable" })
}

/// Why a Pod is not guaranteed its resources: the first container whose requests and limits differ.
pub(super) fn not_guaranteed(spec: &Json) -> Option<String> {
    let differs = |who: &str, resources: &Json| {
        ["cpu", "memory"].into_iter().find_map(|name| {
            let [request, limit] = ["requests", "limits"].map(|field| &resources[field][name]);
            let is_equal = amount(request.text()) == amount(limit.text());
            let show = |it: &Json| it.show_or("none");
            if !is_equal {
                Some(format!("{who}: {name} request {}, limit {}", show(request), show(limit)))
            } else {
                (amount(request.text()) == Quantity::ZERO).then(|| format!("{who}: no {name} request and limit"))
            }
        })
    };
    let of_pod = &spec["resources"];
    if of_pod["requests"].is_given() || of_pod["limits"].is_given() {
        return differs("the Pod", of_pod);
    }
    let mut containers = spec["initContainers"].items().iter().chain(spec["containers"].items());
    containers.find_map(|container| differs(container["name"].text(), &container["resources"]))
}

/// What the scheduler reserves on the node: `cpu 250m`.
pub(super) fn reserved(spec: &Json) -> Vec<String> {
    let mut all = aggregate(spec, "requests");
    all.extend(map(&spec["resources"]["requests"]));
    all.into_iter().map(|(name, amount)| format!("{name} {amount}")).collect()
}

/// The PodSpec of a template as its Pods have it.
pub(super) fn as_in_pods(spec: &Json, release: Release) -> Json {
    let mut spec = spec.clone();
    for list in ["initContainers", "containers"] {
        items_mut(&mut spec, list).for_each(|it| it.get_mut("resources").into_iter().for_each(requests_from_limits));
    }
    of_pod(&mut spec, release);
    spec
}
