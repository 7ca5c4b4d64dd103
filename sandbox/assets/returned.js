/* The page at LGD_RETURNURL: passes the result to the order page, or submits it itself if that page is gone. */
if (parent !== self) {
    parent.payment_return();
} else if (opener) {
    opener.payment_return();
} else {
    document.getElementById("LGD_RETURNINFO").submit();
}
