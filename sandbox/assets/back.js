/* Hands the result to the shop's LGD_RETURNURL, in the frame that the window is in. */
document.forms[0].submit();
