//! Tables for a terminal, on which Hangul is two columns wide.

use unicode_width::UnicodeWidthStr;

/// The alignment of a column.
#[derive(Clone, Copy)]
pub(crate) enum Align {
    Left,
    Right,
}

/// Aligns `rows` below their headings.
pub(crate) fn render(columns: &[(&str, Align)], rows: &[Vec<String>]) -> String {
    let heading: Vec<String> = columns.iter().map(|(name, _)| (*name).to_owned()).collect();
    let lines = || std::iter::once(&heading).chain(rows);
    let widest = |at: usize| lines().filter_map(|line| line.get(at)).map(|cell| cell.width()).max();
    let widths: Vec<usize> = (0..columns.len()).map(|at| widest(at).unwrap_or(0)).collect();
    let set = |line: &Vec<String>| {
        let cells = line.iter().zip(&widths).zip(columns);
        let cells = cells.map(|((cell, width), (_, align))| pad(cell, *width, *align));
        cells.collect::<Vec<_>>().join("  ").trim_end().to_owned() + "\n"
    };
    lines().map(set).collect()
}

fn pad(cell: &str, width: usize, align: Align) -> String {
    let blanks = " ".repeat(width.saturating_sub(cell.width()));
    match align {
        Align::Left => format!("{cell}{blanks}"),
        Align::Right => format!("{blanks}{cell}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_counts_twice() {
        let columns = [("이름", Align::Left), ("금액", Align::Right)];
        let rows = [vec!["홍길동".into(), "5".into()], vec!["abc".into(), "12000".into()]];
        assert_eq!(render(&columns, &rows), "이름     금액\n홍길동      5\nabc     12000\n");
    }
}
