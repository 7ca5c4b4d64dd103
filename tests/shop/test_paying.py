"""Paying by card: the outcomes that a buyer is shown, and what the gateway then has."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor

import pytest

import shop

from .visit import Visit


def test_the_euc_kr_page_is_the_utf_8_page_but_for_the_charset() -> None:
    page, euc_kr = ((shop.PAGES / name).read_bytes() for name in ("payres.php", "payres_euckr.php"))
    wanted = page.decode("utf-8").replace("CHARSET = 'UTF-8';", "CHARSET = 'EUC-KR';").encode("cp949")
    assert euc_kr == wanted, "make generate writes payres_euckr.php anew"


def test_a_card_is_paid_and_cancelled_in_part_and_whole(visit: Visit) -> None:
    oid = visit.pay(product="lamp", buyer="똠방각하")
    assert visit.state() == "paid"
    assert visit.buyer.page.texts["LGD_BUYER"] == "똠방각하"
    assert visit.payments(oid) == [("approved", 60000)]
    page = visit.cancel(oid, amount="20000")
    assert "취소되었습니다" in page.text
    assert page.texts["balance"] == "40,000원"
    assert visit.cancel(oid).state == "cancelled"
    assert visit.payments(oid) == [("cancelled", 0)]
    assert visit.merchant.page.forms == []


def test_an_euc_kr_shop_has_the_same_page_in_its_charset(visit: Visit) -> None:
    visit.pay(buyer="똠방각하", payres="payres_euckr.php")
    page = visit.buyer.page
    assert page.url == f"{visit.address}/payres_euckr.php"
    assert page.charset == "euc-kr"
    assert page.texts["LGD_BUYER"] == "똠방각하"
    for words in ["똠방각하 머그컵", "결제 완료", "모의상점", "주문번호"]:
        assert words.encode("cp949") in page.body
    assert visit.state(page.texts["oid"]) == "paid"
    assert "똠방각하 머그컵" in visit.buyer.page.text
    assert "신한" in visit.buyer.page.text


def test_a_second_click_pays_nothing_twice(visit: Visit) -> None:
    oid = visit.consent()
    form = visit.buyer.page.form("LGD_RETURNINFO").values
    twins = [visit.buyer.twin() for _ in range(3)]
    with ThreadPoolExecutor(len(twins)) as clicks:
        pages = list(clicks.map(lambda twin: visit.post("payres.php", form, twin), twins))
    assert [page.state for page in pages] == ["paid"] * 3
    assert visit.payments(oid) == [("approved", 23400)]
    assert visit.asked("PaymentByKey") == 1


def test_what_cannot_be_booked_is_rolled_back(visit: Visit) -> None:
    last, late = shop.Buyer(), shop.Buyer()
    oids = [visit.consent(buyer, product="poster") for buyer in (last, late)]
    assert last.submit("LGD_RETURNINFO").state == "paid"
    page = late.submit("LGD_RETURNINFO")
    assert page.state == "cancelled"
    assert "품절" in page.text
    assert "sold out" in page.text
    assert [visit.payments(oid) for oid in oids] == [[("approved", 50000)], [("rolled_back", 0)]]


def test_nothing_is_asked_for_that_could_not_be_booked(visit: Visit) -> None:
    oid = visit.consent()
    visit.record(oid).with_suffix(".json.new").mkdir()
    page = visit.confirm()
    assert page.status == 500
    assert "잠시 후 다시" in page.text
    assert visit.payments(oid) == []


def test_an_approval_whose_step_throws_is_rolled_back(visit: Visit) -> None:
    oid = visit.consent(product="poster")
    # The step looks for the last item, and cannot access it.
    lock = visit.store.orders / "stock-poster.lock"
    lock.unlink(missing_ok=True)
    lock.mkdir()
    visit.confirm()
    lock.rmdir()
    assert visit.state() == "new"
    assert visit.payments(oid) == [("rolled_back", 0)]


def test_a_line_that_dies_is_undone_and_the_buyer_tries_again(visit: Visit) -> None:
    visit.fail_next("close")
    oid = visit.consent()
    form = visit.buyer.page.form("LGD_RETURNINFO").values
    page = visit.confirm()
    assert page.state == "new"
    assert "청구되지 않았습니다" in page.text
    assert "(20008)" in page.text
    assert visit.payments(oid) == [("rolled_back", 0)]
    # The same payment key is not used again.
    assert "이미 사용" in visit.post("payres.php", form).text
    visit.open(f"payreq_crossplatform.php?oid={oid}")
    shop.agree(visit.buyer)
    assert visit.confirm().state == "paid"
    assert sorted(visit.payments(oid)) == [("approved", 23400), ("rolled_back", 0)]


def test_nobody_pays_again_while_it_is_in_doubt(visit: Visit) -> None:
    visit.gateway.ask("/faults", {"script": "PaymentByKey close\nRollback before:close"})
    oid = visit.pay()
    assert visit.state() == "doubt"
    assert "다시 결제하지 마십시오" in visit.buyer.page.text
    assert "do not pay again" in visit.buyer.page.text
    assert visit.payments(oid) == [("approved", 23400)]
    visit.gateway.ask("/faults", {"script": ""})
    assert visit.open(f"payreq_crossplatform.php?oid={oid}").url == f"{visit.address}/order.php?oid={oid}"
    assert visit.post("payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "another"}).state == "doubt"
    visit.recover()
    assert visit.payments(oid) == [("rolled_back", 0)]


def test_a_shop_that_is_killed_while_it_pays_knows_that_it_does_not_know(visit: Visit) -> None:
    visit.fail_next("hang")
    oid = visit.consent()
    with ThreadPoolExecutor(1) as clicks:
        click = clicks.submit(visit.confirm)
        visit.until_asked("PaymentByKey", click)
        visit.store.stop()
        assert isinstance(click.exception(), OSError)
    assert visit.payments(oid) == [("approved", 23400)]
    with visit.another(orders=visit.store.orders) as store:
        merchant = shop.merchant(store.address)
        assert merchant.open(f"{store.address}/payreq_crossplatform.php?oid={oid}").state == "paying"
        page = merchant.open(f"{store.address}/payres.php", {"LGD_OID": oid, "LGD_PAYKEY": "another"})
        assert "다시 결제하지 마십시오" in page.text
    assert visit.asked("PaymentByKey") == 1
    visit.recover()
    assert visit.payments(oid) == [("rolled_back", 0)]


def test_what_was_not_sent_is_said(visit: Visit, closed_port: int) -> None:
    conf = visit.conf / "lgdacom.conf"
    text = conf.read_text("utf-8")
    conf.write_text(re.sub(r"127\.0\.0\.1:\d+", f"127.0.0.1:{closed_port}", text), "utf-8")
    oid = visit.pay()
    conf.write_text(text, "utf-8")
    assert visit.state() == "new"
    assert "결제하지 않았습니다" in visit.buyer.page.text
    assert "(20004)" in visit.buyer.page.text
    assert visit.payments(oid) == []


@pytest.mark.parametrize("payres", ["payres.php", "payres_euckr.php"])
def test_a_shop_that_is_not_set_up_says_so_without_a_stack(visit: Visit, payres: str) -> None:
    conf = visit.conf / "mall.conf"
    oid = visit.consent(payres=payres)
    away = conf.rename(conf.with_suffix(".away"))
    page = visit.confirm()
    away.rename(conf)
    assert page.status == 500
    assert "잠시 후 다시 시도해 주십시오" in page.text
    assert "mall.conf" not in page.text
    assert ".php:" not in page.text
    assert visit.state(oid) == "new"
