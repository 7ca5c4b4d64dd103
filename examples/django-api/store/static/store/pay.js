// Opens the payment window with the form that the API gives, and pays by the API with what the window returns.
(function () {
    'use strict';
    var urls = document.currentScript.dataset;
    var button = document.getElementById('pay');
    var form = document.getElementById('LGD_PAYINFO');
    // With a token instead of the session: {Authorization: 'Bearer …'} in place of the CSRF token.
    var headers = {'Content-Type': 'application/json', 'X-CSRFToken': urls.csrf};
    var payment, win;

    function say(text) {
        document.getElementById('said').textContent = text;
    }

    function ask(url, values) {
        return fetch(url, {method: 'POST', headers: headers, body: JSON.stringify(values)}).then(function (answer) {
            // An error of the server may be no JSON.
            return answer.json().catch(function () { return {}; }).then(function (said) {
                if (!answer.ok) {
                    throw new Error(said.detail || '요청을 처리하지 못했습니다 (' + answer.status + ').');
                }
                return said;
            });
        });
    }

    function show(now) {
        var done = {
            paid: '결제되었습니다.',
            waiting: '가상계좌가 발급되었습니다. 아직 입금 전입니다. ' + now.bank + ' ' + now.account,
            failed: '결제되지 않았습니다. 결제 금액은 청구되지 않았습니다. ' + now.message,
            cancelled: '결제가 취소되었습니다.'
        };
        // Every state that this page does not know is one in which nobody may pay again.
        say(done[now.state] || '결제가 되었는지 확인하고 있습니다. 다시 결제하지 마십시오.');
        button.disabled = now.state !== 'failed';
    }

    function script(url) {
        return new Promise(function (resolve, reject) {
            if (typeof openXpay !== 'undefined') {
                resolve();
                return;
            }
            var element = document.createElement('script');
            element.src = url;
            element.onload = resolve;
            element.onerror = function () { reject(new Error('결제창을 불러오지 못했습니다.')); };
            document.head.appendChild(element);
        });
    }

    button.addEventListener('click', function () {
        button.disabled = true;
        say('');
        ask(urls.order, {}).then(function (begun) {
            payment = begun;
            if (begun.state !== 'ready') {
                show(begun);
                return;
            }
            return script(begun.script).then(function () {
                form.replaceChildren();
                begun.fields.forEach(function (field) {
                    var input = document.createElement('input');
                    input.type = 'hidden';
                    input.name = field[0];
                    input.value = field[1];
                    form.appendChild(input);
                });
                win = openXpay(form, form.elements.CST_PLATFORM.value, form.elements.LGD_WINDOW_TYPE.value, null, '', '');
                button.disabled = false;
            });
        }).catch(function (error) {
            button.disabled = false;
            say(error.message);
        });
    });

    // Called by the page at LGD_RETURNURL, which by then is in the window's frame. It has to be of the same origin as this one.
    window.payment_return = function () {
        var returned = (win.contentWindow || win).document;
        var value = function (name) { return returned.getElementById(name).value; };
        var code = value('LGD_RESPCODE'), words = value('LGD_RESPMSG'), key = value('LGD_PAYKEY');
        closeIframe();
        if (code !== '0000') {
            say(words + ' (' + code + ')');
            return;
        }
        button.disabled = true;
        ask(urls.payments + payment.oid + '/pay', {returned: key}).then(show, function (error) {
            // The answer may be lost, and the payment made: `begin` shows a payment that is under way, and does not make another.
            button.disabled = false;
            say(error.message + ' 결제하기를 다시 누르면 결제 상태를 확인합니다.');
        });
    };

    // Not before: a click while the script is loading would be lost.
    button.disabled = false;
}());
