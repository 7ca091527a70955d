//! Whether the conditions of diagnostics hold.

use std::collections::BTreeMap;

use super::{Limit, MOST_OBJECTS, Offer, Offers, SameScope, Sharing, What, Workload};
use crate::diagnostic::Diagnostic;
use crate::diagnostic::condition::{self, Amount, Asked, Condition, Labels, Least, Scope, TargetPort};
use crate::rules::unknown_object;

/// A name is compared with no more others.
const MOST_COMPARED: usize = 64;

impl<'o> Offers<'o> {
    /// Those of all documents. Empty where there are too many.
    pub fn new(offers: impl Iterator<Item = &'o Offer>) -> Self {
        let all: Vec<_> = offers.take(MOST_OBJECTS + 1).collect();
        if all.len() > MOST_OBJECTS {
            return Offers::default();
        }
        let mut found = Offers { all, ..Offers::default() };
        for (at, offer) in found.all.iter().enumerate() {
            found.by_kind.entry(offer.kind.as_str()).or_default().push(at);
            found.has_unknown_pods |= matches!(&offer.what, What::Foreign | What::Workload(Workload { labels: None, .. }));
            if let What::Workload(_) = &offer.what {
                found.workloads.push(at);
            }
            found.by_name.entry((offer.kind.as_str(), offer.name.as_str())).or_default().push(at);
            if let What::Workload(Workload { labels: Some(labels), .. }) = &offer.what {
                labels.iter().for_each(|(key, value)| found.by_label.entry((key.as_str(), value.as_str())).or_default().push(at));
            }
        }
        found
    }

    /// Whether the condition of a diagnostic holds, in a document before which there are objects or not.
    pub fn uphold(&self, diagnostic: &Diagnostic, is_later: bool) -> bool {
        diagnostic
            .condition
            .as_ref()
            .is_none_or(|condition| if **condition == Condition::IsLater { is_later } else { self.fulfil(condition) })
    }

    /// Whether the object that a diagnostic looks for is there.
    pub fn give(&self, diagnostic: &Diagnostic) -> bool {
        match diagnostic.condition.as_deref() {
            Some(Condition::UnknownObject(scope, kind, name)) => self.defines(kind, name, scope),
            _ => false,
        }
    }

    /// Whether an object of a kind and name is there, or may be in that namespace.
    fn defines(&self, kind: &str, name: &str, scope: &Scope) -> bool {
        self.named(kind, name).any(|it| may_be(&it.scope, scope))
    }

