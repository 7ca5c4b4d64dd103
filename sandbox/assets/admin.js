/* The merchant admin: sends forms as JSON to the sandbox, and refreshes the page when something changes. */
(function () {
    "use strict";
    var POLL = 1500;
    var main = document.querySelector("main");
    /* The counter of changes when the page was rendered. */
    var seen = Number(main.dataset.changes);

    function say(text) {
        document.getElementById("said").textContent = text;
    }

    function values(form) {
        var body = {};
        Array.prototype.forEach.call(form.elements, function (field) {
            if (field.name) body[field.name] = field.dataset.number === undefined ? field.value : Number(field.value);
        });
        return body;
    }

    function send(form) {
        var method = form.dataset.method || "POST";
        var request = { method: method, headers: { "content-type": "application/json" } };
        if (method === "POST") request.body = JSON.stringify(values(form));
        return fetch(form.dataset.json, request).then(function (response) {
            return response.json().then(function (answer) {
                say(response.ok ? "" : [answer.code, answer.message_ko, "/", answer.message_en].join(" "));
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
            main.innerHTML = new DOMParser().parseFromString(text, "text/html").querySelector("main").innerHTML;
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
        if (!form.dataset.json) return;
        event.preventDefault();
        if (document.activeElement) document.activeElement.blur();
        send(form).catch(function (error) { say(String(error)); });
    });
    poll();
})();
