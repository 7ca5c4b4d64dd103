/* Posts the result to the shop's LGD_RETURNURL, in the frame of the window. */
document.forms[0].submit();
