//! Walks a shop's tree, within bounds: the files that may hold PHP about payments, the home directories, and what was not seen.

use std::fs::{self, File};
use std::io::{self, Read};
use std::path::{Path, PathBuf};

/// Enough for any page; what is larger is data.
const LARGEST: u64 = 4 << 20;
const MOST_ENTRIES: usize = 1_000_000;
/// What a web server or a shop's `include` takes for PHP, also with an ending behind it (`.php.bak`).
const PHP: [&str; 11] =
    [".php", ".inc", ".phtml", ".html", ".htm", ".lib", ".class", ".module", ".tpl", ".ctp", ".skin"];
/// Of version control and JavaScript's packages.
const SKIPPED: [&str; 4] = [".git", ".svn", ".hg", "node_modules"];

/// Why a file or a directory was not seen.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Why {
    Unreadable,
    TooLarge,
    /// A link out of the tree to a directory.
    Outside,
    /// The walk ended before it.
    TooMany,
}

#[derive(Default)]
pub(super) struct Tree {
    /// The number of files with a name of PHP.
    pub(super) pages: usize,
    /// Those that are about payments.
    pub(super) relevant: Vec<PathBuf>,
    /// Directories with conf/mall.conf.
    pub(super) homes: Vec<PathBuf>,
    pub(super) unseen: Vec<(Why, PathBuf)>,
}

impl Tree {
    /// # Errors
    /// `dir` is not a directory, or cannot be read.
    pub(super) fn walk(dir: &Path) -> io::Result<Tree> {
        let root = dir.canonicalize()?;
        // A file is an error as well.
        fs::read_dir(&root)?;
        let mut tree = Tree::default();
        let mut waiting = vec![dir.to_owned()];
        let mut left = MOST_ENTRIES;
        while let Some(path) = waiting.pop() {
            let entries = fs::read_dir(&path).and_then(Iterator::collect::<io::Result<Vec<_>>>);
            let Ok(mut entries) = entries else {
                tree.unseen.push((Why::Unreadable, path));
                continue;
            };
            if entries.len() > left {
                tree.unseen.push((Why::TooMany, path));
                break;
            }
            left -= entries.len();
            entries.sort_by_key(fs::DirEntry::file_name);
            let directories = entries.iter().filter_map(|entry| tree.entry(entry, &root));
            let directories: Vec<PathBuf> = directories.collect();
            waiting.extend(directories.into_iter().rev());
        }
        Ok(tree)
    }

    /// Takes in a file; returns a directory to walk.
    fn entry(&mut self, entry: &fs::DirEntry, root: &Path) -> Option<PathBuf> {
        let path = entry.path();
        let kind = entry.file_type().ok()?;
        if kind.is_dir() {
            let name = entry.file_name();
            return (!SKIPPED.iter().any(|skipped| name == *skipped)).then_some(path);
        }
        if kind.is_symlink() {
            match path.canonicalize() {
                // It is walked where it lies, which also ends every loop.
                Ok(target) if target.starts_with(root) => return None,
                Ok(target) if target.is_dir() => {
                    self.unseen.push((Why::Outside, path));
                    return None;
                }
                Ok(target) if target.is_file() => {}
                Err(error) if error.kind() == io::ErrorKind::PermissionDenied => {
                    self.unseen.push((Why::Unreadable, path));
                    return None;
                }
                // PHP cannot read it either.
                _ => return None,
            }
        } else if !kind.is_file() {
            return None;
        }
        self.file(path);
        None
    }

    fn file(&mut self, path: PathBuf) {
        let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if name == "mall.conf" {
            let conf = path.parent().filter(|conf| conf.file_name().is_some_and(|name| name == "conf"));
            self.homes.extend(conf.and_then(Path::parent).map(Path::to_owned));
        }
        if !PHP.iter().any(|part| name.contains(part)) {
            return;
        }
        self.pages += 1;
        match read(&path) {
            Ok(Some(file)) if named_for_it(&path) || is_relevant(&file) => self.relevant.push(path),
            Ok(Some(_)) => {}
            Ok(None) => self.unseen.push((Why::TooLarge, path)),
            Err(_) => self.unseen.push((Why::Unreadable, path)),
        }
    }
}

/// `None` if it is too large.
pub(super) fn read(path: &Path) -> io::Result<Option<Vec<u8>>> {
    let mut file = Vec::new();
    File::open(path)?.take(LARGEST + 1).read_to_end(&mut file)?;
    Ok(Some(file).filter(|file| file.len() as u64 <= LARGEST))
}

/// Whether a file has the class's name, whatever is in it.
pub(super) fn named_for_it(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
    name.starts_with("xpayclient.")
}

fn is_relevant(file: &[u8]) -> bool {
    contains(file, b"<?") && (contains(file, b"xpay") || contains(file, b"lgd_"))
}

/// `word` is in small letters.
fn contains(file: &[u8], word: &[u8]) -> bool {
    let Some((first, _)) = word.split_first() else { return true };
    let mut rest = file;
    while let Some(at) = rest.iter().position(|byte| byte.to_ascii_lowercase() == *first) {
        rest = rest.get(at..).unwrap_or_default();
        if rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word)) {
            return true;
        }
        rest = rest.get(1..).unwrap_or_default();
    }
    false
}
