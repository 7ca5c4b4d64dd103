"""Makes the pages of the book: docs/*/*.md, in the order of SUMMARY.md, and the references of the languages, in the layout of docs/theme.

markdown-it-py reads Markdown as code hosts do, so a page says the same there and here. scripts/docs.py runs this in the environment that
has the packages.

Usage: book.py DIRECTORY REFERENCES.json   what the references are made of, as scripts/docs.py collects it
"""

from __future__ import annotations

import html
import itertools
import json
import re
import shutil
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import jinja2
import pygments
from markdown_it import MarkdownIt
from markdown_it.token import Token
from pygments.formatters import HtmlFormatter
from pygments.lexers import get_lexer_by_name

ROOT = Path(__file__).resolve().parent.parent
DOCS, THEME, ICON = ROOT / "docs", ROOT / "docs/theme", ROOT / "sandbox/assets/icon.svg"
SITE = "xpayclient"
NAMES = {"en": "English", "ko": "한국어"}
# Those of rustdoc and javadoc are their own, as their developers know them.
OTHERS = {"Rust": "../rust/xpayclient_core/index.html", "Java": "../java/index.html"}
WORDS = {
    "en": {
        "skip": "Go to the text",
        "contents": "Contents",
        "close": "Close",
        "search": "Search",
        "none": "Nothing was found.",
        "found": "Found: %d",
        "failed": "The search index cannot be read.",
        "dark": "Dark",
        "outline": "On this page",
        "along": "Pages before and after",
        "before": "Previous",
        "after": "Next",
        "copy": "Copy",
        "copied": "Copied",
        "anchor": "Link to this heading",
        "references": "API references",
        "reference": "API reference: %s",
        "wide": "Scrolls sideways",
    },
    "ko": {
        "skip": "본문으로 이동",
        "contents": "목차",
        "close": "닫기",
        "search": "검색",
        "none": "검색 결과가 없습니다.",
        "found": "검색 결과 %d건",
        "failed": "검색 색인을 읽지 못했습니다.",
        "dark": "어둡게",
        "outline": "이 페이지의 내용",
        "along": "이전과 다음 페이지",
        "before": "이전",
        "after": "다음",
        "copy": "복사",
        "copied": "복사됨",
        "anchor": "이 제목의 링크",
        "references": "API 참조",
        "reference": "API 참조: %s",
        "wide": "옆으로 스크롤되는 영역",
    },
}
LEXERS = {"sh": "bash", "text": ""}


class Heading(NamedTuple):
    """For the outline of a page."""

    depth: int
    text: str
    anchor: str


@dataclass
class Section:
    """What the search finds: a heading and the text below it, up to the next."""

    anchor: str
    heading: str
    words: list[str] = field(default_factory=list)


@dataclass
class Page:
    """A page, made."""

    href: str
    title: str
    body: str
    headings: list[Heading]
    sections: list[Section]
    # Of the text, if it is not the book's.
    language: str = ""


class Entry(NamedTuple):
    """A line of SUMMARY.md."""

    title: str
    file: str

    @property
    def href(self) -> str:
        return self.file.replace(".md", ".html")


class Part(NamedTuple):
    """A heading of SUMMARY.md with its pages."""

    title: str
    entries: list[Entry]


def contents(summary: Path) -> list[Part]:
    """SUMMARY.md, the one declaration of the contents."""
    parts: list[Part] = []
    # Its first heading is that of the file.
    for line in summary.read_text("utf-8").splitlines()[1:]:
        if heading := re.fullmatch(r"# (.+)", line):
            parts.append(Part(heading[1], []))
        elif entry := re.fullmatch(r"- \[(.+)\]\((.+\.md)\)", line):
            parts[-1].entries.append(Entry(*entry.groups()))
        elif line.strip():
            raise ValueError(f"{summary}: neither a part nor a page: {line}")
    return parts


