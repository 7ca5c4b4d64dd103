"""A small shop: products, a cart, payment by card and by virtual account."""
