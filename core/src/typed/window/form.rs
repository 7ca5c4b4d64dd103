//! The signed form: its fields, as a list and as HTML, and its warnings.

use std::fmt;

use zeroize::Zeroizing;

use super::warning::Warning;

/// A name and its value.
pub(super) type Field = (String, Zeroizing<String>);

/// A checked request for the window, signed where the window takes a signature. Its `Debug` shows names only.
#[derive(Clone)]
pub struct Window {
    pub(super) fields: Vec<Field>,
    pub(super) warnings: Vec<Warning>,
}

impl Window {
    /// Names and values, in the order of [`crate::tables::WINDOW_REQUEST`]. The others come last, in the shop's order.
    /// A name of an escrow item is there once for each item.
    pub fn fields(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        self.fields.iter().map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// The value of a field; the first of an escrow item's.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.fields().find(|(given, _)| *given == name).map(|(_, text)| text)
    }

    /// What the gateway may take or refuse; show it to the developer. None are left if the request is strict.
    pub fn warnings(&self) -> impl ExactSizeIterator<Item = &Warning> {
        self.warnings.iter()
    }

    /// One line of HTML for each field, for the form that the page passes to the window.
    pub fn hidden_fields(&self) -> String {
        let line = |(name, text)| {
            format!("<input type=\"hidden\" name=\"{}\" value=\"{}\">\n", escape(name), escape(text))
        };
        self.fields().map(line).collect()
    }
}

impl fmt::Debug for Window {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Window").field(&self.fields().map(|(name, _)| name).collect::<Vec<_>>()).finish()
    }
}

pub(super) fn field(name: &str, text: &str) -> Field {
    (name.to_owned(), Zeroizing::new(text.to_owned()))
}

/// The value of a name; empty if it is not there.
pub(super) fn value<'a>(fields: &'a [Field], name: &str) -> &'a str {
    fields.iter().find(|(given, _)| given == name).map_or("", |(_, text)| text)
}

fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            plain => escaped.push(plain),
        }
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hidden_fields_are_escaped() {
        let fields = vec![field("a[]", r#"<a b="c" d='e'>&amp;"#)];
        let lines = Window { fields, warnings: Vec::new() }.hidden_fields();
        let due = "<input type=\"hidden\" name=\"a[]\" value=\"&lt;a b=&quot;c&quot; d=&#39;e&#39;&gt;&amp;amp;\">\n";
        assert_eq!(lines, due);
    }
}
