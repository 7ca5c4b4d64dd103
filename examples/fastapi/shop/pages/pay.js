// Opens the payment window with the form that the API gives. The page at LGD_RETURNURL pays, and leads back here.
(function () {
    'use strict';
    var button = document.getElementById('pay');
    var form = document.getElementById('LGD_PAYINFO');
    var order = location.pathname.split('/').pop();
    // Wherever yours is.
    var headers = {Authorization: 'Bearer ' + sessionStorage.getItem('token')};

    function say(text) {
        document.getElementById('said').textContent = text;
    }

    function ask(method, url) {
        return fetch(url, {method: method, headers: headers}).then(function (answer) {
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
        var unpaid = now.state === 'ready' || now.state === 'failed';
        var done = {
            paid: '결제되었습니다.',
            waiting: '가상계좌가 발급되었습니다. 아직 입금 전입니다. ' + now.bank + ' ' + now.account,
            cancelled: '결제가 취소되었습니다.'
        };
        // Every state that this page does not know is one in which nobody may pay again.
        say(unpaid ? '결제되지 않았습니다. 결제 금액은 청구되지 않았습니다. ' + now.message
            : done[now.state] || '결제가 되었는지 확인하고 있습니다. 다시 결제하지 마십시오.');
        button.disabled = !unpaid;
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
        ask('POST', '/api/orders/' + order + '/payment').then(function (begun) {
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
                openXpay(form, form.elements.CST_PLATFORM.value, form.elements.LGD_WINDOW_TYPE.value, null, '', '');
                button.disabled = false;
            });
        }).catch(function (error) {
            button.disabled = false;
            say(error.message);
        });
    });

    if (location.search) {
        ask('GET', '/api/payments/' + location.search.slice(1)).then(show, function (error) { say(error.message); });
    } else {
        // Not before: a click while the script is loading would be lost.
        button.disabled = false;
    }
}());
