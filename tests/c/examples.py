#!/usr/bin/env python3
"""Builds examples/c and examples/cpp, and runs each against the sandbox as a user would. The ledger shows what they did."""

import http.server
import os
import shutil
import subprocess
import sys
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "scripts"))
import sandbox  # noqa: E402

WORKSHOP = ROOT / "target/tests-examples"
RELEASE = ROOT / "target/release"
MID = "tlgdacomxpay"
WARNINGS = ["-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O2"]
LANGUAGES = {"c": ["gcc", "-std=c11", "-D_DEFAULT_SOURCE"], "cpp": ["g++", "-std=c++11"]}


def main():
    shutil.rmtree(WORKSHOP, ignore_errors=True)
    (WORKSHOP / "orders").mkdir(parents=True)
    programs = {language: built(language) for language in LANGUAGES}
    with sandbox.running(WORKSHOP / "shop") as gateway:
        for language, program in programs.items():
            pays(gateway, language, program)
            receipt(gateway, program)
            batch(gateway, language, program)
            account(gateway, language, programs["c"]["virtual_account"], program["cas_noteurl"])
        parts(gateway, programs["c"]["cancel"])
        daemon(gateway, programs["cpp"]["order_daemon"])
    print(f"{sum(map(len, programs.values()))} passed, 0 failed")


def built(language):
    programs = {}
    for source in sorted((ROOT / "examples" / language).glob(f"*.{language}")):
        programs[source.stem] = WORKSHOP / f"{source.stem}-{language}"
        flags = [*LANGUAGES[language], *WARNINGS, f"-I{ROOT / 'include'}", f"-L{RELEASE}", f"-Wl,-rpath,{RELEASE}"]
        call = [*flags, source, "-o", programs[source.stem], "-lxpayclient", "-lpthread"]
        subprocess.run(call, check=True)
    return programs


def said(*call, status=0, **more):
    done = subprocess.run(list(map(str, call)), stdout=subprocess.PIPE, encoding="utf-8", **more)
    expect(done.returncode == status, f"{call[0]} ended with {done.returncode}: {done.stdout}")
    return done.stdout


def balances(gateway):
    return {payment["oid"]: payment["balance"] for payment in gateway.payments()}


def tid_of(gateway, oid):
    return next(payment["tid"] for payment in gateway.payments() if payment["oid"] == oid)


def pays(gateway, language, program):
    oid = f"payment-{language}"
    key = gateway.paykey(oid, 23400)
    said(program["payment"], gateway.home, key, *([23400] if language == "cpp" else []))
    expect(balances(gateway)[oid] == 0, f"{oid} should be paid and cancelled")


def receipt(gateway, program):
    told = said(program["cash_receipt"], gateway.home, MID, f"receipt-{program['cash_receipt'].name[-3:]}", 23400, "01012345678")
    expect("issued" in told and "taken back" in told and "01012345678" not in told, f"cash_receipt said {told}")


def standing(gateway, oids):
    """Orders that the daemon paid: LGD_TID by order."""
    lines = "".join(f"{oid} {gateway.paykey(oid, 23400)} 23400\n" for oid in oids)
    program = WORKSHOP / "order_daemon-cpp"
    told = said(program, gateway.home, MID, WORKSHOP / "book", 3, input=lines)
    expect(f"{len(oids)} paid, 0 not paid" in told, f"order_daemon said {told}")
    return {payment["oid"]: payment["tid"] for payment in gateway.payments() if payment["oid"] in oids}


def batch(gateway, language, program):
    oids = [f"batch-{language}-{number}" for number in range(12)]
    tids = standing(gateway, oids)
    csv = WORKSHOP / f"{language}.csv"
    csv.write_text("".join(f"{tid},SC0010\r\n" for tid in tids.values()) + "tlgda-none,SC0010\n")
    told = said(program["batch_cancel"], gateway.home, MID, csv, 4, status=1, stderr=subprocess.PIPE)
    expect("12 cancelled, 1 not cancelled, 0 in doubt" in told and "tlgda-none" in told, f"batch_cancel said {told}")
    expect(all(balances(gateway)[oid] == 0 for oid in oids), "a payment of the batch still stands")


