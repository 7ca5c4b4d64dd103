/* Posts the result to the shop's LGD_RETURNURL, in the frame of the window. A field may be called "submit". */
HTMLFormElement.prototype.submit.call(document.forms[0]);
