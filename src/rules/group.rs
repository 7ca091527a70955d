//! The rules by groups: what a team switches off, or makes a warning, together.

use std::collections::HashMap;
use std::sync::LazyLock;

use super::*;

/// Rules that belong together.
#[derive(Debug)]
pub struct Group {
    /// As settings and `podls rules` name it: `run-time`.
    pub name: &'static str,
    /// What its rules find, in a sentence.
    pub summary: &'static str,
    /// Its rules.
    pub rules: &'static [&'static Rule],
}

/// All groups, with every rule. A new rule gets its line here, and its `mod` line in `rules.rs`.
pub static GROUPS: &[Group] = &[
    Group {
        name: "syntax",
        summary: "Invalid YAML, and YAML that kubectl interprets differently from the specification.",
        rules: &[
            &yaml_syntax::YAML_SYNTAX,
            &yaml_lenient::YAML_LENIENT,
            &yaml_dropped::YAML_DROPPED,
            &yaml_template::YAML_TEMPLATE,
            &yaml_unsupported::YAML_UNSUPPORTED,
            &duplicate_key::DUPLICATE_KEY,
            &outside::NOT_UTF_8,
        ],
    },
    Group {
        name: "decoding",
        summary: "Objects that the API server cannot decode: unknown kinds and fields, values of the wrong type.",
        rules: &[
            &missing_api_version::MISSING_API_VERSION,
            &missing_kind::MISSING_KIND,
            &not_an_object::NOT_AN_OBJECT,
            &unknown_kind::UNKNOWN_KIND,
            &wrong_api_version::WRONG_API_VERSION,
            &unknown_field::UNKNOWN_FIELD,
            &misplaced_field::MISPLACED_FIELD,
            &type_mismatch::TYPE_MISMATCH,
            &invalid_quantity::INVALID_QUANTITY,
            &unfilled_placeholder::UNFILLED_PLACEHOLDER,
        ],
    },
    Group {
        name: "values",
        summary: "Invalid values of single fields.",
        rules: &[
            &missing_field::MISSING_FIELD,
            &missing_name::MISSING_NAME,
            &invalid_format::INVALID_FORMAT,
            &invalid_name::INVALID_NAME,
            &invalid_annotation::INVALID_ANNOTATION,
            &length_limit::LENGTH_LIMIT,
            &out_of_range::OUT_OF_RANGE,
            &unsupported_value::UNSUPPORTED_VALUE,
            &duplicate_item::DUPLICATE_ITEM,
            &image_whitespace::IMAGE_WHITESPACE,
        ],
    },
    Group {
        name: "fields",
        summary: "Fields that are incompatible with each other, with the kind, or with the Pod's operating system.",
        rules: &[
            &forbidden_field::FORBIDDEN_FIELD,
            &incompatible_fields::pod::INCOMPATIBLE_POD_FIELDS,
            &incompatible_fields::containers::INCOMPATIBLE_CONTAINER_FIELDS,
            &incompatible_fields::volumes::INCOMPATIBLE_VOLUME_FIELDS,
            &incompatible_fields::scheduling::INCOMPATIBLE_SCHEDULING_FIELDS,
            &incompatible_fields::workloads::INCOMPATIBLE_ROLLOUT_FIELDS,
            &incompatible_fields::jobs::INCOMPATIBLE_JOB_FIELDS,
            &incompatible_fields::network::INCOMPATIBLE_NETWORK_FIELDS,
            &incompatible_fields::scaling::INCOMPATIBLE_SCALING_FIELDS,
            &incompatible_fields::storage::INCOMPATIBLE_STORAGE_FIELDS,
            &incompatible_fields::config::INCOMPATIBLE_DATA,
            &incompatible_fields::INVALID_OWNER,
            &other_kinds::access::INCOMPATIBLE_ACCESS_FIELDS,
            &other_kinds::devices::INCOMPATIBLE_DEVICE_FIELDS,
            &other_kinds::extensions::INCOMPATIBLE_EXTENSION_FIELDS,
            &mutually_exclusive::MUTUALLY_EXCLUSIVE,
            &init_container_probe::INIT_CONTAINER_PROBE,
            &os_mismatch::OS_MISMATCH,
            &pod_resources::POD_RESOURCES,
            &resources::RESOURCE_AMOUNTS,
            &unsupported_restart_policy::UNSUPPORTED_RESTART_POLICY,
            &port_clash::HOST_PORT_CLASH,
            &port_clash::HOST_PORT_MISMATCH,
        ],
    },
    Group {
        name: "references",
        summary: "References to names and labels that do not exist.",
        rules: &[
            &unknown_volume::UNKNOWN_VOLUME,
            &unknown_name::UNKNOWN_RESOURCE_CLAIM,
            &unknown_name::UNKNOWN_CONTAINER,
            &probe_port::UNKNOWN_PORT,
            &block_volume::BLOCK_VOLUME,
            &selector_mismatch::SELECTOR_MISMATCH,
        ],
    },
    Group {
        name: "server-warnings",
        summary: "Problems that the API server accepts with a warning, or silently ignores.",
        rules: &[
            &server_warning::labels::DEPRECATED_LABEL,
            &server_warning::annotations::DEPRECATED_ANNOTATION,
            &server_warning::other_kinds::DEPRECATED_FIELD,
            &server_warning::INEFFECTIVE_FIELD,
            &server_warning::QUESTIONABLE_VALUE,
            &server_warning::paths::OVERLAPPING_PATH,
            &server_warning::DUPLICATE_PORT_NAME,
            &server_warning::DUPLICATE_OWNER,
            &server_warning::INVALID_HOST_NAME,
            &server_warning::NONCANONICAL_ADDRESS,
            &overridden_item::OVERRIDDEN_ITEM,
            &empty_volume::REMOVED_VOLUME_TYPE,
            &empty_volume::VOLUME_WITHOUT_SOURCE,
            &resources::FRACTIONAL_BYTES,
            &gated_field::GATED_FIELD,
        ],
    },
    Group {
        name: "run-time",
        summary: "Problems that the API server accepts but that fail at run time.",
        rules: &[
            &entrypoint::BACKGROUND_ARGUMENT,
            &entrypoint::BACKGROUND_ENTRYPOINT,
            &entrypoint::DAEMONIZING_COMMAND,
            &entrypoint::ENDLESS_INIT_CONTAINER,
            &entrypoint::TAIL_PATTERN,
            &shell_words::SHELL_ARGUMENTS,
            &shell_words::SHELL_SYNTAX,
            &shell_words::UNEXPANDED_VARIABLE,
            &curly_quotes::CURLY_QUOTES,
            &port_clash::PORT_CLASH,
            &probe_port::PROBE_HOST,
            &lost_signal::LOST_SIGNAL,
            &lost_signal::IGNORED_SIGNAL,
            &job_index::MISSING_JOB_INDEX,
            &loopback_server::LOOPBACK_SERVER,
            &script_errors::SCRIPT_ERROR,
            &script_errors::EATEN_DOLLAR,
            &script_errors::FOLDED_SCRIPT,
            &script_errors::UNWATCHED_PROCESS,
            &script_lines::SPLIT_COMMAND,
            &script_lines::CARRIAGE_RETURN,
            &script_lines::DASH_PIPEFAIL,
            &neighbours::unknown_key::UNKNOWN_KEY,
            &unknown_object::UNKNOWN_OBJECT,
            &neighbours::claims::SHARED_CLAIM,
            &neighbours::amounts::LIMIT_RANGE,
            &neighbours::amounts::QUOTA_RESOURCES,
            &neighbours::pod_security::POD_SECURITY_LEVEL,
            &neighbours::claims::CLAIM_MODE,
            &neighbours::services::UNKNOWN_SERVICE,
            &neighbours::services::UNMATCHED_SELECTOR,
            &neighbours::services::UNKNOWN_TARGET_PORT,
            &neighbours::scaling::BLOCKING_BUDGET,
            &neighbours::scaling::UNSCALABLE_TARGET,
            &neighbours::services::UNKNOWN_SERVICE_PORT,
            &file_details::DECIMAL_MODE,
            &file_details::OPEN_SSH_KEY,
            &file_details::RELATIVE_WORKING_DIR,
            &image_needs::IMAGE_NEEDS_ROOT,
            &image_needs::SAME_SERVER,
            &image_needs::MISSING_BASH,
            &image_needs::MISSING_SHELL,
            &node_ports::HOST_NETWORK_DNS,
            &node_ports::HOST_PORT_REPLICAS,
            &node_ports::UNDECLARED_PROBE_PORT,
            &node_ports::UNRESOLVABLE_PROBE_HOST,
            &node_ports::UNSUPPORTED_HOOK,
            &variable_reference::UNDEFINED_VARIABLE,
            &variable_reference::SHELL_VARIABLE,
            &lifetime::ENDS_AT_ONCE,
            &lifetime::ENDLESS_JOB,
            &lifetime::DEADLOCKED_INIT_CONTAINER,
            &mounts::hidden::HIDING_MOUNT,
            &mounts::files::FILE_MOUNT,
            &mounts::files::UNKNOWN_FILE,
            &mounts::writes::UNWRITABLE_PATH,
            &scheduling_hints::UNUSUAL_SCHEDULER,
            &scheduling_hints::REMOVED_NODE_ROLE,
            &scheduling_hints::UNMATCHED_SPREAD,
            &scheduling_hints::UNSAFE_SYSCTL,
            &node_constraints::CONTRADICTORY_NODE_CONSTRAINTS,
            &node_constraints::UNKNOWN_NODE_LABEL,
            &capability::UNKNOWN_CAPABILITY,
            &unlikely_amount::UNLIKELY_AMOUNT,
            &empty_dir::UNKNOWN_MEDIUM,
            &empty_dir::OVERSIZED_VOLUME,
            &database_password::MISSING_PASSWORD,
            &cron_schedule::SCHEDULE_NEVER_FIRES,
            &cron_schedule::SHORT_DEADLINE,
            &grace_period::SHORT_GRACE_PERIOD,
            &non_root::NON_ROOT_CONFLICT,
            &invalid_image::INVALID_IMAGE,
            &static_pods::STATIC_POD_REFUSED,
            &static_pods::STATIC_POD_INEFFECTIVE,
            &static_pods::UNREAD_DOCUMENT,
            &static_pods::STATIC_POD_COPY,
            &static_pods::HIDDEN_STATIC_POD,
        ],
    },
    Group {
        name: "podls",
        summary: "Problems in podls configuration files and suppression comments.",
        rules: &[&outside::PODLS_CONFIG, &allow::UNKNOWN_RULE, &allow::UNUSED_ALLOW],
    },
];

