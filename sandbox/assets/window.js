/* Shows only the fields of the chosen payment method. Without this script all are shown. */
(function () {
    "use strict";
    var form = document.querySelector("form");
    function show() {
        var chosen = form.elements.paytype.value;
        document.querySelectorAll(".of").forEach(function (part) {
            part.hidden = part.disabled = part.dataset.of !== chosen;
        });
    }
    form.addEventListener("change", show);
    show();
})();
