//! examples/php/payres_euckr.php: payres.php for a shop whose pages are in EUC-KR.

use encoding_rs::EUC_KR;

use crate::files::{Files, Result};

pub(crate) fn write(files: &mut Files) -> Result<()> {
    let page = Files::read("examples/php/payres.php")?.replace("CHARSET = 'UTF-8';", "CHARSET = 'EUC-KR';");
    let (bytes, _, lossy) = EUC_KR.encode(&page);
    if lossy {
        return Err("examples/php/payres.php has a character that EUC-KR has not".into());
    }
    files.put("examples/php/payres_euckr.php", bytes)
}
