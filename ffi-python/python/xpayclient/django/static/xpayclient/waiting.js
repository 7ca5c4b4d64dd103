// Looks every ten seconds whether the page would show another state, and only then loads it: who reads it, or has it read aloud, is not
// interrupted. Without JavaScript the page loads itself.
(function () {
    'use strict';
    function state(page) {
        var shown = page.getElementById('state');
        return shown ? shown.dataset.state + shown.textContent : '';
    }
    function look() {
        fetch(location.href, {cache: 'no-store'}).then(function (answer) {
            return answer.ok ? answer.text() : Promise.reject(answer.status);
        }).then(function (text) {
            if (state(new DOMParser().parseFromString(text, 'text/html')) !== state(document)) {
                location.reload();
            }
        }).catch(function () {
            // The line or the shop fails at the moment: the next look may succeed.
        });
    }
    setInterval(look, 10000);
}());
