#!/usr/bin/env python3
"""Draws the book's pictures, in each language from one description: docs/*/pictures/*.svg.

Usage: pictures.py           writes them
       pictures.py --check   prints those that differ from what is drawn, and fails if there are any

Every text is a pair, English and Korean; a text that is the same in both is a plain string. Colours follow the reader's light or
dark scheme; the picture paints its own ground, so that it can be read on a page of the other.
"""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Union
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "ko")
Words = Union[str, "tuple[str, str]"]

# Of each class what it paints, in light and in dark.
COLOURS = {
    "paper": ("fill: #fff", "fill: #161b22"),
    "ink": ("fill: #1f2933", "fill: #e6edf3"),
    "step": ("fill: #fff; stroke: #52606d", "fill: #21262d; stroke: #9aa5b1"),
    "calm": ("fill: #e3f4e8; stroke: #2f855a", "fill: #12361f; stroke: #57c785"),
    "care": ("fill: #fdf0d5; stroke: #b7791f", "fill: #3d2e05; stroke: #e0a94a"),
    "bad": ("fill: #fde2e1; stroke: #c53030", "fill: #4a1513; stroke: #ff8a80"),
    "line": ("stroke: #52606d", "stroke: #b1bac4"),
    "tip": ("fill: #52606d", "fill: #b1bac4"),
    "edge": ("stroke: #c53030", "stroke: #ff8a80"),
    "lane": ("stroke: #9aa5b1", "stroke: #6e7681"),
}
SHAPES = """\
    text { font: 14px "Noto Sans KR", "Nanum Gothic", "NanumGothic", "Malgun Gothic", sans-serif }
    .small { font-size: 12.5px }
    .strong { font-weight: bold }
    .middle { text-anchor: middle }
    .end { text-anchor: end }
    .line, .edge, .lane { fill: none }
    .line { stroke-width: 1.5; marker-end: url(#tip) }
    .edge { stroke-width: 2 }
    .dashed { stroke-dasharray: 6 4 }
    .lane { stroke-dasharray: 2 4 }"""


