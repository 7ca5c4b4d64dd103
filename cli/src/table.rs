//! Tables, on which Hangul is two columns wide. On a terminal they fit its width: what is needed least is left out, moves below its
//! row or is cut. Elsewhere each row is one line with everything.

use crate::language::Language;
use crate::terminal::{self, Tone, cut, painted};
use unicode_width::UnicodeWidthStr;

/// The alignment of a column.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Align {
    Left,
    Right,
}

/// What becomes of a column for which a terminal is too narrow.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Narrow {
    /// It stays, and long cells are cut in the end.
    Stays,
    /// It moves below its row, with its name; the last column first.
    Below,
    /// It is left out, once nothing can move any more; the highest first.
    LeftOut(u8),
}

pub(crate) struct Column {
    pub(crate) ko: &'static str,
    pub(crate) en: &'static str,
    pub(crate) align: Align,
    pub(crate) narrow: Narrow,
}

impl Column {
    pub(crate) const fn left(ko: &'static str, en: &'static str, narrow: Narrow) -> Column {
        Column { ko, en, align: Align::Left, narrow }
    }

    pub(crate) const fn right(ko: &'static str, en: &'static str, narrow: Narrow) -> Column {
        Column { ko, en, align: Align::Right, narrow }
    }

    fn name(&self, language: Language) -> &'static str {
        language.of(self.ko, self.en)
    }
}

/// A text without control characters, and what its colour means.
pub(crate) struct Cell {
    pub(crate) text: String,
    pub(crate) tone: Tone,
    /// Whether a narrow terminal does without it rather than show it below its row.
    pub(crate) spare: bool,
}

impl Cell {
    pub(crate) fn toned(text: &str, tone: Tone) -> Cell {
        Cell { tone, ..Cell::from(text.to_owned()) }
    }
}

impl From<String> for Cell {
    fn from(text: String) -> Cell {
        Cell { text, tone: Tone::Plain, spare: false }
    }
}

/// The blanks between two columns.
const GAP: usize = 2;
/// The blanks before what is below a row.
const INDENT: usize = 4;
/// A column is cut to no less.
const LEAST: usize = 8;

/// Aligns `rows` below their headings, for the terminal at hand.
pub(crate) fn render(columns: &[Column], rows: &[Vec<Cell>]) -> String {
    render_in(columns, rows, Language::chosen(), terminal::width())
}

fn render_in(columns: &[Column], rows: &[Vec<Cell>], language: Language, limit: Option<usize>) -> String {
    let widths: Vec<usize> = (0..columns.len())
        .map(|at| {
            let cells = rows.iter().filter_map(|row| row.get(at)).map(|cell| cell.text.width());
            cells.chain([columns[at].name(language).width()]).max().unwrap_or(0)
        })
        .collect();
    let plan = Plan::new(columns, widths, limit.unwrap_or(usize::MAX));
    let heading = plan.beside.iter().map(|at| Cell::from(columns[*at].name(language).to_owned()));
    let mut table = plan.line(columns, &heading.collect::<Vec<_>>().iter().collect::<Vec<_>>());
    for row in rows {
        let cells: Vec<&Cell> = plan.beside.iter().filter_map(|at| row.get(*at)).collect();
        table += &plan.line(columns, &cells);
        let below = plan.below.iter().filter_map(|at| {
            let cell = row.get(*at).filter(|cell| !cell.text.is_empty() && !cell.spare)?;
            let named = format!("{} {}", columns[*at].name(language), cell.text);
            // A long name of a transaction says what it is, and has to stay in one piece.
            let fits = cell.text.contains(' ') || INDENT + named.width() <= limit.unwrap_or(usize::MAX);
            Some(if fits { named } else { cell.text.clone() })
        });
        table += &filled(below, limit.unwrap_or(usize::MAX));
    }
    table
}

/// Which columns are where, and how wide.
struct Plan {
    beside: Vec<usize>,
    below: Vec<usize>,
    widths: Vec<usize>,
}

impl Plan {
    fn new(columns: &[Column], mut widths: Vec<usize>, limit: usize) -> Plan {
        let mut beside: Vec<usize> = (0..columns.len()).collect();
        let mut below = Vec::new();
        let total = |beside: &[usize], widths: &[usize]| {
            let gaps = beside.len().saturating_sub(1) * GAP;
            beside.iter().map(|at| widths[*at]).sum::<usize>() + gaps
        };
        while total(&beside, &widths) > limit {
            let least = beside.iter().copied().filter_map(|at| match columns[at].narrow {
                Narrow::LeftOut(rank) => Some((rank, at)),
                _ => None,
            });
            let moved = beside.iter().copied().rfind(|at| columns[*at].narrow == Narrow::Below);
            if let Some(at) = moved {
                beside.retain(|one| *one != at);
                below.insert(0, at);
            } else if let Some((_, at)) = least.max() {
                beside.retain(|one| *one != at);
            } else {
                let widest = beside.iter().copied().filter(|at| columns[*at].align == Align::Left);
                let Some(at) = widest.max_by_key(|at| widths[*at]).filter(|at| widths[*at] > LEAST) else {
                    break;
                };
                let over = total(&beside, &widths) - limit;
                widths[at] = widths[at].saturating_sub(over).max(LEAST);
            }
        }
        Plan { beside, below, widths }
    }

