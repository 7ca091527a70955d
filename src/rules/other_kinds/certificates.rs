//! Certificate signing requests and trust bundles.

use crate::diagnostic::Reason;
use crate::pod::{Object, Value, names};
use crate::schema::ty;

use super::{Report, has, text_or_empty};

/// The longest that a certificate of a signer of Kubernetes is valid, in seconds (`KubernetesMaxMaxExpirationSeconds`).
const LONGEST_OF_KUBERNETES: i64 = 24 * 3600;

/// `ParseCSR`
pub(super) fn request<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    if let Some((value, text)) = spec.get("signerName").and_then(|value| Some((value, value.text()?)))
        && text == "kubernetes.io/legacy-unknown"
    {
        report.on(value, Reason::Invalid.of("signer `kubernetes.io/legacy-unknown` is not allowed in `certificates.k8s.io/v1`"));
    }
    let Some((value, text)) = spec.get("request").and_then(|value| Some((value, value.text()?))) else { return };
    if text.is_empty() {
        return;
    }
    let Some(bytes) = decoded(&text) else { return };
    let pem = String::from_utf8_lossy(&bytes);
    let problem = match blocks(&pem).first() {
        None => "`request` must be the Base64 of a PEM block `CERTIFICATE REQUEST`",
        Some((kind, _)) if *kind != "CERTIFICATE REQUEST" => "the PEM block in `request` must be `CERTIFICATE REQUEST`",
        Some((_, content)) if !is_one_sequence(content) => "the PEM block in `request` does not hold a certificate request",
        Some(_) => return,
    };
    report.on(value, Reason::Invalid.of(problem));
}

/// `validateTrustBundle`
pub(super) fn bundle<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let Some((value, text)) = spec.get("trustBundle").and_then(|value| Some((value, value.text()?))) else { return };
    if text.is_empty() {
        return;
    }
    let blocks = blocks(&text);
    let problem = if blocks.is_empty() {
        "`trustBundle` must hold at least one PEM block `CERTIFICATE`".to_owned()
    } else if let Some((kind, _)) = blocks.iter().find(|(kind, _)| *kind != "CERTIFICATE") {
        format!("PEM block `{kind}` must not be in a trust bundle; only `CERTIFICATE` is allowed")
    } else if blocks.iter().any(|(_, content)| !is_one_sequence(content)) {
        "a PEM block in `trustBundle` does not hold a certificate".to_owned()
    } else if (1..blocks.len()).any(|at| blocks[..at].contains(&blocks[at])) {
        "duplicate certificate in `trustBundle`".to_owned()
    } else {
        return;
    };
    report.on(value, Reason::Invalid.of(problem));
}

/// `ValidateClusterTrustBundleName`
pub(super) fn bundle_name<'m>(object: Object<'m>, report: &mut Report<'m>) {
    let Some(root) = object.root().filter(|root| root.is_a(ty::CLUSTER_TRUST_BUNDLE)) else { return };
    let Some(spec) = root.get("spec").filter(|spec| spec.is_certain_of("signerName")) else { return };
    let (Some(signer), Some(name)) = (text_or_empty(spec, "signerName"), root.at(&["metadata", "name"])) else { return };
    let Some(text) = name.text().filter(|text| !text.is_empty()) else { return };
    // What is wrong with one of them has an error of its own.
    if names::trust_bundle_name(&text).is_err() || (!signer.is_empty() && names::signer_name(&signer).is_err()) {
        return;
    }
    let prefix = format!("{}:", signer.replace('/', ":"));
    if signer.is_empty() {
        if text.contains(':') {
            report.on(name, Reason::Invalid.of("a ClusterTrustBundle without `signerName` must not have `:` in its name"));
        }
    } else if !text.starts_with(&prefix) {
        report.on(name, Reason::Invalid.of(format!("the name must begin with `{prefix}`, from `signerName`")));
    } else if let Err(words) = names::dns_subdomain(&text[prefix.len()..]) {
        report.on(name, Reason::Invalid.of(format!("the name after `{prefix}` is not valid: {words}")));
    }
}

