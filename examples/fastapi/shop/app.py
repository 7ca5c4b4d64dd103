"""The routes: ``uvicorn shop.app:app --workers 4``."""

from __future__ import annotations

import asyncio
import contextlib
import html
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Annotated, Any, Optional

from fastapi import Depends, FastAPI, HTTPException, Request
from fastapi.responses import FileResponse, HTMLResponse, JSONResponse, PlainTextResponse
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer
from pydantic import BaseModel, Field
from xpayclient import NOTICE_ANSWER, AsyncClient, RefundAccount, XPayError

from .checkout import Checkout, recover
from .settings import Settings
from .store import Conflict, NotFound, Payment, Store, User

LOGGER = logging.getLogger(__name__)
PAGES = Path(__file__).with_name("pages")
WORDS = {
    "paid": "결제되었습니다.",
    "waiting": "가상계좌가 발급되었습니다. 아직 입금 전입니다.",
    "ready": "결제되지 않았습니다. 결제 금액은 청구되지 않았습니다.",
    "failed": "결제되지 않았습니다. 결제 금액은 청구되지 않았습니다.",
    "cancelled": "결제가 취소되었습니다.",
}
DOUBT = "결제가 되었는지 확인하고 있습니다. 다시 결제하지 마십시오."


@contextlib.asynccontextmanager
async def lifespan(app: FastAPI) -> AsyncIterator[dict[str, Any]]:
    """Of each worker: after the fork, so each has its own client."""
    settings = Settings()
    store = Store(settings.database)
    await asyncio.to_thread(store.create)
    async with AsyncClient(settings.home, settings.mode, mid=settings.mid) as client:
        checkout = Checkout(client, store, settings)
        # Not awaited: buyers need not wait while the gateway is asked about old payments. Of many workers one does it.
        recovering = asyncio.create_task(_recover(client, store))
        yield {"settings": settings, "store": store, "checkout": checkout}
        # The server has stopped accepting requests. Payments that are under way are finished, and saved.
        await checkout.finished()
        await recovering


async def _recover(client: AsyncClient, store: Store) -> None:
    try:
        for line in await asyncio.to_thread(recover, client.client, store):
            LOGGER.error("recovery: %s", line)
    except Exception:
        LOGGER.exception("recovery failed")


# No redirects: the gateway posts to exactly the addresses that the window was given, and follows none.
app = FastAPI(lifespan=lifespan, redirect_slashes=False)


@app.exception_handler(NotFound)
async def not_found(request: Request, error: NotFound) -> JSONResponse:
    return JSONResponse({"detail": "Not found"}, 404)


@app.exception_handler(Conflict)
async def conflict(request: Request, error: Conflict) -> JSONResponse:
    return JSONResponse({"detail": str(error)}, 409)


async def store_of(request: Request) -> Store:
    store: Store = request.state.store
    return store


async def checkout_of(request: Request) -> Checkout:
    checkout: Checkout = request.state.checkout
    return checkout


AStore = Annotated[Store, Depends(store_of)]
ACheckout = Annotated[Checkout, Depends(checkout_of)]


def user_of(credentials: Annotated[HTTPAuthorizationCredentials, Depends(HTTPBearer())], store: AStore) -> User:
    """Replace it with yours. Not `async`: FastAPI calls it on a thread, since it waits for the database."""
    try:
        return store.user(credentials.credentials)
    except NotFound:
        raise HTTPException(401, "unknown token") from None


def merchant_of(user: Annotated[User, Depends(user_of)]) -> User:
    if not user.is_merchant:
        raise HTTPException(403, "only for merchants")
    return user


# These two have no user: dependencies of the whole app would shut the gateway and the window out.


@app.post("/xpay/return")
async def returned(request: Request, checkout: ACheckout) -> HTMLResponse:
    """LGD_RETURNURL. The buyer's browser posts it from the gateway's site, in the window's frame: without a cookie or a token."""
    try:
        payment, back = await checkout.returned(await request.body())
    except XPayError as error:
        LOGGER.error("a return was refused: %s", error)
        return _page("결제창의 응답을 확인할 수 없어 결제를 요청하지 않았습니다.", "/", 403)
    said = WORDS.get(payment.state, DOUBT)
    if payment.state in ("ready", "failed"):
        said += f" {payment.message or ('' if back.is_success else back.message)}"
    return _page(said, f"/pay/{payment.order_id}?{payment.oid}", 200)


def _page(said: str, then: str, status: int) -> HTMLResponse:
    """In the window's frame. Its script leads the whole page on."""
    page = (PAGES / "returned.html").read_text("utf-8")
    filled = page.replace("{{ said }}", html.escape(said)).replace("{{ then }}", html.escape(then))
    return HTMLResponse(filled, status, {"Cache-Control": "no-store"})


