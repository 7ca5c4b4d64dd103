<?php

/** The routes of payments. Add your own middleware to the first: who may see the order. */

use App\Http\Controllers\PaymentController;
use Illuminate\Support\Facades\Route;

Route::get('/orders/{order}/pay', [PaymentController::class, 'show'])->middleware('web')->name('xpay.show');

// Outside `web`: both are posted from another site, without the session's cookie and without a CSRF token.
Route::post('/xpay/return', [PaymentController::class, 'pay'])->name('xpay.return');
Route::post('/xpay/notice', [PaymentController::class, 'notice'])->name('xpay.notice');
