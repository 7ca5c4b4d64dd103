//! The gateway's answer: a code, a message, and rows of names and values.

mod reading;

use std::fmt;

use crate::error::{Code, Error};
use crate::text::encoding::decode;

/// A well-formed answer, approval or decline. Its `Debug` shows the code only.
#[derive(Clone)]
pub struct Answer {
    tx_id: String,
    code: String,
    message: String,
    rows: Vec<Row>,
    json: Vec<u8>,
}

/// One element of LGD_RESPONSE: names and values in the gateway's order.
#[derive(Clone, Default)]
pub struct Row {
    /// All of them, one after the other: name, value, name, value.
    text: String,
    /// Where each name and its value end.
    ends: Vec<(usize, usize)>,
}

impl Answer {
    /// Gives the body back where it is not a JSON object with a non-empty LGD_RESPCODE: it is malformed.
    ///
    /// A body that is not UTF-8 is read as CP949.
    pub(crate) fn parse(body: Vec<u8>, tx_id: &str) -> Result<Answer, Vec<u8>> {
        let text = decode(&body);
        let parts = reading::read(text.strip_prefix('\u{FEFF}').unwrap_or(&text));
        let Some((code, message, rows)) = parts.filter(|(code, ..)| !code.is_empty()) else {
            return Err(body);
        };
        Ok(Answer { tx_id: tx_id.to_owned(), code, message, rows, json: body })
    }

    /// For bindings: reads the body of an answer that a program has kept, to the request `tx_id`.
    ///
    /// # Errors
    /// [`Code::JSON`] if it is not well-formed.
    pub fn kept(json: Vec<u8>, tx_id: &str) -> crate::Result<Answer> {
        let malformed = |_| Error::new(Code::JSON, "not a JSON object with an LGD_RESPCODE");
        Answer::parse(json, tx_id).map_err(malformed)
    }

    /// LGD_TXID of the request, by which [`crate::Client::rollback`] undoes it.
    pub fn tx_id(&self) -> &str {
        &self.tx_id
    }

    /// LGD_RESPCODE. Never empty.
    pub fn code(&self) -> &str {
        &self.code
    }

    /// LGD_RESPMSG.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// Whether the code is `0000`.
    pub fn is_success(&self) -> bool {
        self.code == "0000"
    }

    /// Whether the gateway says that it did this before: `S007` (already processed) or `XC01` (duplicate request).
    ///
    /// After a PaymentByKey it is no decline that the buyer may repeat: an earlier request may have taken the payment. It does
    /// not say that this order is paid either, because the payment key may be that of another order. So look the payment up
    /// by LGD_OID in the merchant admin.
    pub fn is_repeated(&self) -> bool {
        is_repeated(&self.code)
    }

    /// All rows; often one, sometimes none.
    pub fn rows(&self) -> &[Row] {
        &self.rows
    }

    /// A value of the first row.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.rows.first()?.get(name)
    }

    /// The body exactly as it was received.
    pub fn json(&self) -> &[u8] {
        &self.json
    }
}

impl Row {
    /// The value of a name.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.iter().find(|(known, _)| *known == name).map(|(_, value)| value)
    }

    /// Names and values in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, &str)> {
        let mut begin = 0;
        self.ends.iter().map(move |&(name_end, value_end)| {
            let piece = |from, to| self.text.get(from..to).unwrap_or_default();
            let pair = (piece(begin, name_end), piece(name_end, value_end));
            begin = value_end;
            pair
        })
    }
}

impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("code", &self.code)
            .field("rows", &self.rows.len())
            .finish_non_exhaustive()
    }
}

/// Names only: values may be personal.
impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.iter().map(|(name, _)| name)).finish()
    }
}

/// Whether a code says that the gateway did this before; see [`Answer::is_repeated`].
pub(crate) fn is_repeated(code: &str) -> bool {
    matches!(code, "S007" | "XC01")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows_of(response: &str) -> Vec<Vec<(String, String)>> {
        let body = format!("{{\"LGD_RESPCODE\":\"0000\",\"LGD_RESPONSE\":{response}}}");
        let answer = Answer::parse(body.into(), "").unwrap();
        let owned = |row: &Row| row.iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
        answer.rows().iter().map(owned).collect()
    }

    fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn values_keep_their_text_and_names_their_first_place() {
        let row = r#"{"a":"1","n\u0061me":"\"\uac00\"","b":1.10,"c":null,"a":"2","d":[1, "x"],"e":"\ud800","f":true}"#;
        let read = [
            ("a", "2"),
            ("name", "\"가\""),
            ("b", "1.10"),
            ("c", ""),
            ("d", "[1, \"x\"]"),
            ("e", "\"\\ud800\""),
            ("f", "true"),
        ];
        assert_eq!(rows_of(row), [pairs(&read)]);
        assert_eq!(rows_of(&format!("[{row}, 1e999, {{}}, \"x\"]")), [pairs(&read), vec![], vec![], vec![]]);
        assert_eq!(rows_of("1e999"), [] as [Vec<_>; 0]);
    }

    #[test]
    fn of_many_names_the_same_holds() {
        let many: Vec<_> = (0..500).map(|number| format!("\"n{}\":{number}", number % 300)).collect();
        let rows = rows_of(&format!("{{{}}}", many.join(",")));
        assert_eq!(
            (rows[0].len(), &rows[0][7], &rows[0][299]),
            (300, &("n7".into(), "307".into()), &("n299".into(), "299".into()))
        );
    }

    #[test]
    fn a_code_is_a_text_or_a_number() {
        for (json, code) in [
            (r#"{"LGD_RESPCODE":"XC01"}"#, Some("XC01")),
            (r#"{"LGD_RESPCODE":7}"#, Some("7")),
            (r#"{"LGD_RESPCODE":""}"#, None),
            (r#"{"LGD_RESPCODE":null}"#, None),
            (r#"{"LGD_RESPCODE":["0000"]}"#, None),
            (r#"{"LGD_RESPCODE":"\ud800"}"#, None),
            (r#"["LGD_RESPCODE"]"#, None),
            (r#"{"LGD_RESPCODE":"0000"} "#, Some("0000")),
            (r#"{"LGD_RESPCODE":"0000"}{"#, None),
        ] {
            assert_eq!(Answer::parse(json.into(), "").ok().as_ref().map(Answer::code), code, "{json}");
        }
    }
}
