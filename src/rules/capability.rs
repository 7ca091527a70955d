//! `unknown-capability`

use crate::diagnostic::Fix;
use crate::pod::Value;
use crate::schema::ty;
use crate::text::{distance, slips};

use super::{Check, Report, declare_rule, rewrite};

declare_rule! {
    /// Capabilities that Linux does not have.
    ///
    /// ## Why
    /// The API server accepts any text. The container runtime refuses to start a container with a capability that it does not know, or leaves it out.
    ///
    /// ## Bad
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     securityContext:
    ///       capabilities:
    ///         add: ["NETADMIN"]
    /// ```
    ///
    /// ## Good
    /// ```yaml
    /// apiVersion: v1
    /// kind: Pod
    /// metadata:
    ///   name: web
    /// spec:
    ///   containers:
    ///   - name: web
    ///     image: nginx:1.29
    ///     securityContext:
    ///       capabilities:
    ///         add: ["NET_ADMIN"]
    /// ```
    ///
    /// ## Source
    /// capabilities(7); `WithAddedCapabilities` of containerd.
    UNKNOWN_CAPABILITY = "unknown-capability", Warning from Itself, [Check::Type(ty::CAPABILITIES, check)]
}

#[rustfmt::skip]
const CAPABILITIES: [&str; 42] = [
    "ALL", "AUDIT_CONTROL", "AUDIT_READ", "AUDIT_WRITE", "BLOCK_SUSPEND", "BPF", "CHECKPOINT_RESTORE", "CHOWN", "DAC_OVERRIDE",
    "DAC_READ_SEARCH", "FOWNER", "FSETID", "IPC_LOCK", "IPC_OWNER", "KILL", "LEASE", "LINUX_IMMUTABLE", "MAC_ADMIN", "MAC_OVERRIDE",
    "MKNOD", "NET_ADMIN", "NET_BIND_SERVICE", "NET_BROADCAST", "NET_RAW", "PERFMON", "SETFCAP", "SETGID", "SETPCAP", "SETUID",
    "SYS_ADMIN", "SYS_BOOT", "SYS_CHROOT", "SYS_MODULE", "SYS_NICE", "SYS_PACCT", "SYS_PTRACE", "SYS_RAWIO", "SYS_RESOURCE",
    "SYS_TIME", "SYS_TTY_CONFIG", "SYSLOG", "WAKE_ALARM",
];

fn check<'m>(capabilities: Value<'m>, report: &mut Report<'m>) {
    for item in ["add", "drop"].into_iter().flat_map(|list| capabilities.list(list)) {
        let Some(text) = item.text().filter(|text| !text.is_empty()) else { continue };
        let upper = text.to_uppercase();
        let name = upper.strip_prefix("CAP_").unwrap_or(&upper);
        if CAPABILITIES.contains(&name) {
            continue;
        }
        let plain = |name: &str| name.replace(['_', '-', ' '], "");
        let near = |known: &&&str| plain(known) == plain(name) || distance(known, name, slips(known)).is_some();
        let meant = CAPABILITIES.iter().find(near);
        let ask = meant.map(|it| format!("; did you mean `{it}`?")).unwrap_or_default();
        let diagnostic = report.on(item, format!("there is no capability `{text}`{ask}"));
        if let Some(meant) = meant {
            diagnostic.fixes.push(Fix::preferred(format!("Replace with `{meant}`"), vec![rewrite::scalar(item.written(), meant)]));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::fixture::{check, fixed};

    #[test]
    fn names() {
        let text = |list: &str| {
            format!(
                "apiVersion: v1\nkind: Pod\nmetadata: {{name: web}}\nspec:\n  containers:\n  - name: a\n    image: b\n    securityContext: {{capabilities: {{add: [{list}]}}}}\n"
            )
        };
        check(&text("ALL, CAP_NET_RAW, net_admin, SYSLOG, BPF"));
        for (wrong, right) in [("SYS_ADMN", "SYS_ADMIN"), ("NET-ADMIN", "NET_ADMIN"), ("NETBIND_SERVICE", "NET_BIND_SERVICE")] {
            assert_eq!(fixed(&text(wrong), "unknown-capability"), text(right));
        }
    }
}
