//! Follows the log, as `tail -F` does: lines that any process writes from now on, over a new day and a rotation of the files.

use std::collections::{BTreeMap, BTreeSet};
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use same_file::Handle;

use crate::log::lines::{LogFiles, LogLine, each_line_of, each_line_of_one};

/// Several files at once: a process that took the day before midnight may write after it.
const NEWEST: usize = 2;

/// The files that are followed. [`Follow::news`] returns what was written since the last call; the caller waits in between.
#[derive(Debug)]
pub struct Follow {
    files: LogFiles,
    open: BTreeMap<PathBuf, Followed>,
    /// Every name that was followed and has not become too old: what is there by it anew is new.
    known: BTreeSet<PathBuf>,
}

/// One file that is followed.
#[derive(Debug)]
struct Followed {
    file: Handle,
    /// How far it was read.
    at: u64,
    /// A line that is not whole yet.
    half: Vec<u8>,
}

impl LogFiles {
    /// Follows the log from here on: nothing that is in it now is returned.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn follow(&self) -> io::Result<Follow> {
        let mut follow = Follow { files: self.clone(), open: BTreeMap::new(), known: BTreeSet::new() };
        for path in follow.newest()? {
            if let Some(mut followed) = Followed::open(&path)? {
                followed.skip()?;
                follow.known.insert(path.clone());
                follow.open.insert(path, followed);
            }
        }
        Ok(follow)
    }
}

impl Follow {
    /// Every whole line that was there when the following began, of all days or of the newest alone.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn past(&self, newest_only: bool, mut take: impl FnMut(LogLine)) -> io::Result<()> {
        for path in self.files.days()? {
            match self.open.get(&path) {
                Some(followed) => {
                    let known = followed.at.saturating_sub(followed.half.len() as u64);
                    each_line_of_one(File::open(&path)?.take(known), &mut take)?;
                }
                None if newest_only => {}
                None => each_line_of(&[path], &mut take)?,
            }
        }
        Ok(())
    }

    /// The lines that became whole since the last call, by day and in the order of each file.
    ///
    /// # Errors
    /// If a file cannot be read.
    pub fn news(&mut self) -> io::Result<Vec<LogLine>> {
        let newest = self.newest()?;
        let mut news = Vec::new();
        // One that was renamed or has become too old is read to its end first.
        let mut kept = BTreeMap::new();
        for (path, mut followed) in std::mem::take(&mut self.open) {
            news.append(&mut followed.read()?);
            if newest.contains(&path) && followed.is_still_at(&path) {
                kept.insert(path, followed);
            } else {
                // What was written between the reading and the renaming.
                news.append(&mut followed.read()?);
                if newest.first().is_some_and(|oldest| path < *oldest) {
                    self.known.remove(&path);
                }
            }
        }
        self.open = kept;
        for path in newest {
            if self.open.contains_key(&path) {
                continue;
            }
            let Some(mut followed) = Followed::open(&path)? else { continue };
            let lines = followed.read()?;
            // A day that was too old is one of the newest again once a newer file is moved away.
            if self.known.contains(&path) || self.known.last().is_none_or(|newest| *newest < path) {
                news.extend(lines);
            }
            self.known.insert(path.clone());
            self.open.insert(path, followed);
        }
        Ok(news)
    }

    fn newest(&self) -> io::Result<Vec<PathBuf>> {
        let mut days = self.files.days()?;
        Ok(days.split_off(days.len().saturating_sub(NEWEST)))
    }
}