@app.post("/xpay/notice")
async def notice(request: Request, checkout: ACheckout) -> PlainTextResponse:
    """LGD_CASNOTEURL. Exactly OK, and only once it is saved; after anything else it comes again.

    The body as it came: `Form()` reads it as UTF-8 and refuses what it does not expect. A `str` would be answered as JSON: "OK".
    """
    settings: Settings = request.state.settings
    if request.client is None or not settings.is_gateways(request.client.host):
        LOGGER.warning("a notification was refused: it is not from XPAY_NOTICE_ADDRESSES")
        return PlainTextResponse("REFUSED", 403)
    try:
        await checkout.notice(await request.body())
    except (XPayError, Conflict, NotFound) as error:
        status = 409 if isinstance(error, Conflict) else 404 if isinstance(error, NotFound) else 403
        LOGGER.warning("a notification was refused: %s", error or "there is no such LGD_OID")
        return PlainTextResponse("REFUSED", status)
    return PlainTextResponse(NOTICE_ANSWER)


@app.post("/api/orders/{order_id}/payment")
async def begin(
    order_id: int, request: Request, user: Annotated[User, Depends(user_of)], store: AStore, checkout: ACheckout
) -> Any:
    """A payment for the buyer's own order, and the form of its window unless it is being paid or was paid."""
    payment = await asyncio.to_thread(store.begin, order_id, user.name)
    settings: Settings = request.state.settings
    fields = []
    if payment.state == "ready":
        ip = request.client.host if request.client else ""
        url = settings.url or str(request.base_url).rstrip("/")
        try:
            fields = checkout.window(payment, ip, f"{url}/xpay/return", f"{url}/xpay/notice").fields
        except XPayError as error:
            # A name or a title that the window does not take. The error names the parameter, for the shop.
            LOGGER.error("%s cannot be paid: %s", payment.oid, error)
            raise HTTPException(409, "This order cannot be paid as it is.") from error
    # A list of pairs, not an object: names of escrow items repeat.
    return _shown(payment) | {"script": settings.window_script, "fields": fields}


@app.get("/api/payments/{oid}")
async def show(oid: str, user: Annotated[User, Depends(user_of)], store: AStore) -> Any:
    return _shown(await asyncio.to_thread(store.payment, oid, user.name))


def _shown(payment: Payment) -> dict[str, Any]:
    """For the buyer. Not LGD_TID: a notification of a deposit is compared with it, so the buyer may not know it."""
    return {
        "oid": payment.oid,
        # While it is paying, doubt or repeated, nobody may pay again.
        "state": payment.state,
        "amount": payment.amount,
        "balance": payment.balance,
        "message": payment.message,
        "bank": payment.bank if payment.state == "waiting" else "",
        "account": payment.account if payment.state == "waiting" else "",
    }


class Account(BaseModel):
    number: str = Field(max_length=20, repr=False)
    bank_code: str = Field(max_length=3)
    holder: str = Field(max_length=40, repr=False)
    phone: str = Field(max_length=20, repr=False)


class Cancellation(BaseModel):
    amount: int = Field(ge=1)
    # What the merchant saw: a second click, or a reload, finds another one.
    balance: int = Field(ge=1)
    reason: str = Field("", max_length=100)
    account: Optional[Account] = None


@app.post("/api/payments/{oid}/cancel")
async def cancel(
    oid: str, given: Cancellation, merchant: Annotated[User, Depends(merchant_of)], store: AStore, checkout: ACheckout
) -> Any:
    payment = await asyncio.to_thread(store.payment, oid)
    if payment.balance != given.balance or given.amount > payment.balance:
        raise Conflict(f"the balance is {payment.balance} won: nothing was cancelled")
    account = RefundAccount(**given.account.model_dump()) if given.account else None
    try:
        result = await checkout.cancel(payment, given.amount, merchant.name, given.reason, account)
    except XPayError as error:
        # not_sent and rolled_back changed nothing. in_doubt: look it up in the merchant admin before trying again.
        raise HTTPException(502, f"{error.outcome}: {error.message}") from error
    if not result.counts_as_done:
        raise HTTPException(409, f"{result.message} ({result.code})")
    return _shown(await asyncio.to_thread(store.payment, oid))


@app.get("/pay/{order_id}")
async def page(order_id: int) -> FileResponse:
    """The buyer's page. Everything in it comes from the API."""
    return FileResponse(PAGES / "pay.html", headers={"Cache-Control": "no-store"})


@app.get("/pages/{name}.js")
async def script(name: str) -> FileResponse:
    if name not in ("pay", "returned"):
        raise NotFound
    return FileResponse(PAGES / f"{name}.js")
