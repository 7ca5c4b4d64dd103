//! Amounts in won: how they are read from text, and what an amount that is to move may be.

use crate::error::{Error, Remedy, Result};

/// LGD_AMOUNT has 12 digits.
const MOST: u64 = 999_999_999_999;

/// Amounts that are paid or given back: 0 would ask the gateway for nothing. Of a tax, 0 says that there is none.
const MOVING: [&str; 3] = ["LGD_AMOUNT", "LGD_CANCELAMOUNT", "LGD_REMAINAMOUNT"];

static WHOLE: Remedy = Remedy {
    en: "Pass whole won, from 1 to 999999999999",
    ko: "금액을 1원에서 999999999999원까지의 정수로 넣으십시오",
};

/// Reads an amount: digits, and a fraction only if it is zero, as in `23400.00`. `name` is in the error, the text is not.
pub fn read(name: &str, text: &str) -> Result<u64> {
    let (number, fraction) = text.split_once('.').unwrap_or((text, "0"));
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let why = match number.strip_prefix('-').unwrap_or(number) {
        size if !digits(size) || !digits(fraction) => "must be whole won, in digits only".to_owned(),
        size if number != size => "must not be negative".to_owned(),
        _ if fraction.bytes().any(|b| b != b'0') => "must be whole won; found a fraction".to_owned(),
        size => match size.parse() {
            Ok(amount) => return Ok(amount),
            Err(_) => too_much(size),
        },
    };
    Err(Error::bad_value(name, why).with_remedy(&WHOLE))
}

/// As [`read`], for an amount that is to be paid: neither 0 nor more than the protocol has room for.
pub fn read_payable(name: &str, text: &str) -> Result<u64> {
    let why = match read(name, text)? {
        0 => "must be 1 won or more; found 0".to_owned(),
        amount if amount <= MOST => return Ok(amount),
        amount => too_much(&amount.to_string()),
    };
    Err(Error::bad_value(name, why).with_remedy(&WHOLE))
}

/// Checks an amount that is to move; any other name passes.
pub(crate) fn check_moving(name: &str, text: &str) -> Result<()> {
    if !MOVING.contains(&name) {
        return Ok(());
    }
    read_payable(name, text)?;
    // What comes back has the amount as it was sent and is signed so: with zeros in front, a notification would be refused.
    match text.starts_with('0') {
        true => {
            Err(Error::bad_value(name, "begins with 0; write it without zeros in front").with_remedy(&WHOLE))
        }
        false => Ok(()),
    }
}

fn too_much(digits: &str) -> String {
    format!("may be {MOST} won at most; found {} digits", digits.trim_start_matches('0').len())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_amount_is_whole_won() {
        for (text, amount) in [("23400", 23_400), ("23400.00", 23_400), ("0", 0), ("007", 7), ("0.0", 0)] {
            assert_eq!(read("amount", text), Ok(amount), "{text}");
        }
        for (text, why) in [
            ("", "whole won, in digits only"),
            ("-", "whole won, in digits only"),
            ("1,000", "whole won, in digits only"),
            ("+1", "whole won, in digits only"),
            ("NaN", "whole won, in digits only"),
            ("1.", "whole won, in digits only"),
            (".0", "whole won, in digits only"),
            ("1.0.0", "whole won, in digits only"),
            ("１", "whole won, in digits only"),
            ("-1", "must not be negative"),
            ("-0.5", "must not be negative"),
            ("23400.5", "found a fraction"),
            ("99999999999999999999", "may be 999999999999 won at most; found 20 digits"),
        ] {
            let error = read("amount", text).unwrap_err();
            assert!(
                error.cause().starts_with("Value error; amount ") && error.cause().contains(why),
                "{error}"
            );
            assert!(error.message().contains("정수로"), "{error}");
        }
    }

    #[test]
    fn what_moves_is_a_won_at_least_and_has_twelve_digits_at_most() {
        for name in MOVING {
            assert_eq!(check_moving(name, "1"), Ok(()));
            assert_eq!(check_moving(name, "999999999999"), Ok(()));
            assert!(check_moving(name, "0").unwrap_err().cause().contains("must be 1 won or more; found 0"));
            let rich = check_moving(name, "1000000000000").unwrap_err();
            assert!(rich.cause().contains("999999999999 won at most; found 13 digits"), "{rich}");
            assert!(check_moving(name, "07").unwrap_err().cause().contains("begins with 0"));
        }
        assert_eq!(check_moving("LGD_VAT", "0"), Ok(()));
    }
}
