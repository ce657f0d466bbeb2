/* The search box. The index is a script of its own, loaded when the box is opened first: it works from a disk too. */
"use strict";
(() => {
  const dialog = document.getElementById("search");
  const query = document.getElementById("query");
  const hits = document.getElementById("hits");
  const found = document.getElementById("found");
  const MOST = 40;
  const AROUND = 70; // characters of a text that are shown on either side of what was found
  const KINDS = { tour: 1.5, stop: 1.35, note: 1, question: 0.95, "own note": 1.1 };
  let entries = null;

  function load() {
    if (entries !== null) return;
    entries = [];
    const script = document.createElement("script");
    script.src = "search-index.js";
    script.addEventListener("load", () => {
      const { pages, entries: rows } = window.BOOK_INDEX;
      entries = rows.map(([page, anchor, kind, head, names, text]) => ({
        href: pages[page][0] + (anchor ? `#${anchor}` : ""),
        page: pages[page][1],
        kind, head, text,
        fields: [[head.toLowerCase(), 10], [names.toLowerCase(), 7], [text.toLowerCase(), 2]],
      }));
      draw();
    });
    script.addEventListener("error", () => {
      found.textContent = "The index of the book, search-index.js, is not beside this page.";
    });
    document.head.append(script);
  }

  /** A word that is found whole counts more than one that begins so, and that more than one that holds it. */
  function worth(text, word) {
    let best = 0;
    for (let at = text.indexOf(word); at >= 0 && best < 3; at = text.indexOf(word, at + 1)) {
      const before = at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1]);
      const after = !/[\p{L}\p{N}]/u.test(text[at + word.length] ?? " ");
      best = Math.max(best, before && after ? 3 : before ? 2 : 1);
    }
    return best;
  }

  function score(entry, words) {
    let sum = 0;
    let missing = 0;
    for (const word of words) {
      const own = Math.max(...entry.fields.map(([text, weight]) => worth(text, word) * weight));
      if (!own) missing += 1;
      sum += own;
    }
    const phrase = words.join(" ");
    if (words.length > 1) for (const [text, weight] of entry.fields) if (text.includes(phrase)) sum += 2 * weight;
    return { entry, missing, sum: sum * (KINDS[entry.kind] ?? 1) };
  }

  function rank(words) {
    const scored = entries.map((entry) => score(entry, words)).filter((one) => one.missing < words.length);
    const least = Math.min(...scored.map((one) => one.missing));
    return scored.filter((one) => one.missing === least).sort((one, other) => other.sum - one.sum);
  }

  /** The text with what was found in it set apart, as nodes: foreign text never becomes HTML. */
  function marked(text, words) {
    const low = text.toLowerCase();
    const nodes = [];
    let done = 0;
    while (done < text.length) {
      const next = words.map((word) => [low.indexOf(word, done), word.length]).filter(([at]) => at >= 0).sort((a, b) => a[0] - b[0] || b[1] - a[1])[0];
      if (!next || low.length !== text.length) break;
      nodes.push(text.slice(done, next[0]));
      const mark = document.createElement("mark");
      mark.textContent = text.slice(next[0], next[0] + next[1]);
      nodes.push(mark);
      done = next[0] + next[1];
    }
    nodes.push(text.slice(done));
    return nodes;
  }

  function around(text, words) {
    const low = text.toLowerCase();
    const first = Math.min(...words.map((word) => low.indexOf(word)).filter((at) => at >= 0), text.length);
    const from = first === text.length ? 0 : Math.max(0, text.lastIndexOf(" ", Math.max(0, first - AROUND)) + 1);
    const to = Math.min(text.length, from + 3 * AROUND);
    return (from ? "… " : "") + text.slice(from, to) + (to < text.length ? " …" : "");
  }

  function hit({ entry }, words) {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.href = entry.href;
    const head = document.createElement("strong");
    head.append(...marked(entry.head, words));
    const where = document.createElement("span");
    where.className = "quiet";
    where.textContent = entry.kind === "tour" ? "tour" : `${entry.kind} in ${entry.page}`;
    const text = document.createElement("span");
    text.className = "quiet";
    text.append(...marked(around(entry.text, words), words));
    link.append(head, where, text);
    item.append(link);
    return item;
  }

  function draw() {
    const words = [...new Set(query.value.toLowerCase().split(/\s+/).filter(Boolean))].slice(0, 12);
    const all = words.length && entries.length ? rank(words) : [];
    hits.replaceChildren(...all.slice(0, MOST).map((one) => hit(one, words)));
    hits.querySelector("a")?.classList.add("chosen");
    if (!words.length) found.textContent = "";
    else if (!all.length) found.textContent = entries.length ? "Nothing found." : "Loading the index …";
    else {
      const some = all[0].missing ? `No place has all of these words; ${all.length} have most. ` : `${all.length} found. `;
      found.textContent = some + (all.length > MOST ? `The best ${MOST} are shown.` : "");
    }
  }

  function move(step) {
    const links = [...hits.querySelectorAll("a")];
    const at = links.indexOf(document.activeElement) + step;
    if (at < 0) query.focus();
    else links[Math.min(at, links.length - 1)]?.focus();
  }

  window.Book.search = () => {
    if (dialog.open) return;
    dialog.showModal();
    query.select();
    load();
  };
  query.addEventListener("input", draw);
  dialog.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      move(event.key === "ArrowDown" ? 1 : -1);
    } else if (event.key === "Escape") {
      event.preventDefault(); // else the first one only empties the field
      dialog.close();
    } else if (event.key === "Enter" && event.target === query) {
      event.preventDefault();
      hits.querySelector("a")?.click();
    }
  });
  hits.addEventListener("click", (event) => {
    if (event.target.closest("a")) dialog.close();
  });
})();
