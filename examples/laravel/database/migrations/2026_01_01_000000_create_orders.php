<?php

/** What payments need of the shop's orders, and each notification once. */

use Illuminate\Database\Migrations\Migration;
use Illuminate\Database\Schema\Blueprint;
use Illuminate\Support\Facades\Schema;

return new class extends Migration
{
    public function up(): void
    {
        Schema::create('orders', static function (Blueprint $table): void {
            $table->string('oid', 63)->primary();
            $table->unsignedInteger('amount');
            $table->string('title');
            $table->string('buyer');
            $table->string('state', 7)->default('unpaid');
            $table->string('tid', 24)->default('');
        });
        Schema::create('order_notices', static function (Blueprint $table): void {
            $table->string('id')->primary();
        });
    }
};