class Picture:
    """What is drawn, in order. Coordinates are pixels from the top left."""

    def __init__(self, name: str, width: int, height: int, title: Words, about: Words) -> None:
        self.name, self.width, self.height, self.title, self.about = name, width, height, title, about
        # Markup before a text, the text, and markup after it.
        self.parts: list[tuple[str, Words, str]] = []

    def text(self, x: float, y: float, words: Words, *classes: str) -> None:
        self.parts.append((f'<text x="{x:g}" y="{y:g}" class="{" ".join(("ink", *classes))}">', words, "</text>"))

    def path(self, steps: str, kind: str) -> None:
        self.parts.append((f'<path d="{steps}" class="{kind}"/>', "", ""))

    def arrow(self, steps: str, words: Words = "", at: tuple[float, float] = (0, 0), *classes: str) -> None:
        """A line with a tip, and what stands beside it."""
        self.path(steps, "line")
        if words:
            self.text(*at, words, "small", *classes)

    def box(self, x: float, y: float, width: float, height: float, kind: str, *lines: Words) -> None:
        """A box with up to two lines in its middle: of two, the first is strong."""
        self.parts.append((f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="6" class="{kind}"/>', "", ""))
        middle, centre = x + width / 2, y + height / 2
        if len(lines) == 1:
            self.text(middle, centre + 5, lines[0], "middle", "small")
        elif lines:
            self.text(middle, centre - 4, lines[0], "middle", "strong")
            self.text(middle, centre + 14, lines[1], "middle", "small")

    def lane(self, x: float, name: Words, end: float) -> None:
        """One who takes part, with a line down the picture."""
        self.path(f"M{x:g} 50V{end:g}", "lane")
        self.box(x - 80, 16, 160, 34, "step")
        self.text(x, 38, name, "middle", "strong")

    def drawn(self, language: str) -> str:
        def said(words: Words) -> str:
            return escape(words if isinstance(words, str) else words[LANGUAGES.index(language)])

        light, dark = (
            "\n".join(f"{margin}.{name} {{ {both[scheme]} }}" for name, both in COLOURS.items())
            for scheme, margin in enumerate(("    ", "      "))
        )
        size = f'viewBox="0 0 {self.width} {self.height}" width="{self.width}" height="{self.height}"'
        return "\n".join(
            [
                f'<svg xmlns="http://www.w3.org/2000/svg" {size} role="img" aria-labelledby="title about" lang="{language}">',
                "  <!-- drawn by scripts/pictures.py -->",
                f'  <title id="title">{said(self.title)}</title>',
                f'  <desc id="about">{said(self.about)}</desc>',
                f"  <style>\n{SHAPES}\n{light}\n    @media (prefers-color-scheme: dark) {{\n{dark}\n    }}\n  </style>",
                '  <defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="8" markerHeight="8" orient="auto">'
                '<path d="M0 0 8 4 0 8z" class="tip"/></marker></defs>',
                f'  <rect width="{self.width}" height="{self.height}" rx="8" class="paper"/>',
                *(f"  {before}{said(words)}{after}" for before, words, after in self.parts),
                "</svg>\n",
            ]
        )


def flow() -> Picture:
    picture = Picture(
        "flow",
        900,
        650,
        ("How a payment flows", "결제의 흐름"),
        (
            "Three take part: the buyer's browser, the shop's server, the gateway. 1 The browser sends the order to the shop. 2 The shop"
            " answers with a signed form. 3 The browser opens the gateway's payment window, and the buyer agrees. 4 The window posts"
            " the payment key to the shop through the browser, and the shop verifies the return. No money has moved. 5 The shop writes"
            " the journal and sends the final payment request to the gateway, where money moves. If this breaks, the payment is rolled"
            " back, or it is in doubt. 6 The gateway answers 0000 with LGD_TID. If the shop's process dies now, the approval is"
            " unconfirmed. 7 The shop saves the order in the guard. 8 The browser shows that the order is paid. Of a virtual account the"
            " gateway posts a notification after the deposit, and the shop answers OK.",
            "구매자의 브라우저, 상점 서버, 게이트웨이가 참여합니다. 1 브라우저가 상점에 주문을 보냅니다. 2 상점이 서명한 폼으로 응답합니다. 3 브라우저가"
            " 게이트웨이의 결제창을 열고 구매자가 인증합니다. 4 결제창이 브라우저를 거쳐 인증키를 상점에 보내고, 상점이 응답을 검증합니다. 아직 돈은"
            " 움직이지 않았습니다. 5 상점이 저널을 쓰고 게이트웨이에 최종결제를 요청합니다. 이때 게이트웨이에서 돈이 움직입니다. 끊기면 결제는 망취소되거나"
            " 결과불명이 됩니다. 6 게이트웨이가 0000과 LGD_TID로 응답합니다. 이때 상점의 프로세스가 비정상 종료되면 미확인승인이 됩니다. 7 상점이 가드"
            " 안에서 주문을 저장합니다. 8 브라우저에 결제 완료가 표시됩니다. 가상계좌는 입금된 뒤 게이트웨이가 통보를 보내고 상점이 OK로 응답합니다.",
        ),
    )
    browser, shop, gateway = 110, 440, 770
    for x, name in (
        (browser, ("buyer's browser", "구매자의 브라우저")),
        (shop, ("shop's server", "상점 서버")),
        (gateway, ("gateway", "게이트웨이")),
    ):
        picture.lane(x, name, 634)
    picture.arrow(f"M{browser} 86H{shop - 4}", ("1 orders", "1 주문"), (browser + 14, 79))
    picture.arrow(
        f"M{shop} 118H{browser + 4}", ("2 signed form: LGD_OID, amount", "2 서명한 폼: LGD_OID, 금액"), (browser + 24, 111)
    )
    picture.arrow(
        f"M{browser} 150H{gateway - 4}",
        ("3 opens the payment window; the buyer agrees", "3 결제창을 열고 구매자가 인증"),
        (shop + 14, 143),
    )
    picture.arrow(f"M{gateway} 186H{browser + 4}", ("4 payment key (LGD_PAYKEY)", "4 인증키(LGD_PAYKEY)"), (shop + 14, 179))
    picture.arrow(f"M{browser} 214H{shop - 4}", ("posts it to LGD_RETURNURL", "LGD_RETURNURL로 전송"), (browser + 14, 207))
    picture.box(shop - 110, 226, 220, 34, "step", ("verifies the return", "응답 검증"))
    picture.path("M20 282H880", "edge dashed")
    picture.text(30, 275, ("no money has moved yet", "여기까지 돈은 움직이지 않음"), "small")
    picture.box(shop - 110, 296, 220, 34, "step", ("journal: begin, with LGD_TXID", "저널: LGD_TXID와 함께 begin"))
    picture.arrow(f"M{shop} 356H{gateway - 4}", ("5 PaymentByKey", "5 최종결제 요청(PaymentByKey)"), (shop + 14, 349))
    picture.box(gateway - 110, 370, 220, 34, "care", ("money moves here", "여기서 돈이 움직임"))
    picture.arrow(f"M{gateway} 434H{shop + 4}", ("6 0000, LGD_TID", "6 0000, LGD_TID"), (shop + 24, 427))
    picture.path(f"M{shop - 14} 346V430M{shop - 20} 346h12M{shop - 20} 430h12", "edge")
    picture.box(
        90,
        358,
        324,
        54,
        "bad",
        ("a break here", "이 사이에 끊기면"),
        ("rolled back, or in doubt: xpay recover", "망취소 또는 결과불명: xpay recover가 처리"),
    )
    picture.path(f"M{shop - 14} 440V492M{shop - 20} 440h12M{shop - 20} 492h12", "edge")
    picture.box(
        90,
        438,
        324,
        54,
        "care",
        ("the process dies here", "이 사이에 비정상 종료되면"),
        ("unconfirmed approval: a person decides", "미확인승인: 사람이 결정"),
    )
    picture.box(shop - 8, 462, 216, 34, "calm", ("7 saves the order, in the guard", "7 가드 안에서 주문 저장"))
    picture.arrow(f"M{shop} 530H{browser + 4}", ("8 paid", "8 결제 완료"), (browser + 24, 523))
    picture.path("M20 556H880", "lane")
    picture.text(30, 574, ("virtual account, after the deposit", "가상계좌, 입금된 뒤"), "small")
    picture.arrow(f"M{gateway} 592H{shop + 4}", ("notification to LGD_CASNOTEURL", "LGD_CASNOTEURL로 통보"), (shop + 24, 585))
    picture.arrow(f"M{shop} 622H{gateway - 4}", ("saves the deposit, answers OK", "입금을 저장하고 OK로 응답"), (shop + 14, 615))
    return picture


def request() -> Picture:
    picture = Picture(
        "request",
        900,
        340,
        ("What a break means at each step of a request", "요청이 끊긴 단계와 그 결과"),
        (
            "The steps are: look up, connect, TLS; then the first byte leaves; send, wait, read; answered. A break before the first byte:"
            " not sent. A break after it, or a malformed answer: a Rollback is requested up to three times. If it is confirmed: rolled"
            " back. If it is refused or has no answer: in doubt, in the journal.",
            "단계는 주소 조회, 연결, TLS, 첫 바이트 전송, 보내기, 기다리기, 받기, 응답 받음 순서입니다. 첫 바이트 전에 끊기면 전송 안 됨입니다. 그 뒤에"
            " 끊기거나 응답이 형식에 맞지 않으면 망취소를 세 번까지 요청합니다. 확인되면 망취소됨, 거절되거나 응답이 없으면 결과불명이며 저널에 남습니다.",
        ),
    )
    for x, words in ((20, ("look up", "주소 조회")), (128, ("connect", "연결")), (236, "TLS")):
        picture.box(x, 50, 92, 40, "step", words)
    for x, words in ((384, ("send", "보내기")), (492, ("wait", "기다리기")), (600, ("read", "받기"))):
        picture.box(x, 50, 92, 40, "step", words)
    for steps in ("M112 70h14", "M220 70h14", "M328 70h54", "M476 70h14", "M584 70h14", "M692 70h26"):
        picture.arrow(steps)
    picture.path("M354 30v190", "edge dashed")
    picture.text(354, 22, ("the first byte leaves", "첫 바이트 전송"), "middle", "small")
    picture.box(720, 40, 160, 60, "calm", ("answered", "응답 받음"), ("approval or decline", "승인 또는 거절"))
    picture.arrow("M174 92v46", ("a break here", "여기서 끊김"), (184, 120))
    picture.box(54, 140, 240, 60, "calm", ("not sent", "전송 안 됨"), ("nothing was charged", "결제되지 않음"))
    picture.arrow("M538 92v46", ("a break, or a malformed answer", "끊김, 또는 형식에 맞지 않는 응답"), (548, 120))
    picture.box(
        418, 140, 240, 60, "step", ("Rollback (망취소)", "망취소(Rollback)"), ("requested up to three times", "세 번까지 요청")
    )
    picture.arrow("M478 202v56", ("confirmed", "확인됨"), (470, 234), "end")
    picture.box(330, 260, 230, 60, "calm", ("rolled back", "망취소됨"), ("nothing was charged", "결제되지 않음"))
    picture.arrow("M610 202v56", ("refused or no answer", "거절되거나 응답 없음"), (620, 234))
    picture.box(
        580,
        260,
        300,
        60,
        "care",
        ("in doubt", "결과불명"),
        ("in the journal, for xpay recover", "저널에 남고 xpay recover가 처리"),
    )
    return picture


def journal() -> Picture:
    picture = Picture(
        "journal",
        880,
        470,
        ("What is on the disk, and when", "디스크에 기록하는 내용과 시점"),
        (
            "The shop, the journal and the gateway. 1 begin is written and synced. 2 The request leaves; money moves at the gateway."
            " 3 The answer comes. 4 answered is written and synced. 5 TX returns. If the process dies from 1 to 3, recover rolls the"
            " request back. If the machine dies around 4 and 5, recover shows it and a person decides. After 5 it is settled, and"
            " recover leaves it as it is.",
            "상점, 저널, 게이트웨이의 순서입니다. 1 begin을 쓰고 동기화합니다. 2 요청을 보내고 게이트웨이에서 돈이 움직입니다. 3 응답을 받습니다. 4 answered를"
            " 쓰고 동기화합니다. 5 TX가 반환합니다. 1부터 3 사이에 프로세스가 비정상 종료되면 recover가 망취소합니다. 4와 5 무렵에 서버가 멈추면 recover가"
            " 표시하고 사람이 결정합니다. 5 이후는 종결이며 recover가 바꾸지 않습니다.",
        ),
    )
    for x, name in ((130, ("the shop", "상점")), (430, ("the journal", "저널")), (730, ("the gateway", "게이트웨이"))):
        picture.lane(x, name, 450)
    picture.arrow("M130 90h296", ("1 begin, and sync to disk", "1 begin을 쓰고 디스크에 동기화"), (144, 82))
    picture.arrow("M130 140h596", ("2 the request, from its first byte", "2 요청을 첫 바이트부터 전송"), (144, 132))
    picture.box(610, 160, 240, 34, "step", ("money moves here", "여기서 돈이 움직임"))
    picture.arrow("M730 260h-596", ("3 the answer", "3 응답"), (154, 252))
    picture.arrow("M130 320h296", ("4 answered, and sync", "4 answered를 쓰고 동기화"), (144, 312))
    picture.arrow("M430 362h-296", ("on the disk", "디스크에 기록됨"), (154, 354))
    picture.box(50, 378, 160, 34, "calm", ("5 TX returns", "5 TX 반환"))
    picture.path("M40 100v146M34 100h12M34 246h12", "edge")
    picture.box(
        146,
        176,
        270,
        54,
        "bad",
        ("the process dies in between", "이 사이에 프로세스 비정상 종료"),
        ("recover rolls it back", "recover가 망취소"),
    )
    picture.box(
        446,
        330,
        404,
        50,
        "care",
        ("the machine dies around 4 and 5", "4와 5 무렵에 서버가 멈춤"),
        ("recover shows it, a person decides", "recover가 표시하고 사람이 결정"),
    )
    picture.box(
        446, 392, 404, 50, "calm", ("after 5", "5 이후"), ("settled: recover leaves it as it is", "종결: recover가 바꾸지 않음")
    )
    return picture


def many_machines() -> Picture:
    picture = Picture(
        "many-machines",
        900,
        520,
        ("A journal that every machine sees", "모든 서버가 보는 저널"),
        (
            "Three machines of a shop, the shop's database and the gateway. 1 Machine A inserts a row, sent, which is its own until it is"
            " due. 2 It sends the request; money moves. 3 The answer comes. 4 It updates the row to approved, and only then tells the"
            " shop. If machine A is gone between 1 and 4, machine B, after the row is due, claims it and asks the gateway for a Rollback."
            " If A wakes after that, its update changes no row: it tells nobody of an approval and asks for a Rollback of its own.",
            "상점의 서버 세 대, 상점 데이터베이스, 게이트웨이입니다. 1 서버 A가 sent 행을 넣습니다. 이 행은 기한까지 A의 것입니다. 2 요청을 보내고 돈이 움직입니다."
            " 3 응답을 받습니다. 4 행을 approved로 바꾼 뒤에야 상점에 알립니다. 1과 4 사이에 서버 A가 사라지면 기한이 지난 뒤 서버 B가 그 행을 넘겨받아"
            " 게이트웨이에 망취소를 요청합니다. 그 뒤에 A가 깨어나면 A의 갱신은 아무 행도 바꾸지 못합니다. A는 승인을 알리지 않고 스스로 망취소를 요청합니다.",
        ),
    )
    for x, name in (
        (110, ("machine A", "서버 A")),
        (340, ("the database", "데이터베이스")),
        (570, ("machine B", "서버 B")),
        (790, ("the gateway", "게이트웨이")),
    ):
        picture.lane(x, name, 500)
    picture.arrow("M110 90h226", ("1 sent, until it is due", "1 sent, 기한까지 A의 것"), (124, 82))
    picture.arrow("M110 132h676", ("2 the request", "2 요청"), (124, 124))
    picture.box(670, 148, 210, 34, "step", ("money moves here", "여기서 돈이 움직임"))
    picture.arrow("M790 206h-676", ("3 the answer", "3 응답"), (124, 198))
    picture.arrow("M110 248h226", ("4 approved", "4 approved"), (124, 240))
    picture.box(30, 262, 160, 34, "calm", ("the shop is told", "상점에 알림"))
    picture.path("M22 96v146M16 96h12M16 242h12", "edge")
    picture.box(
        362,
        222,
        300,
        54,
        "bad",
        ("A is gone between 1 and 4", "1과 4 사이에 A가 사라짐"),
        ("and the row is due", "그리고 기한이 지남"),
    )
    picture.arrow("M570 322h-226", ("claims the row", "행을 넘겨받음"), (384, 314))
    picture.arrow("M570 362h216", ("Rollback", "망취소"), (584, 354))
    picture.arrow("M570 402h-226", ("rolled back", "rolled_back"), (384, 394))
    picture.box(
        30,
        428,
        632,
        54,
        "care",
        ("A wakes after that: its update changes no row", "그 뒤에 A가 깨어나면 A의 갱신은 아무 행도 바꾸지 못함"),
        ("it tells nobody of an approval, and asks for a Rollback of its own", "승인을 알리지 않고 스스로 망취소를 요청"),
    )
    return picture


def guard() -> Picture:
    picture = Picture(
        "guard",
        880,
        270,
        ("The guard", "가드"),
        (
            "TX in the guard gets the answer 0000. The journal keeps the approval open while your step saves the order. When the step is"
            " done, the payment is settled. If the step fails or throws, the payment is rolled back. If the process dies meanwhile, the"
            " approval is unconfirmed: close it if the order was saved, roll it back if not.",
            "가드 안의 TX가 0000을 받습니다. 상점의 처리가 주문을 저장하는 동안 저널은 승인을 미결로 둡니다. 처리가 끝나면 종결됩니다. 처리가 실패하거나 예외를"
            " 던지면 망취소됩니다. 그 사이에 프로세스가 비정상 종료되면 미확인승인입니다. 주문이 저장되었으면 종결하고, 아니면 망취소합니다.",
        ),
    )
    picture.box(20, 40, 150, 60, "step", ("pay", "결제"), ("TX in the guard", "가드 안의 TX"))
    picture.arrow("M170 70h56", "0000", (198, 60), "middle")
    picture.box(230, 20, 330, 100, "care")
    picture.text(395, 42, ("open in the journal", "저널에서 미결"), "middle", "small")
    picture.box(
        250, 54, 290, 52, "step", ("your step", "상점의 처리"), ("save the order, commit last", "주문 저장, 커밋은 마지막")
    )
    picture.arrow("M560 70h76", ("done", "완료"), (598, 60), "middle")
    picture.box(640, 40, 220, 60, "calm", ("paid and saved", "결제 완료, 주문 저장"), ("settled", "종결"))
    picture.arrow("M320 122v66", ("fails or throws", "실패 또는 예외"), (312, 158), "end")
    picture.box(180, 190, 220, 60, "calm", ("rolled back", "망취소됨"), ("nothing was charged", "결제되지 않음"))
    picture.arrow("M480 122v66", ("the process dies", "프로세스 비정상 종료"), (490, 158))
    picture.box(
        430,
        190,
        320,
        60,
        "care",
        ("unconfirmed approval", "미확인승인"),
        ("order saved: --close; if not: --rollback", "주문이 있으면 --close, 없으면 --rollback"),
    )
    return picture


def drawn() -> dict[Path, str]:
    """Every file with its text."""
    return {
        ROOT / f"docs/{language}/pictures/{picture.name}.svg": picture.drawn(language)
        for picture in (flow(), request(), journal(), many_machines(), guard())
        for language in LANGUAGES
    }


def main() -> int:
    files = drawn()
    if sys.argv[1:] == ["--check"]:
        differing = [path for path, text in files.items() if not path.exists() or path.read_text("utf-8") != text]
        for path in differing:
            print(f"{path.relative_to(ROOT)} differs: python3 scripts/pictures.py", file=sys.stderr)
        return 1 if differing else 0
    for path, text in files.items():
        path.write_text(text, "utf-8")
        print(path.relative_to(ROOT))
    return 0


if __name__ == "__main__":
    sys.exit(main())