    fn line(&self, columns: &[Column], cells: &[&Cell]) -> String {
        let mut line = String::new();
        let last = cells.len().saturating_sub(1);
        for (place, (cell, at)) in cells.iter().zip(&self.beside).enumerate() {
            let text = cut(&cell.text, self.widths[*at]);
            let blanks = " ".repeat(self.widths[*at].saturating_sub(text.width()));
            let text = painted(cell.tone, &text);
            line += &match columns[*at].align {
                Align::Right => format!("{blanks}{text}"),
                Align::Left if place == last => text,
                Align::Left => format!("{text}{blanks}"),
            };
            line += &" ".repeat(if place == last { 0 } else { GAP });
        }
        line.trim_end().to_owned() + "\n"
    }
}

/// A sentence below a table, which breaks between words.
pub(crate) fn sentence(text: &str) -> String {
    let lines = filled([text.to_owned()].into_iter(), terminal::width().unwrap_or(usize::MAX));
    lines.trim_start().to_owned()
}

/// The parts below a row, indented, as many in a line as fit. One that is longer than a line breaks between words.
fn filled(parts: impl Iterator<Item = String>, limit: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for part in parts {
        for (at, word) in part.split(' ').enumerate() {
            // A name stays with its value.
            let gap = if at == 0 { GAP } else { 1 };
            let whole = if at == 0 { part.width() } else { word.width() };
            match lines.last_mut() {
                Some(line) if line.width() + gap + whole <= limit => {
                    *line += &format!("{}{word}", " ".repeat(gap));
                }
                _ => lines.push(format!("{}{word}", " ".repeat(INDENT))),
            }
        }
    }
    lines.iter().map(|line| format!("{line}\n")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::left("이름", "NAME", Narrow::Stays),
        Column::right("금액", "AMOUNT", Narrow::Stays),
        Column::left("비고", "NOTE", Narrow::LeftOut(1)),
        Column::left("사유", "WHY", Narrow::Below),
    ];

    fn rows() -> Vec<Vec<Cell>> {
        let row = |cells: [&str; 4]| cells.map(|cell| Cell::from(cell.to_owned())).into_iter().collect();
        vec![row(["홍길동", "5", "단골", "it was refused by the gateway"]), row(["abc", "12000", "", ""])]
    }

    #[test]
    fn hangul_counts_twice_and_a_file_gets_everything_in_one_line() {
        let table = render_in(&COLUMNS, &rows(), Language::Ko, None);
        let expected =
            "이름     금액  비고  사유\n홍길동      5  단골  it was refused by the gateway\nabc     12000\n";
        assert_eq!(table, expected);
    }

    #[test]
    fn a_narrow_terminal_loses_first_what_is_needed_least() {
        let at = |limit| render_in(&COLUMNS, &rows(), Language::En, Some(limit));
        assert_eq!(at(80), render_in(&COLUMNS, &rows(), Language::En, None));
        assert!(at(48).starts_with("NAME    AMOUNT  NOTE\n"), "{}", at(48));
        assert!(at(19).starts_with("NAME    AMOUNT\n"), "{}", at(19));
        let narrow = "NAME    AMOUNT\n홍길동       5\n    WHY it was\n    refused by the\n    gateway\nabc      12000\n";
        assert_eq!(at(19), narrow);
        for limit in 20..80 {
            let table = at(limit);
            assert!(table.lines().all(|line| line.width() <= limit), "{limit}: {table}");
        }
    }

    #[test]
    fn what_is_cut_says_so() {
        assert_eq!((cut("홍길동", 6).as_str(), cut("홍길동", 5).as_str()), ("홍길동", "홍길…"));
        assert_eq!(cut("홍길동", 4).as_str(), "홍…");
        let long = [[Cell::from("주문번호가 아주 긴 것이 있습니다".to_owned())].into_iter().collect()];
        let columns = [Column::left("주문번호", "OID", Narrow::Stays)];
        let table = render_in(&columns, &long, Language::Ko, Some(12));
        assert_eq!(table, "주문번호\n주문번호가…\n");
    }
}
