//! How the shared library is linked: its SONAME carries the version of the interface, and once loaded it stays, until the
//! process ends.
//!
//! PHP unloads a library with the request that loaded it. Kept connections would go with it, and a thread that still looks up
//! a name would find its code gone.

#[path = "src/constants.rs"]
#[allow(
    dead_code,
    missing_docs,
    non_camel_case_types,
    unreachable_pub,
    reason = "only the version is used here"
)]
mod constants;

use constants::XPAY_ABI_VERSION as ABI;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=src/constants.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libxpayclient.so.{ABI}");
    }
}
