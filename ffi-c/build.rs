//! How the shared library is linked: its SONAME carries the version of the interface, and once loaded it stays, until the
//! process ends.
//!
//! PHP unloads a library with the request that loaded it. Kept connections would go with it, and a thread that still looks up
//! a name would find its code gone.

/// XPAY_ABI_VERSION; `tests/c/abi.py` compares them.
const ABI: u32 = 2;

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    if std::env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo:rustc-cdylib-link-arg=-Wl,-z,nodelete");
        println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,libxpayclient.so.{ABI}");
    }
}
