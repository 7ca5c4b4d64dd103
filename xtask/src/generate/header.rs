//! include/xpayclient.h: the output of cbindgen for ffi-c, without the `# Safety` sections, which are for readers of Rust.

use crate::files::{Files, Result};

/// Returns the header.
pub(crate) fn write(files: &mut Files) -> Result<String> {
    let mut bytes = Vec::new();
    let bindings = cbindgen::generate(Files::path("ffi-c"));
    bindings.map_err(|error| format!("cbindgen: {error}"))?.write(&mut bytes);
    let header = String::from_utf8(bytes).map_err(|error| format!("cbindgen: {error}"))?;
    let mut kept: Vec<&str> = Vec::new();
    let mut in_safety = false;
    for line in header.lines() {
        in_safety = (in_safety || line == " * # Safety") && line != " */";
        if !in_safety {
            if line == " */" && kept.last() == Some(&" *") {
                kept.pop();
            }
            kept.push(line);
        }
    }
    let header = kept.join("\n") + "\n";
    files.put("include/xpayclient.h", &header)?;
    Ok(header)
}
