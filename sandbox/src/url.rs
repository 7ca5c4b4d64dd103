//! URLs of the shop that the sandbox posts to.

use serde::Serializer;
use ureq::http::Uri;

/// Whether it is a valid http or https URL.
pub(crate) fn is_http(url: &str) -> bool {
    let uri: Result<Uri, _> = url.parse();
    uri.is_ok_and(|uri| {
        matches!(uri.scheme_str(), Some("http" | "https")) && uri.host().is_some_and(|host| !host.is_empty())
    })
}

/// Whether it is the scheme of an app: `shop://…`. Schemes that run in a browser are none.
pub(crate) fn is_app(url: &str) -> bool {
    const OF_BROWSERS: [&str; 5] = ["javascript", "data", "vbscript", "file", "blob"];
    let Some((scheme, _)) = url.split_once("://") else { return false };
    let letter = |byte: u8| byte.is_ascii_alphanumeric() || b"+-.".contains(&byte);
    scheme.starts_with(|first: char| first.is_ascii_alphabetic())
        && scheme.bytes().all(letter)
        && !OF_BROWSERS.iter().any(|of_browsers| of_browsers.eq_ignore_ascii_case(scheme))
}

/// Without user, password and query, which may hold a secret.
pub(crate) fn without_secrets(url: &str) -> String {
    let Ok(uri) = url.parse::<Uri>() else { return "***".into() };
    let scheme = uri.scheme_str().unwrap_or_default();
    let port = uri.port().map(|port| format!(":{port}")).unwrap_or_default();
    let query = if uri.query().is_some() { "?***" } else { "" };
    format!("{scheme}://{}{port}{}{query}", uri.host().unwrap_or_default(), uri.path())
}

/// For serde: without secrets.
pub(crate) fn serialize<S: Serializer>(url: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&without_secrets(url))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_are_posted_to_and_their_secrets_hidden() {
        for wrong in ["", "shop.example/note", "ftp://shop.example/", "/note", "http://", "http:// x/"] {
            assert!(!is_http(wrong), "{wrong}");
        }
        assert!(is_http("https://shop.example"));
        for (url, is) in [
            ("shopapp://paid?x=1", true),
            ("my.shop+1://", true),
            ("JavaScript://%0aalert(1)", false),
            ("data://text", false),
            ("shopapp:", false),
            ("://", false),
            ("1://", false),
            ("", false),
        ] {
            assert_eq!(is_app(url), is, "{url}");
        }
        let url = "http://me:secret@127.0.0.1:8080/note.php?key=secret";
        assert_eq!(without_secrets(url), "http://127.0.0.1:8080/note.php?***");
    }
}
