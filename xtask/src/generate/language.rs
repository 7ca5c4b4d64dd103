//! The languages of the documentation.

/// A language, and the folder of its pages.
pub(crate) struct Language {
    pub(crate) folder: &'static str,
    korean: bool,
}

pub(crate) static LANGUAGES: [Language; 2] =
    [Language { folder: "en", korean: false }, Language { folder: "ko", korean: true }];

impl Language {
    pub(crate) fn pick<T>(&self, english: T, korean: T) -> T {
        if self.korean { korean } else { english }
    }
}
