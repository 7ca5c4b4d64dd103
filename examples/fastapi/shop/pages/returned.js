// In the payment window's frame, or in its place: leads the whole page back to the shop's.
top.location.replace(document.getElementById('next').href);
