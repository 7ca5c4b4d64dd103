"""Products and orders in the admin; xpayclient.django adds the payments."""

from django.contrib import admin

from .models import Line, Order, Product


class LineInline(admin.TabularInline):
    model = Line
    extra = 0


@admin.register(Order)
class OrderAdmin(admin.ModelAdmin):
    list_display = ("__str__", "buyer", "state", "xpay_amount", "created_at")
    list_filter = ("state",)
    inlines = (LineInline,)


@admin.register(Product)
class ProductAdmin(admin.ModelAdmin):
    list_display = ("name", "price", "stock")