    /// Whether a condition holds.
    pub fn fulfil(&self, condition: &Condition) -> bool {
        match condition {
            Condition::IsLater => false,
            Condition::Unused(code) => {
                let codes_of = |offer: &&'o Offer| if let What::Silenced(codes) = &offer.what { Some(codes) } else { None };
                let mut silenced = self.all.iter().filter_map(codes_of).peekable();
                silenced.peek().is_some() && !silenced.any(|codes| codes.contains(code))
            }
            Condition::SelectsNothing(scope, selector) => {
                let mut workloads = self.workloads(scope).peekable();
                // Others may make Pods with any labels.
                workloads.peek().is_some() && !self.has_unknown_pods && self.selected(scope, selector, may_be).next().is_none()
            }
            Condition::LacksPort(scope, selector, port, protocol) => {
                let mut selected = self.selected(scope, selector, equal).peekable();
                let lacks = |workload: &Workload| match port {
                    TargetPort::Name(name) => !workload.ports.iter().any(|it| it.name.as_ref() == Some(name) && it.protocol == *protocol),
                    TargetPort::Number(number) => {
                        !workload.ports.is_empty()
                            && workload.ports.iter().all(|it| it.number.is_some_and(|port| port != *number || it.protocol != *protocol))
                    }
                };
                selected.peek().is_some() && !self.has_unknown_pods && selected.all(lacks)
            }
            Condition::NeedsAll(scope, selector, least) => {
                let needed = |replicas: i64| match least {
                    Least::Count(number) => *number,
                    Least::Percent(percent) => percent.saturating_mul(replicas).saturating_add(99) / 100,
                };
                let mut selected = self.selected_offers(scope, selector, equal);
                let (Some((offer, workload)), None) = (selected.next(), selected.next()) else { return false };
                let scales = |it: &Offer| matches!(&it.what, What::Autoscaler(kind, name) if *kind == offer.kind && *name == offer.name);
                ["Deployment", "StatefulSet", "ReplicaSet"].contains(&offer.kind.as_str())
                    && workload.replicas > 0
                    && workload.replicas <= needed(workload.replicas)
                    && !self.of_kind("HorizontalPodAutoscaler", scope).any(scales)
            }
            Condition::HasOtherBudget(scope, selector, name) => self.selected(scope, selector, equal).any(|workload| {
                self.of_kind("PodDisruptionBudget", scope).filter(|it| it.name != *name).any(|it| match (&it.what, &workload.labels) {
                    (What::Budget(selector), Some(labels)) => selector.iter().all(|(key, value)| labels.get(key) == Some(value)),
                    _ => false,
                })
            }),
            Condition::HasOtherScaler(workload, name) => {
                let scales =
                    |it: &Offer| matches!(&it.what, What::Autoscaler(kind, target) if *kind == workload.kind && *target == workload.name);
                self.of_kind("HorizontalPodAutoscaler", &workload.scope).any(|it| it.name != *name && scales(it))
            }
            Condition::UnknownObject(scope, kind, name) => {
                let are_few = self.of_kind(kind, scope).nth(MOST_COMPARED).is_none();
                let alike = self.of_kind(kind, scope).map(|it| it.name.as_str());
                are_few && unknown_object::is_misspelt(name, alike) && !self.defines(kind, name, scope)
            }
            Condition::LacksTarget(scope, kind, name) => {
                self.of_kind(kind, scope).next().is_some() && !self.named(kind, name).any(|it| may_be(&it.scope, scope))
            }
            Condition::LacksRequests(workload, resource, container) => {
                let gives =
                    |it: &Limit| it.of == "Container" && ["default", "defaultRequest"].contains(&it.list) && it.resource == *resource;
                let is_meant = |name: &str| container.as_ref().is_none_or(|it| it == name);
                let lacks = |offer: &Offer| {
                    requests(offer).is_some_and(|all| all.iter().any(|(name, it)| is_meant(name) && !it.contains(resource)))
                };
                self.all_targets(workload, lacks) && !self.limits(&workload.scope).any(gives)
            }
            Condition::LacksContainer(workload, container) => {
                let lacks = |offer: &Offer| match &offer.what {
                    What::Workload(Workload { requests: Some(all), sidecars, .. }) => {
                        !sidecars.contains(container) && all.iter().all(|(name, _)| name != container)
                    }
                    _ => false,
                };
                self.all_targets(workload, lacks)
            }
            Condition::LacksKey(scope, kind, name, key) => {
                let mut objects = self.named(kind, name).filter(|it| equal(&it.scope, scope)).peekable();
                let lacks = |offer: &Offer| matches!(&offer.what, What::Keys(keys) if !keys.contains(key));
                objects.peek().is_some() && objects.all(lacks)
            }
            Condition::ClaimNotShared(scope, name) => {
                let mut claims = self.named("PersistentVolumeClaim", name).filter(|it| may_be(&it.scope, scope));
                claims.all(|it| sharing(it) == Some(Sharing::OneNode))
            }
            Condition::ClaimOfOneNode(scope, name) => self.sharing_of(scope, name).is_some_and(|it| it != Sharing::Nodes),
            Condition::ClaimOfOnePod(scope, name) => self.sharing_of(scope, name) == Some(Sharing::OnePod),
            Condition::ClaimIsBlock(scope, name, wanted) => {
                let mut claims = self.named("PersistentVolumeClaim", name).filter(|it| equal(&it.scope, scope));
                claims.next().is_some_and(|it| matches!(it.what, What::Claim { is_block, .. } if is_block == *wanted))
            }
            Condition::LacksServicePort(scope, name, port) => {
                let lacks = |offer: &Offer| match (&offer.what, port) {
                    (What::Service { ports, .. }, TargetPort::Name(name)) => !ports.iter().any(|(it, _)| it.as_ref() == Some(name)),
                    (What::Service { ports, .. }, TargetPort::Number(number)) => !ports.iter().any(|(_, it)| *it == Some(*number)),
                    _ => false,
                };
                let mut services = self.named("Service", name).filter(|it| equal(&it.scope, scope)).peekable();
                services.peek().is_some() && services.all(lacks)
            }
            Condition::HasAddress(scope, name) => {
                let mut services = self.named("Service", name).filter(|it| equal(&it.scope, scope)).peekable();
                services.peek().is_some() && services.all(|it| matches!(it.what, What::Service { is_headless: false, .. }))
            }
            Condition::ServesOnly(service, own, asked) => {
                let mut services = self.named("Service", service).filter(|it| equal(&it.scope, &own.scope));
                let (Some(only), None) = (services.next(), services.next()) else { return false };
                let What::Service { is_headless, selector, has_unready: false, .. } = &only.what else { return false };
                let mut selected = self.selected_offers(&own.scope, selector, may_be);
                let is_own = |it: &Offer| it.kind == own.kind && it.name == own.name;
                (*is_headless || *asked == Asked::Answer)
                    && !self.has_unknown_pods
                    && selected.next().is_some_and(|(it, _)| is_own(it))
                    && selected.next().is_none()
            }
            Condition::BreaksLimits(scope, amount) => self.limits(scope).any(|limit| breaks(limit, amount)),
            Condition::ExceedsQuota(scope, resource, millis) => {
                let bare = resource.strip_prefix("requests.").unwrap_or(resource);
                self.quotas(scope).any(|hard| [resource, bare].iter().any(|it| hard.get(*it).is_some_and(|most| millis > most)))
            }
            Condition::LacksForQuota(scope, resources) => {
                let set = |resource: &str| {
                    let (list, name) = resource.split_once('.').unwrap_or(("requests", resource));
                    self.limits(scope)
                        .filter(|it| it.of == "Container")
                        .any(|it| it.resource == name && (it.list == "default" || list == "requests" && it.list == "defaultRequest"))
                };
                let counts = |resource: &String| {
                    let bare = resource.strip_prefix("requests.").unwrap_or(resource);
                    self.quotas(scope).any(|hard| hard.contains_key(resource) || hard.contains_key(bare))
                };
                resources.iter().any(|it| counts(it) && !set(it))
            }
            Condition::Violates(namespace, level) => self.named("Namespace", namespace).any(|it| match it.what {
                What::Namespace(Some(enforced)) => enforced >= *level,
                _ => false,
            }),
        }
    }

