/* The page at LGD_RETURNURL: hands the result to the order page, or goes on by itself where there is no frame. */
if (parent !== self) {
    parent.payment_return();
} else {
    document.getElementById("LGD_RETURNINFO").submit();
}
