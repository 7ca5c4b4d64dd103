// The search, the colours, the buttons to copy. Without it the pages are all there. It stores the colours that were chosen, and nothing else.
"use strict";
(() => {
  const root = document.documentElement;
  const system = matchMedia("(prefers-color-scheme: dark)");
  // A browser may refuse to store anything: then a choice holds for the page.
  let chosen = null;
  try { chosen = localStorage.getItem("xpayclient-theme"); } catch { /* refused */ }
  const paint = () => {
    root.dataset.theme = chosen ?? (system.matches ? "dark" : "light");
    document.querySelector(".dark")?.setAttribute("aria-pressed", String(root.dataset.theme === "dark"));
  };
  // Before the page is painted.
  paint();
  system.addEventListener("change", paint);

  const colours = () => {
    const button = document.querySelector(".dark");
    button.addEventListener("click", () => {
      chosen = root.dataset.theme === "dark" ? "light" : "dark";
      try { localStorage.setItem("xpayclient-theme", chosen); } catch { /* refused */ }
      paint();
    });
    button.hidden = false;
    paint();
  };

  // What is wider than the page scrolls on its own: by keyboard too, so it takes the focus then.
  const scrolling = () => {
    for (const box of document.querySelectorAll("pre, .wide")) {
      if (box.scrollWidth > box.clientWidth) {
        box.tabIndex = 0;
        box.setAttribute("role", "group");
        box.setAttribute("aria-label", document.querySelector("main").dataset.wide);
      } else ["tabindex", "role", "aria-label"].forEach((name) => box.removeAttribute(name));
    }
  };

  const copying = () => {
    const main = document.querySelector("main");
    if (!main || !navigator.clipboard) return;
    for (const block of document.querySelectorAll(".code")) {
      const button = Object.assign(document.createElement("button"), { type: "button", className: "copy", textContent: main.dataset.copy });
      button.addEventListener("click", async () => {
        await navigator.clipboard.writeText(block.querySelector("code").textContent);
        button.textContent = main.dataset.copied;
        setTimeout(() => { button.textContent = main.dataset.copy; }, 1500);
      });
      block.append(button);
    }
  };

  // Korean joins words to their neighbours and to particles (취소를, 부분취소), and writes them with a space or without. So a word is
  // found anywhere, inside others too, and Hangul with spaces between.
  const hangul = /[\u3131-\u318e\uac00-\ud7a3]/;
  const particle = /(?<=[\uac00-\ud7a3]{2})(?:에서는|에서|에게|으로|까지|부터|하기|했을|하는|하면|을|를|이|가|은|는|의|에|로|와|과|도|만)$/;
  const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
  const sought = (word) => hangul.test(word) ? [...word].map(escaped).join("\\s*") : escaped(word);
  const words = (query) => query.normalize("NFC").trim().split(/\s+/).filter(Boolean);
  const tests = (list) => list.map((word) => new RegExp(sought(word), "iu"));

  const find = (book, list) => {
    const patterns = tests(list);
    const found = [];
    book.forEach(([href, title, sections], order) => sections.forEach(([anchor, heading, text], place) => {
      let score = 0;
      for (const pattern of patterns) {
        if (pattern.test(heading)) score += 8;
        else if (pattern.test(text)) score += 1;
        else if (!pattern.test(title)) return;
        if (pattern.test(title)) score += place ? 2 : 4;
      }
      if (score) found.push({ href: anchor ? `${href}#${anchor}` : href, title, heading, text, score, order, place });
    }));
    return found.sort((a, b) => b.score - a.score || a.order - b.order || a.place - b.place);
  };
  // As it was asked; if nothing has that, without particles.
  const answer = (book, query) => {
    const asked = words(query);
    if (!asked.length) return [[], asked];
    const bare = asked.map((word) => word.replace(particle, ""));
    const found = find(book, asked);
    return found.length ? [found, asked] : [find(book, bare), bare];
  };
  const marked = (text, list) => {
    const piece = document.createDocumentFragment();
    let last = 0;
    for (const hit of text.matchAll(new RegExp(list.map(sought).join("|"), "giu"))) {
      piece.append(text.slice(last, hit.index), Object.assign(document.createElement("mark"), { textContent: hit[0] }));
      last = hit.index + hit[0].length;
    }
    piece.append(text.slice(last));
    return piece;
  };
  const excerpt = (text, list) => {
    const first = Math.min(...tests(list).map((pattern) => text.search(pattern)).filter((at) => at >= 0), text.length);
    const from = first < 50 || first === text.length ? 0 : first - 40;
    return `${from ? "…" : ""}${text.slice(from, from + 120)}${text.length > from + 120 ? "…" : ""}`;
  };

  const MOST = 100;
  const searching = () => {
    const form = document.querySelector(".search");
    const input = form.querySelector("input"), panel = form.querySelector(".results"), status = panel.querySelector("p"), list = panel.querySelector("ol");
    let loading = null;
    // A script and no fetch: a page that is a file may not read others.
    const load = () => loading ||= new Promise((done, failed) => {
      const script = Object.assign(document.createElement("script"), { src: form.dataset.index, onerror: failed });
      script.onload = () => done(window.xpayclientBook);
      document.head.append(script);
    });
    const show = async () => {
      const query = input.value;
      if (!query.trim()) { panel.hidden = true; return; }
      let book;
      try { book = await load(); } catch { loading = null; status.textContent = form.dataset.failed; panel.hidden = false; return; }
      if (query !== input.value) return;
      const [found, asked] = answer(book, query);
      status.textContent = found.length ? form.dataset.found.replace("%d", found.length > MOST ? `${MOST}+` : found.length) : form.dataset.none;
      list.replaceChildren(...found.slice(0, MOST).map((one) => {
        const item = document.createElement("li"), link = document.createElement("a");
        const title = document.createElement("strong"), text = document.createElement("small");
        link.href = one.href;
        title.append(marked(one.heading === one.title ? one.title : `${one.title} › ${one.heading}`, asked));
        text.append(marked(excerpt(one.text, asked), asked));
        link.append(title, text);
        item.append(link);
        return item;
      }));
      panel.hidden = false;
      panel.scrollTop = 0;
      root.dataset.searched = query;
    };
    form.hidden = false;
    input.addEventListener("focus", () => { load().catch(() => { loading = null; }); if (input.value) show(); });
    input.addEventListener("input", show);
    form.addEventListener("submit", (event) => { event.preventDefault(); list.querySelector("a")?.click(); });
    form.addEventListener("keydown", (event) => {
      const stops = [input, ...list.querySelectorAll("a")], at = stops.indexOf(document.activeElement);
      if (event.key === "Escape") { input.value = ""; input.focus(); show(); }
      if (event.isComposing || (event.key !== "ArrowDown" && event.key !== "ArrowUp")) return;
      event.preventDefault();
      stops[Math.min(Math.max(at + (event.key === "ArrowDown" ? 1 : -1), 0), stops.length - 1)].focus();
    });
    document.addEventListener("click", (event) => { if (!form.contains(event.target)) panel.hidden = true; });
    form.addEventListener("focusout", (event) => { if (event.relatedTarget && !form.contains(event.relatedTarget)) panel.hidden = true; });
    list.addEventListener("click", () => { panel.hidden = true; });
    document.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey || /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName)) return;
      event.preventDefault();
      input.focus();
    });
  };

  document.addEventListener("DOMContentLoaded", () => {
    if (document.querySelector(".dark")) colours();
    if (document.querySelector(".search")) searching();
    copying();
    scrolling();
    addEventListener("resize", scrolling);
  });
})();
