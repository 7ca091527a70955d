//! References to images, read as the API server and the kubelet read them: `parsers.ParseImageName`, over `github.com/distribution/reference`.

/// What a reference says beside the name of the repository.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Reference<'a> {
    /// `ghcr.io` of `ghcr.io/org/app`: the first part, where it is read as a registry.
    pub domain: Option<&'a str>,
    /// `1.29` of `nginx:1.29`.
    pub tag: Option<&'a str>,
    /// `sha256:…` of `nginx@sha256:…`.
    pub digest: Option<&'a str>,
}

/// The longest path of a repository, in bytes (`RepositoryNameTotalLengthMax`).
const MAX_PATH: usize = 255;
/// The longest tag, in bytes.
const MAX_TAG: usize = 128;
/// What Docker Hub's own images are called in full: `nginx` is `docker.io/library/nginx`.
const LIBRARY: &str = "library/";

impl<'a> Reference<'a> {
    /// `None` for a text that no container runtime pulls: the container waits with the reason `InvalidImageName`.
    pub fn parse(text: &'a str) -> Option<Self> {
        if text.len() == 64 && text.bytes().all(is_lower_hex) {
            return None;
        }
        let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
        let (domain, rest) = split_domain(name);
        let (path, tag) = rest.split_once(':').map_or((rest, None), |(path, tag)| (path, Some(tag)));
        let on_hub = domain.is_none_or(|it| it == "docker.io" || it == "index.docker.io");
        let library = if on_hub && !path.contains('/') { LIBRARY.len() } else { 0 };
        let is_valid = domain.is_none_or(is_domain)
            && path.split('/').all(is_path_component)
            && path.len() + library <= MAX_PATH
            && tag.is_none_or(is_tag)
            && digest.is_none_or(is_digest);
        is_valid.then_some(Reference { domain, tag, digest })
    }

    /// Whether the server pulls it at every start unless `imagePullPolicy` is set: its tag is `latest`, even beside a digest, or it has
    /// neither tag nor digest (`SetDefaults_Container`).
    pub fn is_latest(self) -> bool {
        self.tag.map_or(self.digest.is_none(), |tag| tag == "latest")
    }
}

/// The `imagePullPolicy` that the server gives to an image when none is written, and why: `SetDefaults_Container`.
pub fn default_pull_policy(image: &str) -> (&'static str, String) {
    let Some(reference) = Reference::parse(image) else {
        return ("IfNotPresent", "because the image reference is not valid".to_owned());
    };
    let policy = if reference.is_latest() { "Always" } else { "IfNotPresent" };
    let why = match (reference.tag, reference.digest) {
        (Some(tag), _) if reference.is_latest() => format!("because of the tag `{tag}`"),
        (None, None) => "because no tag means `latest`".to_owned(),
        (_, Some(_)) => "because of the digest".to_owned(),
        (Some(tag), None) => format!("because of the tag `{tag}`"),
    };
    (policy, why)
}

/// The name of an image without tag and digest, and its page in the registry, where that is known to have one for each image.
pub fn page(image: &str) -> Option<(&str, String)> {
    let reference = Reference::parse(image)?;
    let name = image.split('@').next()?;
    let name = reference.tag.map_or(name, |tag| &name[..name.len() - tag.len() - 1]);
    let (domain, path) = split_domain(name);
    let depth = path.split('/').count();
    let page = match domain.unwrap_or("docker.io") {
        "docker.io" | "index.docker.io" => match path.strip_prefix(LIBRARY).unwrap_or(path) {
            official if !official.contains('/') => format!("https://hub.docker.com/_/{official}"),
            _ if depth == 2 => format!("https://hub.docker.com/r/{path}"),
            _ => return None,
        },
        "quay.io" if depth == 2 => format!("https://quay.io/repository/{path}"),
        "ghcr.io" if depth > 1 => format!("https://ghcr.io/{path}"),
        "public.ecr.aws" if depth > 1 => format!("https://gallery.ecr.aws/{path}"),
        "mcr.microsoft.com" => format!("https://mcr.microsoft.com/artifact/mar/{path}"),
        _ => return None,
    };
    Some((name, page))
}

/// The registry, and what follows it (`splitDockerDomain`). Without a dot, colon or capital the first part belongs to the path.
fn split_domain(name: &str) -> (Option<&str>, &str) {
    match name.split_once('/') {
        Some((first, rest)) if first == "localhost" || first.contains(['.', ':']) || first.to_lowercase() != first => (Some(first), rest),
        _ => (None, name),
    }
}

fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.strip_prefix('[').and_then(|it| it.split_once(']')) {
        Some((address, port)) if !address.is_empty() && address.bytes().all(|b| b == b':' || b.is_ascii_hexdigit()) => {
            return port.is_empty() || port.strip_prefix(':').is_some_and(is_port);
        }
        Some(_) => return false,
        None => domain.split_once(':').map_or((domain, None), |(host, port)| (host, Some(port))),
    };
    // A name with an underscore is read as the first part of a path.
    let is_path = port.is_none() && is_path_component(host);
    is_path || (host.split('.').all(is_domain_component) && port.is_none_or(is_port))
}

fn is_domain_component(part: &str) -> bool {
    !part.starts_with('-') && !part.ends_with('-') && !part.is_empty() && part.bytes().all(|b| b == b'-' || b.is_ascii_alphanumeric())
}

fn is_port(port: &str) -> bool {
    !port.is_empty() && port.bytes().all(|b| b.is_ascii_digit())
}

/// Lower-case letters and digits, parted by one `.`, one or two `_`, or any number of `-`.
fn is_path_component(part: &str) -> bool {
    let is_plain = |b: u8| b.is_ascii_lowercase() || b.is_ascii_digit();
    let separators = part.split(|c: char| c.is_ascii_lowercase() || c.is_ascii_digit()).filter(|it| !it.is_empty());
    let ends_plain = part.bytes().next().is_some_and(is_plain) && part.bytes().last().is_some_and(is_plain);
    ends_plain && separators.into_iter().all(|it| matches!(it, "." | "_" | "__") || it.bytes().all(|b| b == b'-'))
}

fn is_tag(tag: &str) -> bool {
    let is_word = |b: u8| b == b'_' || b.is_ascii_alphanumeric();
    tag.len() <= MAX_TAG && tag.bytes().next().is_some_and(is_word) && tag.bytes().all(|b| is_word(b) || b == b'.' || b == b'-')
}

/// `digest.Parse`: of the algorithms there are, with as many digits as each has.
fn is_digest(digest: &str) -> bool {
    let length = |algorithm| match algorithm {
        "sha256" => Some(64),
        "sha384" => Some(96),
        "sha512" => Some(128),
        _ => None,
    };
    digest.split_once(':').is_some_and(|(algorithm, hex)| length(algorithm) == Some(hex.len()) && hex.bytes().all(is_lower_hex))
}

fn is_lower_hex(byte: u8) -> bool {
    byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages() {
        for (image, page) in [
            ("nginx:1.29", Some("https://hub.docker.com/_/nginx")),
            ("docker.io/library/nginx", Some("https://hub.docker.com/_/nginx")),
            ("grafana/grafana:12", Some("https://hub.docker.com/r/grafana/grafana")),
            ("a/b/c", None),
            ("quay.io/org/app", Some("https://quay.io/repository/org/app")),
            ("ghcr.io/org/app/web:1", Some("https://ghcr.io/org/app/web")),
            ("public.ecr.aws/nginx/nginx", Some("https://gallery.ecr.aws/nginx/nginx")),
            ("mcr.microsoft.com/dotnet/sdk:9.0", Some("https://mcr.microsoft.com/artifact/mar/dotnet/sdk")),
            ("registry.k8s.io/pause:3.10", None),
            ("localhost:5000/app", None),
            ("Not valid", None),
        ] {
            assert_eq!(super::page(image).map(|it| it.1).as_deref(), page, "{image}");
        }
    }

    #[test]
    fn references() {
        let hex = "a".repeat(64);
        let pinned = format!("nginx:latest@sha256:{hex}");
        for (text, tag, latest) in [
            ("nginx", None, true),
            ("nginx:latest", Some("latest"), true),
            ("nginx:1.29", Some("1.29"), false),
            ("ghcr.io/org/app:1", Some("1"), false),
            ("localhost:5000/app", None, true),
            ("[2001:db8::1]:5000/app:v1", Some("v1"), false),
            ("Org/app", None, true),
            ("a.b_c/x", None, true),
            ("x__y/z---w:1", Some("1"), false),
            (&pinned, Some("latest"), true),
            (&format!("nginx@sha256:{hex}"), None, false),
        ] {
            let read = Reference::parse(text);
            assert_eq!(read.map(|it| (it.tag, it.is_latest())), Some((tag, latest)), "{text}");
        }
        for text in [
            "",
            "Nginx",
            "ghcr.io/Org/app",
            "https://ghcr.io/org/app:1.0",
            "nginx:",
            "nginx:1:2",
            "nginx: 1",
            "nginx:${TAG}",
            "$(IMAGE)",
            "<image>",
            "nginx@sha256:abc",
            &format!("nginx@md5:{hex}"),
            "a..b",
            "a___b",
            "-a",
            "host:/a",
            "a//b",
            "[::1/a",
            &hex,
            &"a".repeat(248),
            &format!("a:{}", "b".repeat(129)),
        ] {
            assert_eq!(Reference::parse(text), None, "{text}");
        }
    }
}
