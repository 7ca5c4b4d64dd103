//! One transaction in a locked file of the journal, and the marks that are appended to it.

use std::io;

use super::contents::Contents;
use crate::journal::record::{Mark, Record, RecordState};
use crate::journal::store::{BeginError, Kept};
use crate::os::disk::DiskFile;

/// Holds dozens of transactions, and is quick to read before each.
const FILE_SIZE: usize = 32 * 1024;

/// The most bytes that one transaction can need.
const TRANSACTION_SIZE: usize = 8 * 1024;

/// The last transaction of a file that this process has locked. Dropping it changes nothing in the file.
#[derive(Debug)]
pub(super) struct FileEntry {
    file: Box<dyn DiskFile>,
    pub(super) record: Option<Record>,
    pub(super) state: RecordState,
    /// Offset of the next line.
    end: usize,
    /// Whether the bytes from `end` on may be other than zeros, or the record itself may not be durable.
    tail_uncertain: bool,
    /// See [`Kept::without_lock`].
    without_lock: bool,
}

impl FileEntry {
    pub(super) fn read(mut file: Box<dyn DiskFile>) -> io::Result<FileEntry> {
        let Contents { record, state, end, dirty } = Contents::parse(&file.read()?);
        Ok(FileEntry { file, record, state, end, tail_uncertain: dirty, without_lock: false })
    }

    pub(super) fn with_foreign_lock(self) -> FileEntry {
        FileEntry { without_lock: true, ..self }
    }

    /// `None` if another transaction in the file is not settled yet.
    pub(super) fn begin(
        mut file: Box<dyn DiskFile>,
        bytes: &[u8],
        record: &Record,
    ) -> Result<Option<FileEntry>, BeginError> {
        let Contents { state, mut end, dirty, .. } = Contents::parse(bytes);
        if !state.may_be_overwritten(&record.at) {
            return Ok(None);
        }
        // A file without any line may come from a process that died before the file and its name were durable.
        if end == 0 || dirty || bytes.len() != FILE_SIZE || end + TRANSACTION_SIZE > FILE_SIZE {
            file.reset(FILE_SIZE)?;
            end = 0;
        }
        let mut entry = FileEntry {
            file,
            record: Some(record.clone()),
            state: RecordState::Begun,
            end,
            tail_uncertain: false,
            without_lock: false,
        };
        match entry.write(&record.line()).and_then(|()| entry.file.sync()) {
            Ok(()) => Ok(Some(entry)),
            Err(cause) => Err(BeginError { cause, may_remain: entry.file.clear().is_err() }),
        }
    }

    /// This is not synced where a boot has an ID: other processes can read it until the machine itself stops. After
    /// that, an approval that is not settled is shown to the merchant and left alone, with or without this mark.
    fn mark_told(&mut self, mark: &Mark) -> io::Result<()> {
        match self.record.as_ref().is_some_and(|record| record.owner.syncs_all()) {
            true => self.mark_durably(mark),
            false => self.mark(mark),
        }
    }

    fn mark(&mut self, mark: &Mark) -> io::Result<()> {
        self.write(&mark.line())?;
        self.state = self.state.after(mark);
        Ok(())
    }

    /// After a failed write or sync the content on the disk is unknown. The next write therefore repeats the record
    /// before its own line.
    fn write(&mut self, line: &str) -> io::Result<()> {
        let begin_line = self.record.as_ref().filter(|_| self.tail_uncertain).map(Record::line);
        let mut bytes = (begin_line.unwrap_or_default() + line).into_bytes();
        let length = bytes.len();
        if self.tail_uncertain {
            bytes.resize(length.max(FILE_SIZE.saturating_sub(self.end)), 0);
        }
        self.tail_uncertain = true;
        self.file.write(self.end, &bytes)?;
        self.tail_uncertain = false;
        self.end += length;
        Ok(())
    }
}

impl Kept for FileEntry {
    fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    fn state(&self) -> &RecordState {
        &self.state
    }

    fn mark_durably(&mut self, mark: &Mark) -> io::Result<()> {
        self.mark(mark)?;
        let synced = self.file.sync();
        self.tail_uncertain = synced.is_err();
        synced
    }

    fn settle(&mut self, mark: &Mark) -> io::Result<()> {
        self.mark_durably(mark).or_else(|error| self.clear().map_err(|_| error))
    }

    fn mark_held(&mut self) -> io::Result<()> {
        self.mark_told(&Mark::Held)
    }

    fn mark_delivered(&mut self) -> io::Result<()> {
        self.mark_told(&Mark::Delivered).or_else(|error| self.clear().map_err(|_| error))
    }

    fn mark_undoing(&mut self, mark: &Mark) -> io::Result<()> {
        self.mark_durably(mark)
    }

    fn clear(&mut self) -> io::Result<()> {
        self.file.clear()
    }

    fn has_vanished(&self) -> bool {
        self.file.has_vanished()
    }

    fn without_lock(&self) -> bool {
        self.without_lock
    }
}
