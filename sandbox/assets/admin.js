/* The merchant admin: refreshes the page when something changes, and sends forms without leaving it. Both work without. */
(function () {
    "use strict";
    var POLL = 1500;
    var main = document.querySelector("main");
    /* The counter of changes when the page was rendered. */
    var seen = Number(main.dataset.changes);

    function say(text) {
        var said = document.getElementById("said");
        said.textContent = text;
        if (text) said.scrollIntoView({ block: "nearest" });
    }

    function parsed(text) {
        return new DOMParser().parseFromString(text, "text/html");
    }

    function send(form) {
        var request = { method: "POST", body: new URLSearchParams(new FormData(form)) };
        return fetch(form.getAttribute("action"), request).then(function (response) {
            return response.text().then(function (text) {
                say(response.ok ? "" : parsed(text).querySelector(".refusal").innerText);
                return refresh();
            });
        });
    }

    /* Refreshes the page, unless somebody is typing. */
    function refresh() {
        return fetch(location.href).then(function (response) { return response.text(); }).then(function (text) {
            var said = document.getElementById("said").textContent;
            var busy = document.activeElement && /^(INPUT|TEXTAREA|SELECT)$/.test(document.activeElement.tagName);
            if (busy) return;
            main.innerHTML = parsed(text).querySelector("main").innerHTML;
            say(said);
        });
    }

    function poll() {
        fetch(main.dataset.live).then(function (response) { return response.json(); }).then(function (answer) {
            if (seen !== answer.changes) refresh();
            seen = answer.changes;
        }).catch(function () {}).then(function () { setTimeout(poll, POLL); });
    }

    main.addEventListener("submit", function (event) {
        var form = event.target;
        if (form.method !== "post") return;
        event.preventDefault();
        if (document.activeElement) document.activeElement.blur();
        send(form).catch(function (error) { say(String(error)); });
    });
    poll();
})();
