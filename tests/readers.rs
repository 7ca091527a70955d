//! Each reader against what the API server answered: `readers/*.txt` list texts that it accepted and texts that it refused.

use std::fs;
use std::path::Path;

use proptest::prelude::*;

use podls::pod::names::Checked;
use podls::pod::{cron, fields, format, ip, names, paths, quantity};
use podls::schema::{Release, facts::Format};

type Reader = fn(&str) -> Checked;

const READERS: &[(&str, Reader)] = &[
    ("absolute-path", paths::absolute),
    ("annotation-key", names::annotation_key),
    ("config-key", names::config_key),
    ("container-resource", fields::container_resource),
    ("cron", |text| cron::Schedule::parse(text).map(drop)),
    ("dns-label", names::dns_label),
    ("dns-subdomain", names::dns_subdomain),
    ("driver-name", names::driver_name),
    ("env-field-path", fields::env_field_path),
    ("env-var-name", names::env_var_name),
    ("finalizer", names::finalizer),
    ("host-ports", fields::host_ports),
    ("http-header-name", names::http_header_name),
    // The server was asked for a Job of a thousand completions.
    ("indexes", |text| fields::indexes(text, 1000).map(drop).map_err(|error| format!("{error:?}"))),
    ("ip-sloppy", |text| ip::parse(text, Release::V1_35).map(drop)),
    ("ip-strict", |text| ip::parse(text, Release::V1_36).map(drop)),
    ("iqn", names::iqn),
    ("label-value", names::label_value),
    ("local-path", paths::local),
    ("no-backsteps", paths::no_backsteps),
    ("percent", |text| format::check(Format::CountOrPercentTo100, text, None, Release::V1_37)),
    ("pod-resource", fields::pod_resource),
    ("port-name", names::port_name),
    ("prefixed-path", |text| if text.len() > 63 { Err("too long".into()) } else { names::prefixed_path(text) }),
    ("qualified-name", names::qualified_name),
    ("quantity", |text| quantity::Quantity::parse(text).map(drop).map_err(|error| error.to_string())),
    ("relative-path", paths::relative),
    ("resource-field", fields::resource_field),
    ("search-domain", names::search_domain),
    ("signer-name", names::signer_name),
    ("sysctl-name", names::sysctl_name),
    ("time-zone", fields::time_zone),
    ("trust-bundle-name", names::trust_bundle_name),
    ("volume-field-path", fields::volume_field_path),
    ("windows-user-name", names::windows_user_name),
];

#[test]
fn readers_agree_with_the_server() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/readers");
    let mut wrong = Vec::new();
    for (name, read) in READERS {
        let record = fs::read_to_string(folder.join(format!("{name}.txt"))).expect(name);
        let mut accepted = true;
        for line in record.lines() {
            match line.strip_prefix("  ") {
                None => accepted = line == "accepted",
                Some(text) => {
                    let text: String = serde_json::from_str(text).expect(text);
                    let answer = read(&text);
                    if answer.is_ok() != accepted {
                        wrong.push(format!("{name}: {text:?} the server {}: {answer:?}", if accepted { "accepts" } else { "refuses" }));
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{} differ:\n{}", wrong.len(), wrong.join("\n"));
    let files = fs::read_dir(folder).expect("the folder").count();
    assert_eq!(files, READERS.len(), "each file has a reader");
}

proptest! {
    #[test]
    fn readers_take_any_text(text in any::<String>(), near in "[-+.:/@a-zA-Z0-9 ,*?%€é\\\\]{0,40}", start in "(iqn\\.|eui.|naa.|@every |::|hugepages-|)") {
        for (_, read) in READERS {
            let _ = read(&text);
            let _ = read(&near);
            let _ = read(&format!("{start}{near}"));
        }
    }
}
