/* Shows what belongs to the chosen means of payment and nothing else. Without it everything is shown. */
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
