{{-- The result, in the payment window's frame: what is paid leads the whole page on. --}}
<!doctype html>
<html lang="ko">
<meta charset="utf-8">
<title>결제 결과</title>
@if ($order->state === 'paid' || $order->state === 'waiting')
    <p>{{ $order->state === 'paid' ? '결제되었습니다.' : '가상계좌가 발급되었습니다. 아직 입금 전입니다.' }}</p>
    <a id="next" href="{{ url("/orders/{$order->oid}") }}" target="_top">주문 보기</a>
    <script>top.location.replace(document.getElementById('next').href);</script>
@elseif ($order->state === 'unpaid')
    <p>결제되지 않았습니다. 결제 금액은 청구되지 않았습니다. {{ $reason }}</p>
    <a href="{{ route('xpay.show', $order) }}" target="_top">다시 결제하기</a>
@else
    <p>결제가 되었는지 확인하고 있습니다. <strong>다시 결제하지 마십시오.</strong></p>
    <a href="{{ url("/orders/{$order->oid}") }}" target="_top">주문 보기</a>
@endif
</html>
