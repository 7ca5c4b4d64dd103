// Hands the window's result to the page beneath; without a frame it goes on by itself.
if (parent !== self) {
    parent.payment_return();
} else if (document.getElementById('LGD_RESPCODE').value === '0000') {
    document.getElementById('LGD_RETURNINFO').submit();
}
