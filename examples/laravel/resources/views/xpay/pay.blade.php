{{-- Opens the payment window. --}}
<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<title>결제하기</title>
<p>{{ $order->title }} {{ number_format($order->amount) }}원</p>
<p id="said" role="alert"></p>
<button type="button" id="pay" disabled>결제하기</button>
<form id="LGD_PAYINFO" method="post">
    @foreach ($fields as $name => $value)
        <input type="hidden" name="{{ $name }}" value="{{ $value }}">
    @endforeach
</form>
<script src="{{ config('xpay.window_js') }}"></script>
<script>
    var button = document.getElementById('pay');
    button.addEventListener('click', function () {
        if (typeof openXpay === 'undefined') {
            document.getElementById('said').textContent = '결제창을 불러오지 못했습니다. 잠시 후 다시 시도해 주십시오.';
            return;
        }
        var form = document.getElementById('LGD_PAYINFO');
        openXpay(form, form.elements.CST_PLATFORM.value, form.elements.LGD_WINDOW_TYPE.value, null, '', '');
    });
    // Not earlier: a click while the window's script is loading would be lost.
    button.disabled = false;
</script>
</html>
