//! The library stays loaded once a client was made: a thread that waits for a host's address may outlive every client, and
//! would run in what is unloaded. Elsewhere the linker's `nodelete` does it.

use std::ptr;
use std::sync::Once;

use windows_sys::Win32::System::LibraryLoader::{
    GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS, GET_MODULE_HANDLE_EX_FLAG_PIN, GetModuleHandleExW,
};

/// Pins the module that has this function: the DLL, or the program that has it linked in.
pub(crate) fn keep() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        let flags = GET_MODULE_HANDLE_EX_FLAG_PIN | GET_MODULE_HANDLE_EX_FLAG_FROM_ADDRESS;
        let here = (keep as *const ()).cast::<u16>();
        let mut module = ptr::null_mut();
        // A failure needs no handling: the module has this code, so it is found.
        // SAFETY: the address is of code in this module, and the handle's place outlives the call.
        let _ = unsafe { GetModuleHandleExW(flags, here, &mut module) };
    });
}
