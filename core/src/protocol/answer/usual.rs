//! Answers in the form they usually have, in one pass: objects of plain strings, each name once. Of everything else nothing is
//! said here, so that serde_json decides.

use super::{Parts, Row};

/// `None` for whatever is not of that form, well-formed or not.
pub(super) fn read(text: &str) -> Option<Parts> {
    let mut rest = Rest(text);
    let (mut code, mut message, mut rows) = (None, None, None);
    rest.object(|name, rest| match name {
        "LGD_RESPCODE" => fill(&mut code, rest.string()?.to_owned()),
        "LGD_RESPMSG" => fill(&mut message, rest.string()?.to_owned()),
        "LGD_RESPONSE" => fill(&mut rows, rest.rows()?),
        _ => None,
    })?;
    rest.blank();
    let parts = (code?, message.unwrap_or_default(), rows.unwrap_or_default());
    rest.0.is_empty().then_some(parts)
}

/// `None` for what is there already.
fn fill<T>(place: &mut Option<T>, value: T) -> Option<()> {
    place.is_none().then(|| *place = Some(value))
}

/// What ends the plain part of a string, by byte.
#[allow(clippy::indexing_slicing, reason = "a constant is checked when it is compiled")]
const SPECIAL: [bool; 256] = {
    let mut special = [false; 256];
    let mut byte = 0;
    while byte < 256 {
        special[byte] = byte < b' ' as usize || byte == b'"' as usize || byte == b'\\' as usize;
        byte += 1;
    }
    special
};

/// What is not read yet.
struct Rest<'a>(&'a str);

impl<'a> Rest<'a> {
    fn rows(&mut self) -> Option<Vec<Row>> {
        self.expect(b'[')?;
        let mut rows = Vec::new();
        if self.comes(b']') {
            return Some(rows);
        }
        loop {
            rows.push(self.row()?);
            match self.comes(b',') {
                true => {}
                false => return self.expect(b']').map(|()| rows),
            }
        }
    }

    fn row(&mut self) -> Option<Row> {
        const ROOM: usize = 2048;
        let room = self.0.len().min(ROOM);
        let mut row = Row { text: String::with_capacity(room), ends: Vec::with_capacity(room / 32) };
        let mut names = Names::default();
        self.object(|name, rest| {
            let value = rest.string()?;
            if !names.is_new(name) && row.get(name).is_some() {
                return None;
            }
            row.text.push_str(name);
            let name_end = row.text.len();
            row.text.push_str(value);
            row.ends.push((name_end, row.text.len()));
            Some(())
        })?;
        Some(row)
    }

    /// Each member in turn, of which `value` reads the value.
    fn object(&mut self, mut value: impl FnMut(&'a str, &mut Self) -> Option<()>) -> Option<()> {
        self.expect(b'{')?;
        if self.comes(b'}') {
            return Some(());
        }
        loop {
            let name = self.string()?;
            self.expect(b':')?;
            value(name, self)?;
            match self.comes(b',') {
                true => {}
                false => return self.expect(b'}'),
            }
        }
    }

    /// A string in which nothing is escaped.
    fn string(&mut self) -> Option<&'a str> {
        self.expect(b'"')?;
        let special = |byte: &u8| SPECIAL.get(usize::from(*byte)) == Some(&true);
        let (text, rest) = self.0.split_at_checked(self.0.as_bytes().iter().position(special)?)?;
        self.0 = rest.strip_prefix('"')?;
        Some(text)
    }

    fn expect(&mut self, byte: u8) -> Option<()> {
        self.comes(byte).then_some(())
    }

    /// Whether this byte comes next, which then is read.
    fn comes(&mut self, byte: u8) -> bool {
        self.blank();
        let rest = self.0.as_bytes().first().filter(|first| **first == byte).and_then(|_| self.0.get(1..));
        self.0 = rest.unwrap_or(self.0);
        rest.is_some()
    }

    fn blank(&mut self) {
        if matches!(self.0.as_bytes().first(), Some(b' ' | b'\t' | b'\r' | b'\n')) {
            self.0 = self.0.trim_start_matches([' ', '\t', '\r', '\n']);
        }
    }
}

/// Which names there may have been, by a hash of eight bits.
#[derive(Default)]
struct Names([u64; 4]);

impl Names {
    /// `false`: perhaps not.
    fn is_new(&mut self, name: &str) -> bool {
        let mix = |hash: u8, byte: &u8| hash.wrapping_mul(31).wrapping_add(*byte);
        let hash = name.as_bytes().iter().rev().take(4).fold(name.len() as u8, mix);
        let (place, bit) = (usize::from(hash >> 6), 1 << (hash & 63));
        let Some(known) = self.0.get_mut(place) else { return false };
        let is_new = *known & bit == 0;
        *known |= bit;
        is_new
    }
}

#[cfg(test)]
mod tests {
    use super::super::any;
    use super::*;

    type Plain = (String, String, Vec<Vec<(String, String)>>);

    fn plain((code, message, rows): Parts) -> Plain {
        let owned = |row: &Row| row.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        (code, message, rows.iter().map(owned).collect())
    }

    const USUAL: &str = "{\"LGD_RESPCODE\":\"0000\", \"LGD_RESPMSG\": \"성공\",\n\"LGD_RESPONSE\":[{\"LGD_TID\":\"T1\",\
                         \"LGD_AMOUNT\":\"100\"} , {}, {\"LGD_OID\":\"\"}]}\n";

    #[test]
    fn the_usual_form_is_read_here() {
        assert_eq!(read(USUAL).map(plain), any(USUAL).map(plain));
        assert_eq!(read(USUAL).unwrap().2.len(), 3);
        assert!(read("{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":[]}").is_some());
    }

    #[test]
    fn everything_else_is_left() {
        for response in [
            "7",
            "null",
            "[1]",
            "{}",
            "[{\"a\":1}]",
            "[{\"a\":\"\\n\"}]",
            "[{\"a\":\"1\",\"a\":\"2\"}]",
            "[{}",
        ] {
            assert!(
                read(&format!("{{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":{response}}}")).is_none(),
                "{response}"
            );
        }
        for text in ["", "{}", "{\"LGD_RESPCODE\":\"0\",\"LGD_RESPCODE\":\"1\"}", "{\"LGD_RESPCODE\":\"0\"}x"]
        {
            assert!(read(text).is_none(), "{text}");
        }
    }

    /// Whatever is changed, cut or put in: what is read here is what serde_json reads.
    #[test]
    fn it_never_reads_anything_else_than_serde_json() {
        let pieces = [
            "\"",
            "\\",
            ",",
            ":",
            "{",
            "}",
            "[",
            "]",
            " ",
            "\u{1}",
            "\u{7f}",
            "a",
            "가",
            "1",
            "null",
            "\"LGD_TID\":\"2\",",
        ];
        let places: Vec<usize> = USUAL.char_indices().map(|(at, _)| at).collect();
        let mut both = 0;
        for (number, &at) in places.iter().enumerate() {
            let (before, after) = USUAL.split_at(at);
            for skip in 0..3 {
                let rest = &USUAL[places.get(number + skip).copied().unwrap_or(USUAL.len())..];
                for piece in pieces.iter().chain(&[""]) {
                    let text = format!("{before}{piece}{rest}");
                    if let Some(parts) = read(&text) {
                        both += 1;
                        assert_eq!(Some(plain(parts)), any(&text).map(plain), "{text}");
                    }
                }
            }
            let cut = before.trim_end().ends_with('}') || read(before).is_none();
            assert!(cut && (at == 0 || read(after).is_none()), "{before}");
        }
        assert!(both > 1000, "{both}");
    }
}
