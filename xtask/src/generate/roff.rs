//! Text of the header's comments as roff: sentences on lines of their own, names in bold, parameters in italics.

/// Where a line of the source is broken, before its names get their fonts.
const WIDTH: usize = 52;

/// The words and what stands between them.
pub(super) fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|letter: char| !is_part_of_a_word(letter)).filter(|word| !word.is_empty())
}

fn is_part_of_a_word(letter: char) -> bool {
    letter.is_ascii_alphanumeric() || letter == '_'
}

/// Text without fonts.
pub(super) fn lines(text: &str) -> String {
    wrapped(text).iter().map(|line| guarded(&escaped(line)) + "\n").collect()
}

/// Characters that roff would read otherwise, and those beyond ASCII.
fn escaped(text: &str) -> String {
    text.chars().map(escape).collect()
}

fn escape(letter: char) -> String {
    match letter {
        '\\' => "\\e".into(),
        '\'' => "\\(aq".into(),
        '`' => "\\(ga".into(),
        '^' => "\\(ha".into(),
        '~' => "\\(ti".into(),
        '…' => "\\&...".into(),
        _ if letter.is_ascii() => letter.into(),
        _ => format!("\\[u{:04X}]", u32::from(letter)),
    }
}

/// In code a hyphen is a minus, which can be copied.
fn code(text: &str) -> String {
    escaped(text).replace('-', "\\-")
}

/// Lines of a comment, where an empty one ends a paragraph and an indented one is code.
pub(super) fn paragraphs(lines: &[String], parameters: &[&str]) -> String {
    let parts: Vec<String> = lines
        .split(String::is_empty)
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph_of(paragraph, parameters))
        .collect();
    parts.join(".PP\n")
}

fn paragraph_of(paragraph: &[String], parameters: &[&str]) -> String {
    if paragraph.iter().all(|line| line.starts_with("    ")) {
        let lines: String =
            paragraph.iter().map(|line| guarded(&code(line.get(4..).unwrap_or_default())) + "\n").collect();
        return format!(".RS 4\n.EX\n{lines}.EE\n.RE\n");
    }
    let mut made = String::new();
    for line in wrapped(&paragraph.join(" ")) {
        // Every other part is between backticks.
        let parts = line.split('`').enumerate();
        let parts = parts
            .map(|(number, part)| if number % 2 == 1 { bold(&code(part)) } else { styled(part, parameters) });
        made += &guarded(&parts.collect::<String>());
        made.push('\n');
    }
    made
}

/// A line that begins with a control character is text all the same.
fn guarded(line: &str) -> String {
    if line.starts_with(['.', '\'']) { format!("\\&{line}") } else { line.to_owned() }
}

/// Each sentence begins a line; none is longer than the width.
fn wrapped(text: &str) -> Vec<String> {
    let (mut lines, mut line) = (Vec::new(), String::new());
    for word in text.split(' ') {
        // What is between backticks stays together.
        let in_code = line.matches('`').count() % 2 == 1;
        if !in_code && !line.is_empty() && (line.ends_with('.') || line.len() + word.len() > WIDTH) {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line += word;
    }
    lines.push(line);
    lines
}

fn bold(text: &str) -> String {
    format!("\\fB{text}\\fP")
}

/// Names in bold, parameters in italics.
fn styled(text: &str, parameters: &[&str]) -> String {
    let mut made = String::new();
    let mut rest = text;
    while !rest.is_empty() {
        let is_word = rest.starts_with(is_part_of_a_word);
        let end = rest.find(|letter: char| is_part_of_a_word(letter) != is_word).unwrap_or(rest.len());
        let (part, after) = rest.split_at(end);
        made += &if !is_word {
            escaped(part)
        } else if part.starts_with("xpay_") || part.starts_with("XPAY_") || part == "NULL" {
            bold(part)
        } else if parameters.contains(&part) && part != "client" {
            format!("\\fI{part}\\fP")
        } else {
            escaped(part)
        };
        rest = after;
    }
    made
}
