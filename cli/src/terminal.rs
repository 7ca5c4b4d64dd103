//! The terminal: its width, a few colours, and a line that is written over while something takes its time.

use crate::asked;
use crate::say::text_aside;
use crate::system;
use clap::ColorChoice;
use std::env;
use std::io::{self, IsTerminal};
use terminal_size::terminal_size_of;
use unicode_width::{UnicodeWidthChar, UnicodeWidthStr};

/// What a colour means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tone {
    Plain,
    Error,
    Warning,
    /// Nobody knows whether money moved, or a person has to decide.
    Doubt,
}

/// The columns of the terminal on stdout. `None` if it is another file, which has no width.
pub(crate) fn width() -> Option<usize> {
    if !io::stdout().is_terminal() {
        return None;
    }
    let given = env::var("COLUMNS").ok().and_then(|columns| columns.parse().ok());
    let measured = || terminal_size_of(io::stdout()).map(|(columns, _)| columns.0.into());
    Some(given.or_else(measured).filter(|columns| *columns > 0).unwrap_or(80))
}

/// The text in so many columns: `…` stands for the rest of a longer one.
pub(crate) fn cut(text: &str, columns: usize) -> String {
    if text.width() <= columns {
        return text.to_owned();
    }
    let mut width = 0;
    let fits = |letter: &char| {
        width += letter.width().unwrap_or(0);
        width < columns
    };
    text.chars().take_while(fits).collect::<String>().trim_end().to_owned() + "…"
}

/// The text in the colour of its meaning, if stdout shows colours.
pub(crate) fn painted(tone: Tone, text: &str) -> String {
    match tone {
        Tone::Error if shows_colour() => format!("\x1b[1;31m{text}\x1b[0m"),
        Tone::Warning if shows_colour() => format!("\x1b[1;33m{text}\x1b[0m"),
        Tone::Doubt if shows_colour() => format!("\x1b[1;35m{text}\x1b[0m"),
        _ => text.to_owned(),
    }
}

fn shows_colour() -> bool {
    let is_set = |name: &str| env::var_os(name).is_some_and(|value| !value.is_empty());
    // Asked for first, for that is how a console learns of the sequences.
    let able = system::shows_colour();
    match asked::color() {
        ColorChoice::Always => true,
        ColorChoice::Never => false,
        ColorChoice::Auto => io::stdout().is_terminal() && !is_set("NO_COLOR") && able,
    }
}

/// A line on stderr about what is being done. On a terminal it is written over and vanishes in the end.
pub(crate) struct Passing {
    on_terminal: bool,
    shown: bool,
    /// Whether another file than a terminal gets each as a line of its own.
    otherwise: bool,
}

impl Passing {
    /// For a terminal only.
    pub(crate) fn on_terminal() -> Passing {
        Passing {
            on_terminal: io::stderr().is_terminal() && system::overwrites(),
            shown: false,
            otherwise: false,
        }
    }

    /// For whatever stderr is.
    pub(crate) fn anywhere() -> Passing {
        Passing { otherwise: true, ..Passing::on_terminal() }
    }

    pub(crate) fn show(&mut self, text: &str) {
        if self.on_terminal {
            let columns = width().unwrap_or(80).saturating_sub(1);
            text_aside(&format!("\r{}\x1b[K", cut(text, columns)));
            self.shown = true;
        } else if self.otherwise {
            aside!("{text}");
        }
    }

    /// Before anything else is printed.
    pub(crate) fn clear(&mut self) {
        if std::mem::take(&mut self.shown) {
            text_aside("\r\x1b[K");
        }
    }
}

impl Drop for Passing {
    fn drop(&mut self) {
        self.clear();
    }
}
