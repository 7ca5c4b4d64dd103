/* The page at LGD_RETURNURL: passes the result to the order page, or submits it itself without a frame. */
if (parent !== self) {
    parent.payment_return();
} else {
    document.getElementById("LGD_RETURNINFO").submit();
}