def parts(gateway, cancel):
    tid = standing(gateway, ["parts"])["parts"]
    said(cancel, gateway.home, MID, tid, "SC0010", 400, 23400)
    said(cancel, gateway.home, MID, tid, "SC0010", 400, 23400, status=1)
    expect(balances(gateway)["parts"] == 23000, "a part was cancelled twice, or not at all")
    said(cancel, gateway.home, MID, tid, "SC0010")
    expect(balances(gateway)["parts"] == 0, "the rest still stands")


def daemon(gateway, program):
    """Forged orders and garbage among good ones: each is recognised, and the file has exactly the paid orders."""
    good = gateway.paykey("daemon-1", 23400)
    lines = f"daemon-1 {good} 23400\nnot an order\ndaemon-2 no-such-key 100\n"
    told = said(program, gateway.home, MID, WORKSHOP / "book-daemon", 2, status=1, input=lines, stderr=subprocess.PIPE)
    expect("1 paid, 1 not paid" in told, f"order_daemon said {told}")
    expect((WORKSHOP / "book-daemon").read_text() == f"daemon-1 {tid_of(gateway, 'daemon-1')}\n", "the book is wrong")


def account(gateway, language, assign, cgi):
    """An account, its deposit, and the notifications of both, recorded once however often they come."""
    oid = f"account-{language}"
    orders = WORKSHOP / "orders"
    with noticed(gateway, cgi, orders) as notices:
        said(assign, gateway.home, MID, orders, oid, 23400, notices.address)
        expect(notices.next() == "OK", "the notice of the account was refused")
        gateway.ask("/deposits", {"tid": tid_of(gateway, oid)})
        expect(notices.next() == "OK", "the notice of the deposit was refused")
        booked = (orders / oid).read_text()
        expect([line[-1] for line in booked.splitlines()[1:]] == ["R", "I"], f"booked: {booked}")
        body = notices.bodies[-1]
        expect(notices.run(body) == "OK" and (orders / oid).read_text() == booked, "a notice was booked twice")
        for forged in [
            body.replace(b"LGD_AMOUNT=23400", b"LGD_AMOUNT=2340"),
            body.replace(b"LGD_CASSEQNO=001", b"LGD_CASSEQNO=002"),
            b"LGD_OID=../x",
            b"",
        ]:
            expect(notices.run(forged) != "OK", f"believed {forged}")
        expect((orders / oid).read_text() == booked, "a forged notice was booked")


class noticed:
    """A web server for one CGI program, and its answers."""

    def __init__(self, gateway, program, orders):
        self.environment = {**os.environ, "XPAY_HOME": gateway.home, "SHOP_MID": MID, "SHOP_ORDERS": str(orders)}
        self.program = program
        self.bodies, self.answers = [], []
        self.arrived = threading.Semaphore(0)

    def run(self, body):
        environment = {**self.environment, "CONTENT_LENGTH": str(len(body))}
        done = subprocess.run([self.program], input=body, stdout=subprocess.PIPE, env=environment, check=True)
        return done.stdout.partition(b"\r\n\r\n")[2].decode()

    def next(self):
        expect(self.arrived.acquire(timeout=60), "no notice came")
        return self.answers[-1]

    def __enter__(self):
        owner = self

        class Handler(http.server.BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                answer = owner.run(body)
                owner.bodies.append(body)
                owner.answers.append(answer)
                self.send_response(200)
                self.end_headers()
                self.wfile.write(answer.encode())
                owner.arrived.release()

            def log_message(self, *_):
                pass

        self.server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.address = f"http://127.0.0.1:{self.server.server_port}/cas_noteurl"
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.server.shutdown()
        self.server.server_close()


def expect(holds, what):
    if not holds:
        sys.exit(f"{what}\n0 passed, 1 failed")


if __name__ == "__main__":
    os.chdir(ROOT)
    main()