/// `ValidatePodCertificateRequestCreate`
pub(super) fn pod_request<'m>(spec: Value<'m>, report: &mut Report<'m>) {
    let of_kubernetes = spec.text_of("signerName").is_some_and(|signer| {
        let domain = signer.split('/').next().unwrap_or_default();
        domain == "kubernetes.io" || domain.ends_with(".kubernetes.io")
    });
    if let Some((value, seconds)) = spec.get("maxExpirationSeconds").and_then(|value| Some((value, value.int()?)))
        && of_kubernetes
        && (LONGEST_OF_KUBERNETES + 1..=91 * LONGEST_OF_KUBERNETES).contains(&seconds)
    {
        let message = format!("signers of Kubernetes take at most {LONGEST_OF_KUBERNETES}");
        report.on(value, Reason::Invalid.of(message));
    }
    let (stub, key, proof) = (spec.gives("stubPKCS10Request"), spec.gives("pkixPublicKey"), spec.gives("proofOfPossession"));
    if (stub && !key && !proof) || (!stub && key && proof) {
        return;
    }
    let message = "a request holds either `stubPKCS10Request`, or both `pkixPublicKey` and `proofOfPossession`";
    match ["stubPKCS10Request", "pkixPublicKey", "proofOfPossession"].into_iter().rfind(|field| has(spec, field)) {
        Some(field) if stub => {
            let path = spec.path();
            let Some(value) = spec.entry(field) else { return };
            report.on_key(value, Reason::Invalid.of(message)).field = path;
        }
        _ => _ = report.incomplete(spec, Reason::Invalid.of(message)),
    }
}

/// The PEM blocks of a text, each with its kind and its content.
fn blocks(text: &str) -> Vec<(&str, Vec<u8>)> {
    let mut found = vec![];
    let mut rest = text;
    while let Some(at) = rest.find("-----BEGIN ") {
        let begins_line = at == 0 || rest.as_bytes()[at - 1] == b'\n';
        rest = &rest[at + "-----BEGIN ".len()..];
        let Some((kind, after)) = rest.split_once("-----") else { break };
        if !begins_line || kind.contains('\n') {
            continue;
        }
        let end = format!("-----END {kind}-----");
        let Some((body, after)) = after.split_once(&end) else { continue };
        let body: String = body.split_whitespace().collect();
        if let Some(content) = decoded(&body) {
            found.push((kind, content));
            rest = after;
        }
    }
    found
}

/// Standard Base64 with its padding; line ends do not count.
fn decoded(text: &str) -> Option<Vec<u8>> {
    if !crate::yaml::is_base64(text) {
        return None;
    }
    let mut bytes = Vec::with_capacity(text.len() / 4 * 3);
    let (mut bits, mut count) = (0u32, 0);
    for letter in text.bytes().filter(|byte| !matches!(byte, b'\n' | b'\r' | b'=')) {
        let six = match letter {
            b'A'..=b'Z' => letter - b'A',
            b'a'..=b'z' => letter - b'a' + 26,
            b'0'..=b'9' => letter - b'0' + 52,
            b'+' => 62,
            _ => 63,
        };
        bits = bits << 6 | u32::from(six);
        count += 6;
        if count >= 8 {
            count -= 8;
            bytes.push((bits >> count & 0xff) as u8);
        }
    }
    Some(bytes)
}

/// Whether the bytes are one ASN.1 sequence, as certificates and requests are.
fn is_one_sequence(bytes: &[u8]) -> bool {
    let [0x30, first, rest @ ..] = bytes else { return false };
    let (length, content) = match first {
        0..=0x7f => (usize::from(*first), rest),
        _ => {
            let digits = usize::from(first & 0x7f);
            let Some((digits, content)) = rest.split_at_checked(digits).filter(|(digits, _)| (1..=4).contains(&digits.len())) else {
                return false;
            };
            (digits.iter().fold(0, |length, digit| length << 8 | usize::from(*digit)), content)
        }
    };
    length == content.len() && length > 0
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::fixture::check;

    #[test]
    fn pem() {
        let block = |kind: &str, body: &str| format!("-----BEGIN {kind}-----\n{body}\n-----END {kind}-----\n");
        assert_eq!(blocks(&block("A B", "MAMCAQE=")), [("A B", vec![0x30, 3, 2, 1, 1])]);
        assert_eq!(blocks(&block("A", "not!")), []);
        assert_eq!(blocks("-----BEGIN A"), []);
        assert!(is_one_sequence(&[0x30, 3, 2, 1, 1]));
        assert!(is_one_sequence(&[0x30, 0x81, 3, 2, 1, 1]));
        assert!(!is_one_sequence(&[0x30, 4, 2, 1, 1]));
        assert!(!is_one_sequence(&[0x30, 0x84]));
    }

    #[test]
    fn requests() {
        check(
            "
apiVersion: certificates.k8s.io/v1
kind: CertificateSigningRequest
metadata: {name: \"a:b\"}
spec:
  signerName: kubernetes.io/kube-apiserver-client
  usages: [client auth]
  request: bm90aGluZw==
           ^^^^^^^^^^^^ error[incompatible-access-fields]: PEM block
",
        );
    }

    #[test]
    fn bundles() {
        check(
            "
apiVersion: certificates.k8s.io/v1
kind: ClusterTrustBundle
metadata: {name: a}
                 ^ error[incompatible-access-fields]: must begin with `a.b:c:`
spec: {signerName: a.b/c, trustBundle: nothing}
                                       ^^^^^^^ error[incompatible-access-fields]: at least one PEM block
",
        );
    }
}
