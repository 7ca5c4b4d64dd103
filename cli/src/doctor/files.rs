//! The two configuration files on the disk, which `--fix` changes.

use super::edit::{Edit, is_utf16};
use super::finding::{About, Finding, Grade};
use super::fix::Fix;
use std::fs;
use std::path::{Path, PathBuf};

/// The one with precedence comes first.
const NAMES: [&str; 2] = ["conf/mall.conf", "conf/lgdacom.conf"];

pub(super) struct Files(Vec<(PathBuf, Vec<u8>)>);

impl Files {
    /// Unreadable files are left out: the library reports them.
    pub(super) fn read(home: &Path) -> Files {
        let paths = NAMES.iter().map(|name| home.join(name));
        Files(paths.filter_map(|path| fs::read(&path).ok().map(|file| (path, file))).collect())
    }

    /// Each file's path and content.
    pub(super) fn iter(&self) -> impl Iterator<Item = (&Path, &[u8])> {
        self.0.iter().map(|(path, file)| (path.as_path(), file.as_slice()))
    }

    /// The fix for the first file that the edit changes.
    pub(super) fn fix(&self, edit: &Edit) -> Option<Fix> {
        let (path, _) = self.0.iter().find(|(_, file)| edit.apply(file).is_some())?;
        Some(Fix::Edit(path.clone(), edit.clone()))
    }

    /// The fix for the last file, lgdacom.conf.
    pub(super) fn fix_last(&self, edit: &Edit) -> Option<Fix> {
        self.0.last().map(|(path, _)| Fix::Edit(path.clone(), edit.clone()))
    }

    /// Files in an encoding that the library cannot read.
    pub(super) fn unreadable(&self) -> Vec<Finding> {
        let found = self.0.iter().filter(|(_, file)| is_utf16(file)).map(|(path, file)| {
            let name = path.display();
            let finding = Finding::new(
                Grade::Error,
                About::Encoding,
                format!("{name}이(가) UTF-16(메모장의 '유니코드')이거나 이진 파일입니다. UTF-8이나 EUC-KR(ANSI)로 저장하십시오"),
                format!("{name} is UTF-16 (Unicode in Notepad) or not text; save it as UTF-8 or EUC-KR"),
            );
            let edit = Edit::FromUtf16;
            finding.fixed_by(edit.apply(file).map(|_| Fix::Edit(path.clone(), edit)))
        });
        found.collect()
    }
}