def anchor_of(heading: str) -> str:
    """As code hosts make it, and tests/documents/test_links.py."""
    return re.sub(r"[^\w\- ]", "", heading).strip().lower().replace(" ", "-")


class Maker:
    """Makes pages of one language from Markdown."""

    def __init__(self, language: str) -> None:
        self.language, self.say = language, WORDS[language]
        self.markdown = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])

    def page(self, text: str, href: str, twin: str = "") -> Page:
        """`twin` is the link to the page in the other language, which the layout has in its head."""
        tokens = self.markdown.parse(text)
        headings: list[Heading] = []
        sections = [Section("", "")]
        seen: dict[str, int] = {}
        kept: list[Token] = []
        skip = 0
        for at, token in enumerate(tokens):
            if skip:
                skip -= 1
                continue
            if token.type == "html_block" and re.fullmatch(r"(?s)\s*(<!--.*?-->\s*)+", token.content):
                continue
            if token.type == "html_block":
                raise ValueError(f"{href}: a page has no HTML: {token.content}")
            if token.type == "paragraph_open" and twin and is_link(tokens[at + 1], twin):
                skip = 2
                continue
            if token.type == "heading_open":
                inline = tokens[at + 1]
                anchor = anchor_of(inline.content)
                seen[anchor] = seen.get(anchor, -1) + 1
                anchor += f"-{seen[anchor]}" if seen[anchor] else ""
                heading = Heading(int(token.tag[1]), plain(inline), anchor)
                token.attrSet("id", anchor)
                token.meta["heading"] = heading
                headings.append(heading)
                sections.append(Section("" if heading.depth == 1 else anchor, heading.text))
            elif token.type == "inline":
                for child in token.children or ():
                    self.child(child, href)
                if tokens[at - 1].type != "heading_open":
                    sections[-1].words.append(plain(token))
            elif token.type in ("fence", "code_block"):
                sections[-1].words.append(token.content)
            kept.append(token)
        title = headings[0].text if headings else SITE
        outline = [one for one in headings if one.depth in (2, 3)]
        return Page(href, title, self.rendered(kept), outline, [one for one in sections if one.heading or one.words])

    def child(self, token: Token, href: str) -> None:
        """A link to a page becomes one to what is made of it."""
        if token.type == "html_inline" and not token.content.startswith("<!--"):
            raise ValueError(f"{href}: a page has no HTML: {token.content}")
        if token.type == "link_open":
            target = str(token.attrGet("href"))
            if not re.match(r"[a-z]+:", target):
                token.attrSet("href", re.sub(r"\.md(?=#|$)", ".html", target))

    def rendered(self, tokens: Sequence[Token]) -> str:
        rules: dict[str, Callable[..., str]] = {
            "heading_close": self.heading_close,
            "table_open": lambda *_: '<div class="wide">\n<table>\n',
            "table_close": lambda *_: "</table>\n</div>\n",
            "fence": self.fence,
            "code_block": self.fence,
            "image": self.image,
            "html_inline": lambda *_: "",
        }
        renderer = self.markdown.renderer
        renderer.rules.update(rules)
        opened = None
        for token in tokens:
            if token.type == "heading_open":
                opened = token.meta["heading"]
            elif token.type == "heading_close":
                token.meta["heading"] = opened
        made = str(renderer.render(tokens, self.markdown.options, {}))
        # Markdown asks for a head of every table: one without words is none, nor is a corner.
        return re.sub(r"<thead>\s*<tr>\s*(<td></td>\s*)+</tr>\s*</thead>\n", "", made.replace("<th></th>", "<td></td>"))

    def heading_close(self, tokens: Sequence[Token], at: int, *_: object) -> str:
        heading: Heading = tokens[at].meta["heading"]
        link = f'<a class="anchor" href="#{heading.anchor}" aria-label="{self.say["anchor"]}: {html.escape(heading.text)}">#</a>'
        return f"{link if heading.depth > 1 else ''}</{tokens[at].tag}>\n"

    def fence(self, tokens: Sequence[Token], at: int, *_: object) -> str:
        return f'<div class="code"><pre><code>{coloured(tokens[at].content, tokens[at].info.strip())}</code></pre></div>\n'

    def image(self, tokens: Sequence[Token], at: int, *_: object) -> str:
        alt, source = html.escape(tokens[at].content), html.escape(str(tokens[at].attrGet("src")))
        return f'<span class="wide picture"><img src="{source}" alt="{alt}"></span>'


