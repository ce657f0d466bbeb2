/* The page: where one is, keys, marks as they are drawn, folds, links to lines, and notes that stay near their lines. */
"use strict";
(() => {
  const Book = window.Book;
  const $ = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const stops = all("article.stop");
  const DRIFT = 6; // lines that a note may stand below its line before the code waits for it
  const READ = { unread: "", read: "read", changed: "changed since you read it" };

  let silence = 0;
  function say(text) {
    $("#said").textContent = text;
    clearTimeout(silence);
    silence = setTimeout(() => ($("#said").textContent = ""), 6000);
  }

  /* Marks */

  const keyOf = (article) => `${article.dataset.tour}:${article.dataset.stop}`;

  function drawStop(article) {
    const state = Book.marks.state(article.dataset);
    const word = $(".eyebrow .read", article);
    word.className = `read ${state}`;
    word.textContent = READ[state];
    const button = $(".marker", article);
    button.setAttribute("aria-pressed", String(state !== "unread"));
    button.textContent = state === "read" ? "✓ Read" : state === "changed" ? "Mark as read again" : "Mark as read";
    for (const link of all(".toc a")) if (link.hash === `#${article.id}`) link.className = state;
    return state !== "unread";
  }

  function drawFar(place, done, total) {
    const counted = $(".how-far, .done", place);
    if (counted) counted.textContent = `${done} of ${total} read`;
    const bar = $(".meter span", place);
    if (bar) bar.style.width = `${total ? (100 * done) / total : 0}%`;
  }

  function draw() {
    if (stops.length) drawFar($(".bar"), stops.filter(drawStop).length, stops.length);
    const listed = all(".listed").map((item) => [item, item.dataset.keys.split(" ").filter(Boolean)]);
    for (const [item, keys] of listed) drawFar(item, keys.filter(Book.marks.has).length, keys.length);
    if (!listed.length) return;
    const every = new Set(listed.flatMap(([, keys]) => keys));
    drawFar($(".bar"), [...every].filter(Book.marks.has).length, every.size);
    drawResume(listed);
  }

  /** To the first unread stop after the one that was marked last. */
  function drawResume(listed) {
    const last = Book.marks.keys().sort((one, other) => Book.marks.at(other) - Book.marks.at(one))[0];
    const [item, keys] = listed.find(([, keys]) => keys.includes(last)) ?? [];
    const next = keys?.slice(keys.indexOf(last) + 1).find((key) => !Book.marks.has(key)) ?? keys?.find((key) => !Book.marks.has(key));
    const link = $("#resume");
    link.hidden = !next;
    if (next) link.href = `${$("h3 a", item).getAttribute("href")}#${next.slice(next.indexOf(":") + 1)}`;
  }

  function toggleMark(article) {
    if (Book.marks.state(article.dataset) === "read") Book.marks.unset([keyOf(article)]);
    else Book.marks.set({ ...article.dataset });
    const said = Book.marks.has(keyOf(article)) ? "Marked as read." : "The mark is taken away.";
    say(Book.kept ? said : `${said} This browser keeps nothing for pages opened from a disk: save your marks as a file on the contents page of a book that is served, or use another browser.`);
  }

  function saveMarks() {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([Book.marks.packed()], { type: "application/json" }));
    link.download = "reader-progress.json";
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60000);
  }

  function forget(button) {
    const count = Book.marks.keys().length;
    if (!count) return say("There are no marks.");
    if (!button.dataset.sure) {
      button.dataset.sure = "1";
      button.textContent = `Really forget ${count} mark${count === 1 ? "" : "s"}?`;
      return undefined;
    }
    delete button.dataset.sure;
    button.textContent = "Forget all marks";
    Book.marks.unset(Book.marks.keys());
    return say("All marks are forgotten in this browser.");
  }

  /* Where one is, and turning pages */

  const top = () => $(".bar").offsetHeight;

  /** The stop that is being read: the last one whose head has come up to a third of the window. */
  function here() {
    const line = Math.max(top(), innerHeight / 3);
    return stops.filter((article) => article.getBoundingClientRect().top <= line).pop() ?? null;
  }

  let current = null;
  function follow() {
    const now = here();
    if (now === current) return;
    current = now;
    for (const link of all(".toc a")) {
      if (now && link.hash === `#${now.id}`) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    }
    const link = $(".side a[aria-current]");
    const side = $(".side");
    if (link && side) {
      const at = link.offsetTop - side.offsetTop;
      if (at < side.scrollTop || at > side.scrollTop + side.clientHeight - 80) side.scrollTop = at - side.clientHeight / 2;
    }
  }

  function go(step) {
    if (!stops.length) return;
    const line = top() + 40;
    const passed = stops.filter((article) => article.getBoundingClientRect().top <= line).length;
    const atHead = passed && Math.abs(stops[passed - 1].getBoundingClientRect().top - top()) < 40;
    // At the foot of the page the last heads cannot come up: there the one that was gone to last counts.
    const atFoot = innerHeight + scrollY >= document.documentElement.scrollHeight - 2;
    const gone = atFoot ? stops.findIndex((article) => location.hash === `#${article.id}`) : -1;
    const last = gone >= passed ? gone : passed - 1;
    const onto = step > 0 ? last + 1 : last - (atHead || gone >= passed ? 1 : 0);
    if (onto < 0) return void scrollTo(0, 0);
    const target = stops[onto] ?? $("#end");
    history.replaceState(null, "", `#${target.id}`);
    target.scrollIntoView();
    target.focus({ preventScroll: true });
    follow();
  }

  /** Opens what the address leads to. */
  function reveal() {
    let target = null;
    try {
      target = document.getElementById(decodeURIComponent(location.hash.slice(1)));
    } catch {
      return; // no anchor of ours
    }
    let opened = false;
    for (let each = target?.closest("details"); each; each = each.parentElement.closest("details")) {
      opened ||= !each.open;
      each.open = true;
    }
    if (target && opened) target.scrollIntoView({ block: "center" });
  }

  function copyLine(line) {
    history.replaceState(null, "", `#${line.id}`);
    for (const each of all(".aimed")) each.classList.remove("aimed");
    line.classList.add("aimed");
    const copied = navigator.clipboard?.writeText(location.href) ?? Promise.reject(new Error("no clipboard"));
    copied.then(() => say("The link to this line is copied."), () => say(`The link to this line is in the address: #${line.id}`));
  }

  /* Folds, answers, theme */

  function toggleAll(selector) {
    const found = all(selector, here() ?? stops[0] ?? document);
    const open = found.some((each) => !each.open);
    for (const each of found) each.open = open;
  }

  function toggleTheme() {
    const dark = document.documentElement.dataset.theme ?? (matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light");
    const chosen = dark === "dark" ? "light" : "dark";
    document.documentElement.dataset.theme = chosen;
    try {
      localStorage.setItem("reader-theme", chosen);
    } catch {
      // holds for this page only
    }
  }

  /* A note floats beside its line; where many crowd, the next line waits so that none drifts far from its own. */
  function settle(code) {
    const noted = all(".noted", code);
    for (const line of noted) line.style.marginTop = "";
    const first = $(".note", code);
    if (!first || getComputedStyle(first).float !== "right") return;
    const most = DRIFT * parseFloat(getComputedStyle(code).lineHeight);
    for (const line of noted) {
      const late = $(".note", line).getBoundingClientRect().top - line.getBoundingClientRect().top;
      if (late > most) line.style.marginTop = `${late - most}px`;
    }
  }

  const widths = new WeakMap();
  const watcher = new ResizeObserver((seen) => {
    for (const { target } of seen) {
      const size = `${target.clientWidth} ${all("details[open]", target).length}`;
      if (widths.get(target) === size) continue;
      widths.set(target, size);
      settle(target);
    }
  });

  const deeds = {
    search: () => Book.search(),
    theme: toggleTheme,
    help: () => $("#help").open || $("#help").showModal(),
    save: saveMarks,
    forget,
  };
  const keys = {
    n: () => go(1),
    p: () => go(-1),
    m: () => here() && toggleMark(here()),
    "/": () => Book.search(),
    u: () => toggleAll(".fold"),
    a: () => toggleAll(".answer"),
    t: toggleTheme,
    "?": () => deeds.help(),
  };

  addEventListener("keydown", (event) => {
    const typing = event.target.closest?.("input, textarea, select, [contenteditable], dialog");
    if (typing || event.ctrlKey || event.metaKey || event.altKey || !Object.hasOwn(keys, event.key)) return;
    event.preventDefault();
    keys[event.key]();
  });
  addEventListener("click", (event) => {
    const button = event.target.closest("button");
    const line = event.target.closest("[data-n]");
    if (button?.dataset.do) deeds[button.dataset.do](button);
    else if (button?.classList.contains("marker")) toggleMark(button.closest("article"));
    else if (line && event.clientX < line.getBoundingClientRect().left + 44) copyLine(line);
  });
  $("#load")?.addEventListener("change", async (event) => {
    const [file] = event.target.files;
    if (file) say(await Book.marks.unpack(file));
    event.target.value = "";
  });

  let unprinted = [];
  addEventListener("beforeprint", () => {
    unprinted = all("details:not([open])");
    for (const each of unprinted) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of unprinted) each.open = false;
  });

  Book.whenChanged(draw);
  draw();
  for (const code of all(".code.beside")) watcher.observe(code);
  addEventListener("scroll", follow, { passive: true });
  addEventListener("hashchange", reveal);
  reveal();
  follow();
})();
