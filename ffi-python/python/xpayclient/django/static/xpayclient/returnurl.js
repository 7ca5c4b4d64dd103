// Hands the window's result to the page beneath; without a frame it goes on by itself, or back to the shop.
(function () {
    'use strict';
    var info = document.getElementById('LGD_RETURNINFO');
    if (parent !== self) {
        parent.payment_return();
    } else if (document.getElementById('LGD_RESPCODE').value === '0000') {
        info.submit();
    } else if (info.dataset.shop) {
        location.replace(info.dataset.shop);
    }
}());