impl Followed {
    /// `None` if it was removed meanwhile.
    fn open(path: &Path) -> io::Result<Option<Followed>> {
        match File::open(path) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            file => Ok(Some(Followed { file: Handle::from_file(file?)?, at: 0, half: Vec::new() })),
        }
    }

    /// Passes over the lines that it has. The half of one that is being written is kept.
    fn skip(&mut self) -> io::Result<()> {
        self.read().map(drop)
    }

    fn read(&mut self) -> io::Result<Vec<LogLine>> {
        let file = self.file.as_file_mut();
        if file.metadata()?.len() < self.at {
            // Emptied by a rotation that copies; what it had is read already.
            self.at = 0;
            self.half.clear();
        }
        file.seek(SeekFrom::Start(self.at))?;
        let read = file.read_to_end(&mut self.half)?;
        self.at = self.at.saturating_add(read as u64);
        let Some(end) = self.half.iter().rposition(|byte| *byte == b'\n') else { return Ok(Vec::new()) };
        let rest = self.half.split_off(end + 1);
        let whole = std::mem::replace(&mut self.half, rest);
        let lines =
            whole.split(|byte| *byte == b'\n').map(|line| LogLine::read(&String::from_utf8_lossy(line)));
        let mut lines: Vec<LogLine> = lines.collect();
        // Behind the last line break there is none.
        lines.pop();
        Ok(lines)
    }

    /// Whether the name still leads to this file.
    fn is_still_at(&self, path: &Path) -> bool {
        Handle::from_path(path).is_ok_and(|named| named == self.file)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::{self, OpenOptions};
    use std::io::Write;

    fn write(path: &Path, text: &str) {
        let mut file = OpenOptions::new().create(true).append(true).open(path).unwrap();
        file.write_all(text.as_bytes()).unwrap();
    }

    fn texts(follow: &mut Follow) -> Vec<String> {
        follow.news().unwrap().into_iter().map(|line| line.text).collect()
    }

    #[test]
    fn new_lines_over_midnight_and_each_kind_of_rotation() {
        let dir = tempfile::tempdir().unwrap();
        let [before, today, next] =
            ["20261128", "20261129", "20261130"].map(|day| dir.path().join(format!("log_{day}.log")));
        write(&before, "old\n");
        write(&today, "known\nhal");
        let mut follow = LogFiles::in_dir(dir.path()).follow().unwrap();
        assert!(texts(&mut follow).is_empty());
        write(&today, "f\nnew\nqua");
        assert_eq!(texts(&mut follow), ["half", "new"]);
        write(&today, "rter\n");
        assert_eq!(texts(&mut follow), ["quarter"]);
        // Midnight: the last of the day, and the first of the next.
        write(&today, "late\n");
        write(&next, "first\n");
        assert_eq!(texts(&mut follow), ["late", "first"]);
        // Renamed while a process still writes, and created again.
        write(&next, "last of it\n");
        fs::rename(&next, dir.path().join("log_20261130.log.1")).unwrap();
        assert_eq!(texts(&mut follow), ["last of it"]);
        write(&next, "created again\n");
        assert_eq!(texts(&mut follow), ["created again"]);
        // Copied and emptied.
        OpenOptions::new().write(true).truncate(true).open(&next).unwrap();
        assert!(texts(&mut follow).is_empty());
        write(&next, "emptied\n");
        assert_eq!(texts(&mut follow), ["emptied"]);
        fs::remove_file(&next).unwrap();
        assert!(texts(&mut follow).is_empty());
    }

    /// Each line is either of the past or news.
    #[test]
    fn the_past_ends_where_the_news_begin() {
        let dir = tempfile::tempdir().unwrap();
        let [old, before, today] =
            ["20261127", "20261128", "20261129"].map(|day| dir.path().join(format!("log_{day}.log")));
        write(&old, "1\n");
        write(&before, "2\n");
        write(&today, "3\nhal");
        let mut follow = LogFiles::in_dir(dir.path()).follow().unwrap();
        write(&today, "f\n5\n");
        let past = |newest_only| {
            let mut past = Vec::new();
            follow.past(newest_only, |line| past.push(line.text)).unwrap();
            past
        };
        assert_eq!(
            (past(false), past(true)),
            (vec!["1".into(), "2".into(), "3".into()], vec!["2".into(), "3".into()])
        );
        assert_eq!(texts(&mut follow), ["half", "5"]);
    }

    #[test]
    fn a_directory_that_does_not_exist_yet() {
        let dir = tempfile::tempdir().unwrap();
        let log = dir.path().join("log");
        let mut follow = LogFiles::in_dir(&log).follow().unwrap();
        assert!(texts(&mut follow).is_empty());
        fs::create_dir(&log).unwrap();
        write(&log.join("log_20261129.log"), "first\n");
        assert_eq!(texts(&mut follow), ["first"]);
    }
}
