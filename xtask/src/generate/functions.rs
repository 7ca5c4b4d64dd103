//! The functions of xpayclient.h, parsed from it: tests and fuzzing derive their calls from the parameters.

/// A function of the header.
pub(crate) struct Function {
    /// Without the prefix `xpay_`.
    pub(crate) name: String,
    pub(crate) returns: Returns,
    pub(crate) parameters: Vec<Parameter>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Returns {
    Nothing,
    Bool,
    Size,
    Text,
    /// An enum, or a client.
    Other,
}

pub(crate) struct Parameter {
    pub(crate) name: String,
    pub(crate) kind: Kind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// A client that the call may change.
    Client,
    /// A client that the call only reads.
    ConstClient,
    Text,
    /// A buffer of so many bytes for a signature.
    Out(usize),
    /// Where a number goes.
    Count,
    Flag,
    Amount,
    Index,
    Level,
    Step,
    Logger,
    Store,
    Context,
}

/// The statements of a header, without comments, directives and attributes, and with the numbers of its macros.
pub(crate) fn statements(header: &str) -> Vec<String> {
    let code = header.split("/*").map(|piece| piece.split_once("*/").map_or(piece, |(_, rest)| rest));
    let code: String = code.collect();
    let (directives, lines): (Vec<&str>, Vec<&str>) = code.lines().partition(|line| line.starts_with('#'));
    let mut code = lines.join(" ").replace("extern \"C\" {", "").replace("XPAY_MUST_CHECK ", "");
    while let Some((before, rest)) = code.split_once("XPAY_DEPRECATED(") {
        code = format!("{before}{}", rest.split_once(')').map_or("", |(_, rest)| rest));
    }
    for (name, number) in directives.iter().filter_map(|line| defined(line)) {
        if number.parse::<usize>().is_ok() {
            code = code.replace(&format!("[{name}]"), &format!("[{number}]"));
        }
    }
    code.split(';').map(|one| one.split_whitespace().collect::<Vec<_>>().join(" ")).collect()
}

/// The name of a macro, and what it stands for. The guard's own has nothing to stand for.
pub(crate) fn defined(directive: &str) -> Option<(&str, &str)> {
    directive.strip_prefix("#define ")?.split_once(' ')
}

impl Function {
    pub(crate) fn all(header: &str) -> Vec<Function> {
        statements(header).iter().filter_map(|one| Function::read(one)).collect()
    }

    fn read(statement: &str) -> Option<Function> {
        if statement.starts_with("typedef") {
            return None;
        }
        let (head, parameters) = statement.split_once('(')?;
        // The type may bear the prefix too.
        let (returns, name) = head.rsplit_once("xpay_")?;
        let returns = match returns.trim() {
            "void" => Returns::Nothing,
            "bool" => Returns::Bool,
            "size_t" => Returns::Size,
            "const char *" => Returns::Text,
            _ => Returns::Other,
        };
        let parameters = parameters.trim_end_matches(')').split(", ").filter_map(Parameter::read).collect();
        Some(Function { name: name.to_owned(), returns, parameters })
    }

    /// Whether it may change its client.
    pub(crate) fn changes(&self) -> bool {
        self.takes(Kind::Client)
    }

    /// Whether it only reads its client.
    pub(crate) fn reads(&self) -> bool {
        self.takes(Kind::ConstClient)
    }

    fn takes(&self, kind: Kind) -> bool {
        self.parameters.first().is_some_and(|first| first.kind == kind)
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters.iter().filter(|one| one.kind == Kind::Text)
    }

    /// Its name in `Session::call`. A function that returns its string has that of the one that writes it to a buffer.
    pub(crate) fn call_name(&self) -> &str {
        match self.name.as_str() {
            "recover_open" => "recover",
            name => name.strip_suffix("_str").unwrap_or(name),
        }
    }

    /// A call in C, with `argument` for each parameter.
    pub(crate) fn call(&self, argument: impl Fn(&Parameter) -> String) -> String {
        let arguments: Vec<String> = self.parameters.iter().map(argument).collect();
        format!("xpay_{}({})", self.name, arguments.join(", "))
    }
}

impl Parameter {
    fn read(text: &str) -> Option<Parameter> {
        if text == "void" {
            return None;
        }
        let (kind, name) = text.rsplit_once([' ', '*'])?;
        let kind = kind.trim();
        if let Some((name, size)) = name.split_once('[') {
            let size = size.trim_end_matches(']').parse().ok()?;
            return Some(Parameter { name: name.to_owned(), kind: Kind::Out(size) });
        }
        let kind = match (kind, name) {
            ("xpay_client" | "struct xpay_client", _) => Kind::Client,
            ("const xpay_client" | "const struct xpay_client", _) => Kind::ConstClient,
            ("const char", _) => Kind::Text,
            ("bool", _) => Kind::Flag,
            ("uint64_t", _) => Kind::Amount,
            ("size_t", "count") => Kind::Count,
            ("size_t", _) => Kind::Index,
            ("int", _) => Kind::Level,
            ("xpay_step_t", _) => Kind::Step,
            ("xpay_logger_t", _) => Kind::Logger,
            ("xpay_store_t", _) => Kind::Store,
            _ => Kind::Context,
        };
        Some(Parameter { name: name.to_owned(), kind })
    }
}
