//! The simulated directory of a journal: what can be read, and what would still be there after the power failed.

use std::collections::BTreeMap;

use crate::random::Random;

/// What a disk writes as one.
const SECTOR: usize = 512;

/// A directory, and every file that was ever in it.
#[derive(Default)]
pub(super) struct Files {
    pub(super) exists: bool,
    /// Changes when the directory is made anew: the lock of the old one keeps nobody out.
    generation: u64,
    /// Which file a number names.
    names: BTreeMap<u32, usize>,
    files: Vec<File>,
    /// Who may recover: the directory's generation, the handle and the process.
    right: Option<(u64, u64, usize)>,
    handles: u64,
}

/// One file.
#[derive(Default)]
pub(super) struct File {
    pub(super) number: u32,
    /// What everybody reads.
    pub(super) seen: Vec<u8>,
    /// What is on the disk.
    pub(super) durable: Vec<u8>,
    /// What happened between the two, in order.
    pending: Vec<Change>,
    named_durably: bool,
    /// Whether it cannot be made anew once more.
    pub(super) refuses: bool,
    /// The handle that locks it, and its process.
    holder: Option<(u64, usize)>,
}

#[derive(Clone)]
enum Change {
    Length(usize),
    Write(usize, Vec<u8>),
}

impl Files {
    pub(super) fn numbers(&self) -> Vec<u32> {
        self.names.keys().copied().collect()
    }

    /// Which file has this number.
    pub(super) fn find(&self, number: u32) -> Option<usize> {
        self.names.get(&number).copied()
    }

    pub(super) fn create(&mut self, number: u32) -> Option<usize> {
        self.exists = true;
        if self.names.contains_key(&number) {
            return None;
        }
        self.files.push(File { number, ..File::default() });
        self.names.insert(number, self.files.len() - 1);
        Some(self.files.len() - 1)
    }

    pub(super) fn file(&mut self, file: usize) -> &mut File {
        &mut self.files[file]
    }

    /// A handle with the lock, unless somebody has that.
    pub(super) fn lock(&mut self, file: usize, pid: usize) -> Option<u64> {
        if self.files[file].holder.is_some() {
            return None;
        }
        self.handles += 1;
        self.files[file].holder = Some((self.handles, pid));
        Some(self.handles)
    }

    pub(super) fn unlock(&mut self, file: usize, handle: u64) {
        let holder = &mut self.files[file].holder;
        *holder = holder.filter(|(holds, _)| *holds != handle);
    }

    pub(super) fn take_right(&mut self, pid: usize) -> Option<u64> {
        if self.right_is_taken() {
            return None;
        }
        self.handles += 1;
        self.right = Some((self.generation, self.handles, pid));
        Some(self.handles)
    }

    pub(super) fn right_is_taken(&self) -> bool {
        self.right.is_some_and(|(generation, ..)| generation == self.generation)
    }

    pub(super) fn drop_right(&mut self, handle: u64) {
        self.right = self.right.filter(|(_, holds, _)| *holds != handle);
    }

    /// The right that a process had.
    pub(super) fn release_right(&mut self, pid: usize) {
        self.right = self.right.filter(|(.., holder)| *holder != pid);
    }

    /// Every file that a process held.
    pub(super) fn release(&mut self, pid: usize) {
        for file in &mut self.files {
            file.holder = file.holder.filter(|(_, holder)| *holder != pid);
        }
    }

    pub(super) fn has_name(&self, file: usize) -> bool {
        self.names.get(&self.files[file].number) == Some(&file)
    }

    /// Somebody removes the directory.
    pub(super) fn vanish(&mut self) {
        self.exists = false;
        self.generation += 1;
        self.names.clear();
    }

    /// Whether the record of a transaction would survive a power failure here and now.
    pub(super) fn keeps(&self, tx_id: &str) -> bool {
        // The random part, which no encoding changes.
        let digest = &tx_id.as_bytes()[tx_id.len().saturating_sub(40)..];
        let holds = |file: &File| file.named_durably && contains(&file.durable, digest);
        self.names.values().any(|file| holds(&self.files[*file]))
    }

    /// The machine stops: of what was not synced, any part may be there.
    pub(super) fn crash(&mut self, random: &mut Random) {
        for file in &mut self.files {
            file.holder = None;
            file.crash(random);
        }
        let files = &self.files;
        self.names.retain(|_, file| files[*file].named_durably || random.chance(500));
        self.right = None;
    }
}

impl File {
    pub(super) fn write(&mut self, at: usize, bytes: &[u8]) {
        apply(&mut self.seen, at, bytes);
        self.pending.push(Change::Write(at, bytes.to_vec()));
    }

    pub(super) fn set_length(&mut self, length: usize) {
        self.seen.resize(length, 0);
        self.pending.push(Change::Length(length));
    }

    pub(super) fn sync(&mut self) {
        for change in std::mem::take(&mut self.pending) {
            match change {
                Change::Length(length) => self.durable.resize(length, 0),
                Change::Write(at, bytes) => apply(&mut self.durable, at, &bytes),
            }
        }
    }

    pub(super) fn sync_name(&mut self) {
        self.named_durably = true;
    }

    /// A sync that failed may have given up what it was to write: it can be read, and no later sync will try it again.
    pub(super) fn give_up(&mut self, random: &mut Random) {
        self.durable = self.survivor(random);
        self.pending.clear();
    }

    /// How many bytes there are before the zeros at the end.
    pub(super) fn written(&self) -> usize {
        self.seen.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1)
    }

    /// A byte on the disk goes bad.
    pub(super) fn damage(&mut self, at: usize, bytes: &[u8]) {
        for copy in [&mut self.seen, &mut self.durable] {
            if at + bytes.len() <= copy.len() {
                apply(copy, at, bytes);
            }
        }
    }

    fn crash(&mut self, random: &mut Random) {
        self.durable = self.survivor(random);
        self.pending.clear();
        self.seen.clone_from(&self.durable);
    }

    /// The disk's contents after some of the changes. A sector that has one of them has all before it as well.
    fn survivor(&self, random: &mut Random) -> Vec<u8> {
        let mut disk = self.durable.clone();
        if self.pending.is_empty() {
            return disk;
        }
        let reached = random.below(self.pending.len() + 1);
        let torn = random.chance(500);
        let mut sectors: BTreeMap<usize, usize> = BTreeMap::new();
        for (order, change) in self.pending.iter().enumerate().take(reached) {
            match change {
                Change::Length(length) => disk.resize(*length, 0),
                Change::Write(at, bytes) => {
                    for sector in at / SECTOR..=(at + bytes.len().max(1) - 1) / SECTOR {
                        let limit = *sectors.entry(sector).or_insert_with(|| match torn {
                            true => random.below(reached + 1),
                            false => reached,
                        });
                        if order < limit {
                            let (from, to) = (sector * SECTOR, (sector + 1) * SECTOR);
                            let (from, to) = (from.max(*at), to.min(at + bytes.len()));
                            apply(&mut disk, from, &bytes[from - at..to - at]);
                        }
                    }
                }
            }
        }
        disk
    }
}

fn apply(to: &mut Vec<u8>, at: usize, bytes: &[u8]) {
    if to.len() < at + bytes.len() {
        to.resize(at + bytes.len(), 0);
    }
    to[at..at + bytes.len()].copy_from_slice(bytes);
}

fn contains(bytes: &[u8], part: &[u8]) -> bool {
    // What lies behind the last line is zeros.
    let end = bytes.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
    bytes[..end].windows(part.len()).any(|window| window == part)
}
