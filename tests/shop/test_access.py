"""Who may see and do what: buyers, strangers, the merchant, and what comes back from the payment window."""

from __future__ import annotations

import hashlib

import shop

from .visit import MID, Visit


def test_a_consent_to_another_order_pays_nothing(visit: Visit) -> None:
    # Another amount: the gateway refuses.
    lamp = visit.order_only(product="lamp")
    cheap = visit.gateway.paykey("cheap-1", 100)
    assert "승인되지 않았습니다" in visit.post("payres.php", {"LGD_OID": lamp, "LGD_PAYKEY": cheap}).text
    # The same amount: approved, and rolled back because the answer is for another order.
    other = visit.gateway.paykey("other-1", 60000)
    page = visit.post("payres.php", {"LGD_OID": lamp, "LGD_PAYKEY": other})
    assert page.state == "new"
    assert "청구되지 않았습니다" in page.text
    assert visit.payments("other-1") == [("rolled_back", 0)]
    assert visit.payments(lamp) == []


def test_what_comes_back_from_the_window_is_compared_and_escaped(visit: Visit) -> None:
    oid = visit.order_only()
    at = "20260101000000"
    hash_data = hashlib.md5(f"{MID}{oid}234000000{at}{visit.key}".encode()).hexdigest()
    back = {"LGD_RESPCODE": "0000", "LGD_RESPMSG": "", "LGD_MID": MID, "LGD_OID": oid, "LGD_AMOUNT": "23400", "LGD_PAYKEY": "k"}
    back |= {"LGD_TIMESTAMP": at, "LGD_HASHDATA": hash_data}

    def returned(**more: str) -> shop.Page:
        return visit.post("returnurl.php", {**back, **more}, shop.Buyer())

    genuine = returned()
    assert genuine.texts["LGD_RESPCODE"] == "0000"
    # It sets no cookie: that would end the buyer's session.
    assert "set-cookie" not in genuine.headers
    forged = {"LGD_TIMESTAMP": "20260101000001"}
    for wrong in [{"LGD_AMOUNT": "100"}, {"LGD_MID": "tother"}, {"LGD_PAYKEY": ""}, {"LGD_HASHDATA": ""}, forged]:
        page = returned(**wrong)
        assert (page.texts["LGD_RESPCODE"], page.texts["LGD_PAYKEY"]) == ("SHOP", ""), wrong
    assert returned(LGD_OID="order-1").texts["LGD_RESPCODE"] == "SHOP"
    assert returned(LGD_OID="", LGD_RESPCODE="S053", LGD_RESPMSG="no").texts["LGD_RESPCODE"] == "S053"
    page = returned(LGD_RESPCODE='"><script>', LGD_RESPMSG="'\"><script>alert(1)</script>")
    assert "<script>alert" not in page.text
    assert '"><script>' not in page.text


def test_names_that_the_window_refuses_are_refused_here(visit: Visit) -> None:
    for name in ["<b>", "가" * 16, "a--b", "it's", "\U0001f600", "\xff", ""]:
        visit.open("sample_crossplatform.php")
        assert visit.buyer.submit(0, buyer=name).status == 422, name
    visit.open("sample_crossplatform.php")
    assert visit.buyer.submit(0, buyer="가" * 15).status == 200
    visit.open("sample_crossplatform.php")
    assert visit.buyer.submit(0, product="gold").status == 422


def test_others_see_no_order(visit: Visit) -> None:
    oid, unpaid = visit.pay(), visit.order_only()
    stranger = shop.Buyer()
    for page in [f"order.php?oid={oid}", f"order.php?oid={unpaid}", f"payreq_crossplatform.php?oid={unpaid}"]:
        assert visit.open(page, stranger).status == 404, page
    assert visit.post("payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "k"}, stranger).status == 404
    assert visit.open(f"order.php?oid[]={oid}", stranger).status == 404


def test_the_merchants_pages_are_the_merchants(visit: Visit) -> None:
    oid = visit.pay()
    for page in ["Cancel.php", f"Cancel.php?oid={oid}", "CashReceipt.php", "patch.php", "ping.php"]:
        stranger = shop.Buyer()
        visit.open(page, stranger)
        assert "password" in stranger.page.form(0).values, page
        assert oid not in stranger.page.text, page
        assert stranger.submit(0, password="guess").status == 403, page
        assert visit.post(page, {"amount": "1", "reason": "x"}, stranger).status == 403, page
    # Nor does the merchant's browser obey a form of another site.
    forged = visit.post(f"Cancel.php?oid={oid}", {"amount": "23400", "reason": "x", "csrf": "0"}, visit.merchant)
    assert forged.status == 403
    assert visit.payments(oid) == [("approved", 23400)]


def test_without_a_password_they_are_closed(visit: Visit) -> None:
    with visit.another(password="") as store:
        for page in ["Cancel.php", "CashReceipt.php", "patch.php", "ping.php"]:
            assert shop.Buyer().open(f"{store.address}/{page}").status == 403, page
            assert shop.Buyer().open(f"{store.address}/{page}", {"password": ""}).status == 403, page