def coloured(code: str, language: str) -> str:
    """Code with its words in classes, which docs/theme/book.css colours."""
    name = LEXERS.get(language, language)
    if not name:
        return html.escape(code)
    more = {"startinline": True} if name == "php" and "<?" not in code else {}
    return str(pygments.highlight(code, get_lexer_by_name(name, stripnl=False, **more), HtmlFormatter(nowrap=True)))


def plain(inline: Token) -> str:
    """The words of a line without its marks."""
    parts = []
    for child in inline.children or ():
        if child.type in ("text", "code_inline", "image"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return "".join(parts)


def is_link(inline: Token, target: str) -> bool:
    """Whether a paragraph is that link and nothing else."""
    children = inline.children or []
    return [child.type for child in children] == ["link_open", "text", "link_close"] and children[0].attrGet("href") == target


def reference(maker: Maker, given: dict[str, Any]) -> Page:
    """The reference of a language as a page. Its comments are English in either book."""
    language, groups = given["language"], given["groups"]
    known = {name: anchor_of(name) for group in groups for name in [group["name"], *(one["name"] for one in group["members"])]}
    comment = commented if language == "php" else str
    lines = [f"# {maker.say['reference'] % given['name']}", ""]

    def said(text: str) -> list[str]:
        return [linked(comment(text), known), ""]

    for group in groups:
        lines += [f"## `{group['name']}`" if group.get("declared") else f"## {group['name']}", ""]
        lines += said(group.get("head", ""))
        if group.get("declared"):
            lines += [f"```{language}", group["declared"], "```", ""]
        lines += said(group["comment"])
        for name, several in itertools.groupby(group["members"], key=lambda one: one["name"]):
            members = list(several)
            lines += [f"### `{name}`", "", f"```{language}", *(one["signature"] for one in members), "```", ""]
            for one in members:
                lines += said(one["comment"])
    page = maker.page("\n".join(lines), given["file"])
    # Hundreds of members would hide the classes; the constants and functions of C have no classes.
    if len(page.headings) > 200:
        page.headings = [one for one in page.headings if one.depth == 2]
    page.language = "en"
    return page


def linked(text: str, known: dict[str, str]) -> str:
    """A comment as Markdown without HTML; the names of the page lead to where they are described."""

    def link(found: re.Match[str]) -> str:
        name = found["code"] or found["bare"]
        return f"[`{name}`](#{known[name]})" if name in known else found[0]

    lines = []
    for line in text.splitlines():
        # What is indented is code.
        if not line.startswith("    "):
            parts = re.split(r"(`[^`]*`)", line)
            line = "".join(part if part.startswith("`") else part.replace("<", "&lt;") for part in parts)
            line = re.sub(r"(?<!`)`(?P<code>[\w.:\\]+)(?:\(\))?`(?!`)|(?<![\w`])(?P<bare>xpay_\w+)", link, line)
        lines.append(line)
    return "\n".join(lines)


def commented(comment: str) -> str:
    """A comment of PHP as Markdown; its tags as a list."""
    text = re.sub(r"^\s*/\*\*|\s*\*/\s*$", "", comment)
    lines = [re.sub(r"^\s*\* ?", "", line).rstrip() for line in text.strip().splitlines()]
    words: list[str] = []
    tags: list[str] = []
    for line in lines:
        if tag := re.match(r"@(param|return|throws|var|implements|template|extends|deprecated)\b\s*(.*)", line):
            tags.append(f"- {tag[1]} {typed(tag[2])}" if tag[1] != "deprecated" else f"- deprecated {tag[2]}")
        elif tags and line.strip():
            tags[-1] += f" {line.strip()}"
        elif not tags:
            words.append(line)
    return "\n".join([*words, "", *tags])


def typed(tag: str) -> str:
    """The type and the name of a tag in code: a type ends at a space outside of brackets."""
    depth, end = 0, len(tag)
    for at, letter in enumerate(tag):
        depth += (letter in "<({[") - (letter in ">)}]")
        if letter == " " and depth == 0 and not tag[:at].endswith((":", "|", ",")):
            end = at
            break
    kind, rest = tag[:end], tag[end:].strip()
    name = re.match(r"(?:\.\.\.)?[$]\w+", rest)
    said = f"`{kind}`" + (f" `{name[0]}`" if name else "")
    return f"{said} {rest[name.end() :].strip() if name else rest}".rstrip()


def book(language: str, directory: Path, references: list[dict[str, Any]]) -> None:
    """All pages of a language with its search index."""
    source, maker, say = DOCS / language, Maker(language), WORDS[language]
    other = next(name for name in NAMES if name != language)
    parts = contents(source / "SUMMARY.md")
    listed = [entry for part in parts for entry in part.entries]
    missing = [entry.file for entry in listed if not (source / entry.file).exists()]
    if missing:
        sys.exit(f"docs/{language}/SUMMARY.md names pages that do not exist: {', '.join(missing)}")
    pages = [maker.page((source / one.file).read_text("utf-8"), one.href, f"../{other}/{one.file}") for one in listed]
    pages += [reference(maker, one) for one in references]
    links = [{"title": one["name"], "href": one["file"]} for one in references]
    links += [{"title": title, "href": href} for title, href in OTHERS.items()]
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(THEME),
        autoescape=True,
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    layout = environment.get_template("page.html")
    directory.mkdir(parents=True)
    for at, page in enumerate(pages):
        shown = [
            {"title": part.title, "entries": part.entries, "open": any(one.href == page.href for one in part.entries)}
            for part in parts
        ]
        shown.append({"title": say["references"], "entries": links, "open": at >= len(listed)})
        text = layout.render(
            site=SITE,
            lang=language,
            say=say,
            page={**vars(page), "body": jinja2.utils.markupsafe.Markup(page.body)},
            parts=shown,
            other={"lang": other, "name": NAMES[other], "href": f"../{other}/{page.href}"},
            before=listed[at - 1] if 0 < at < len(listed) else None,
            after=listed[at + 1] if at + 1 < len(listed) else None,
        )
        (directory / page.href).write_text(text, "utf-8")
    shutil.copytree(source / "pictures", directory / "pictures")
    index = [[page.href, page.title, [[one.anchor, one.heading, squeezed(one.words)] for one in page.sections]] for page in pages]
    text = json.dumps(index, ensure_ascii=False, separators=(",", ":"))
    # A script: a page that is a file may not fetch another.
    (directory / "search.js").write_text(f"window.xpayclientBook = {text};\n", "utf-8")


def squeezed(words: Iterable[str]) -> str:
    return re.sub(r"\s+", " ", " ".join(words)).strip()


def main() -> None:
    directory = Path(sys.argv[1])
    references = json.loads(Path(sys.argv[2]).read_text("utf-8"))
    for language in NAMES:
        shutil.rmtree(directory / language, ignore_errors=True)
        book(language, directory / language, references)
    shutil.rmtree(directory / "theme", ignore_errors=True)
    (directory / "theme").mkdir()
    for file in (THEME / "book.css", THEME / "book.js", ICON):
        shutil.copy(file, directory / "theme")
    shutil.copy(THEME / "index.html", directory / "index.html")


if __name__ == "__main__":
    main()