/// The group of that name.
pub fn named(name: &str) -> Option<&'static Group> {
    GROUPS.iter().find(|group| group.name == name)
}

/// The group of a rule.
pub fn of(code: &str) -> Option<&'static Group> {
    static BY_CODE: LazyLock<HashMap<&str, &Group>> =
        LazyLock::new(|| GROUPS.iter().flat_map(|group| group.rules.iter().map(move |rule| (rule.code, group))).collect());
    BY_CODE.get(code).copied()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::{self, Level, Levels};

    #[test]
    fn every_rule_is_in_one_group() {
        let mut names: Vec<&str> = GROUPS.iter().map(|group| group.name).chain(rules::all().iter().map(|rule| rule.code)).collect();
        let all = names.len();
        names.sort_unstable();
        names.dedup();
        assert_eq!(names.len(), all, "a name that means two things");
        assert!(rules::all().iter().all(|rule| of(rule.code).is_some()));
    }

    #[test]
    fn the_level_of_a_rule_wins_over_that_of_its_group() {
        let levels = |decided: &[(&str, Level)]| Levels(decided.iter().map(|(name, level)| ((*name).to_owned(), *level)).collect());
        let hint = Level::At(crate::diagnostic::Severity::Hint);
        assert_eq!(levels(&[]).of("tail-pattern"), None);
        assert_eq!(levels(&[("run-time", Level::Off)]).of("tail-pattern"), Some(Level::Off));
        assert_eq!(levels(&[("run-time", Level::Off), ("tail-pattern", hint)]).of("tail-pattern"), Some(hint));
        assert_eq!(levels(&[("run-time", Level::Off)]).of("unknown-field"), None);
    }
}