    fn of_kind<'s>(&'s self, kind: &'s str, scope: &'s Scope) -> impl Iterator<Item = &'o Offer> + use<'s, 'o> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| self.all[*at]).filter(|it| equal(&it.scope, scope))
    }

    fn named<'s>(&'s self, kind: &'s str, name: &'s str) -> impl Iterator<Item = &'o Offer> + use<'s, 'o> {
        self.by_name.get(&(kind, name)).into_iter().flatten().map(|at| self.all[*at])
    }

    fn workloads<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'o Workload> + use<'s, 'o> {
        self.workloads.iter().map(|at| self.all[*at]).filter(|it| equal(&it.scope, scope)).filter_map(|it| match &it.what {
            What::Workload(workload) => Some(workload),
            _ => None,
        })
    }

    fn limits<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'o Limit> + use<'s, 'o> {
        let of = |it: &'o Offer| match &it.what {
            What::Limits(limits) => limits.as_slice(),
            _ => &[],
        };
        self.of_kind("LimitRange", scope).flat_map(of)
    }

    fn quotas<'s>(&'s self, scope: &'s Scope) -> impl Iterator<Item = &'o BTreeMap<String, i128>> + use<'s, 'o> {
        self.of_kind("ResourceQuota", scope).filter_map(|it| match &it.what {
            What::Quota(hard) => Some(hard),
            _ => None,
        })
    }

    /// Whether a workload is there, and whatever has its name is so.
    fn all_targets(&self, workload: &condition::Workload, is_so: impl Fn(&Offer) -> bool) -> bool {
        let mut targets = self.named(&workload.kind, &workload.name).filter(|it| equal(&it.scope, &workload.scope)).peekable();
        targets.peek().is_some() && targets.all(is_so)
    }

    fn sharing_of(&self, scope: &Scope, claim: &str) -> Option<Sharing> {
        self.named("PersistentVolumeClaim", claim).find(|it| equal(&it.scope, scope)).and_then(sharing)
    }

    fn selected<'s>(
        &'s self,
        scope: &'s Scope,
        selector: &'s Labels,
        is_same: SameScope,
    ) -> impl Iterator<Item = &'o Workload> + use<'s, 'o> {
        self.selected_offers(scope, selector, is_same).map(|it| it.1)
    }

    fn selected_offers<'s>(
        &'s self,
        scope: &'s Scope,
        selector: &'s Labels,
        is_same: SameScope,
    ) -> impl Iterator<Item = (&'o Offer, &'o Workload)> + use<'s, 'o> {
        let first = selector.iter().next().and_then(|(key, value)| self.by_label.get(&(key.as_str(), value.as_str())));
        first.into_iter().flatten().map(|at| self.all[*at]).filter(move |it| is_same(&it.scope, scope)).filter_map(move |it| {
            match &it.what {
                What::Workload(workload) => {
                    let labels = workload.labels.as_ref()?;
                    selector.iter().all(|(key, value)| labels.get(key) == Some(value)).then_some((it, workload))
                }
                _ => None,
            }
        })
    }
}

fn sharing(claim: &Offer) -> Option<Sharing> {
    match claim.what {
        What::Claim { sharing, .. } => Some(sharing),
        _ => None,
    }
}

/// What the containers of a workload request, see [`Workload::requests`].
fn requests(workload: &Offer) -> Option<&[(String, Vec<String>)]> {
    match &workload.what {
        What::Workload(Workload { requests, .. }) => requests.as_deref(),
        _ => None,
    }
}

fn breaks(limit: &Limit, amount: &Amount) -> bool {
    limit.resource == amount.resource
        && limit.of == amount.of
        && match (limit.list, amount.list) {
            ("max", _) => amount.millis > limit.millis,
            // What a Pod asks for in all may be more.
            ("min", _) => amount.millis < limit.millis && amount.of != "Pod",
            ("default", "requests") => amount.other.is_none() && amount.millis > limit.millis,
            ("maxLimitRequestRatio", "limits") => {
                amount.other.is_some_and(|request| request > 0 && amount.millis.saturating_mul(1000) > limit.millis.saturating_mul(request))
            }
            _ => false,
        }
}

fn equal(a: &Scope, b: &Scope) -> bool {
    a == b
}

/// Without a namespace an object may be applied to any.
fn may_be(a: &Scope, b: &Scope) -> bool {
    a == b || a.is_none() || b.is_none()
}
