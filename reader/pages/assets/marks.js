/* Reading marks: kept in this browser, carried in and out as a file that `reader import` and `reader export progress`
   know. Nothing here draws; whoever draws asks to be told of changes. */
"use strict";
window.Book = (() => {
  const PLACE = "reader-progress";
  const FORMAT = "reader-progress";
  const LARGEST = 64 * 1024 * 1024; // bytes of a file that is taken in
  const WORDS = ["release", "ref", "path", "digest", "symbol"];
  const marks = new Map(); // "tour:stop" -> mark
  const removed = new Map(); // "tour:stop" -> seconds since 1970 when the mark was taken away here
  const told = [];
  let kept = true; // whether the browser keeps anything for this page

  const keyOf = (mark) => `${mark.tour}:${mark.stop}`;
  const now = () => Date.now() / 1000;
  const isTime = (value) => typeof value === "number" && Number.isFinite(value) && value >= 0 && value < 32503680000;

  /** A row of a stranger's file as a mark, or null if it is none. */
  function markOf(row) {
    if (row === null || typeof row !== "object" || !isTime(row.at)) return null;
    for (const name of ["tour", "stop"]) if (typeof row[name] !== "string" || !row[name] || row[name].length > 1000) return null;
    const mark = { tour: row.tour, stop: row.stop, at: row.at, seconds: isTime(row.seconds) ? row.seconds : null };
    for (const name of WORDS) mark[name] = typeof row[name] === "string" ? row[name].slice(0, 10000) : null;
    mark.first = Number.isInteger(row.first) && row.first >= 0 ? row.first : null;
    return mark;
  }

  /** The command line's rule: the mark that knows what was read, and of two such the later one. */
  function isBetter(one, other) {
    const knows = (mark) => mark.release !== null && (mark.digest !== null || mark.path === null);
    return knows(one) === knows(other) ? one.at > other.at : knows(one);
  }

  /** How many marks are new, or better than what was there. */
  function take(rows) {
    let count = 0;
    for (const row of Array.isArray(rows) ? rows : []) {
      const mark = markOf(row);
      if (mark === null) continue;
      const key = keyOf(mark);
      const here = marks.get(key);
      if (mark.at <= (removed.get(key) ?? -1) || (here && !isBetter(mark, here))) continue;
      marks.set(key, mark);
      count += 1;
    }
    return count;
  }

  function load() {
    let text = null;
    try {
      text = localStorage.getItem(PLACE);
    } catch {
      kept = false;
    }
    marks.clear();
    removed.clear();
    try {
      const found = JSON.parse(text ?? "{}");
      for (const [key, at] of Array.isArray(found.removed) ? found.removed : []) if (isTime(at)) removed.set(String(key), at);
      take(found.marks);
    } catch {
      // damaged by hand: what the book itself carries still counts
    }
    take(window.BOOK_MARKS);
  }

  function keep() {
    const text = JSON.stringify({ marks: [...marks.values()], removed: [...removed] });
    try {
      localStorage.setItem(PLACE, text);
      kept = true;
    } catch {
      kept = false;
    }
    for (const draw of told) draw();
  }

  function set(page) {
    const mark = markOf({ ...page, at: now(), first: page.first ? Number(page.first) : null });
    removed.delete(keyOf(mark));
    marks.set(keyOf(mark), mark);
    keep();
  }

  function unset(keys) {
    for (const key of keys) if (marks.delete(key)) removed.set(key, now());
    keep();
  }

  /** "unread", "read" or "changed", for a stop as this book shows it. A digest is signature.body.docstring. */
  function state(page) {
    const mark = marks.get(keyOf(page));
    if (!mark) return "unread";
    if (mark.release === null) return "read";
    if (!mark.path && !mark.digest) return page.path ? "changed" : "read";
    if (!page.path) return "changed";
    const [before, after] = [mark.digest, page.digest].map((one) => (one ?? "").split("."));
    if (before.length !== 3 || after.length !== 3) return "read";
    return before[0] === after[0] && before[1] === after[1] ? "read" : "changed";
  }

  /** The marks as the text of a file. */
  function packed() {
    const rows = [...marks.values()].sort((one, other) => (keyOf(one) < keyOf(other) ? -1 : 1));
    return JSON.stringify({ format: FORMAT, version: 1, marks: rows }, null, 1) + "\n";
  }

  /** What is to be said of a file that was chosen, after it was taken in. */
  async function unpack(file) {
    if (file.size > LARGEST) return `${file.name} is too large to be a progress file.`;
    let found = null;
    try {
      found = JSON.parse((await file.text()).replace(/^\ufeff/, ""));
    } catch {
      return `${file.name} is no progress file: it is not JSON.`;
    }
    if (found === null || typeof found !== "object" || found.format !== FORMAT) return `${file.name} is no progress file of reader.`;
    if (found.version !== 1) return `${file.name} was written by a newer reader.`;
    const rows = Array.isArray(found.marks) ? found.marks : [];
    for (const row of rows) if (row && typeof row === "object") removed.delete(`${row.tour}:${row.stop}`);
    const count = take(rows);
    keep();
    const bad = rows.filter((row) => markOf(row) === null).length;
    return `${count} of ${rows.length} marks of ${file.name} are new here.` + (bad ? ` ${bad} are no marks and were left out.` : "");
  }

  load();
  addEventListener("storage", (event) => {
    if (event.key !== PLACE && event.key !== null) return;
    load();
    for (const draw of told) draw();
  });
  return {
    marks: { state, set, unset, packed, unpack, has: (key) => marks.has(key), keys: () => [...marks.keys()], at: (key) => marks.get(key)?.at },
    get kept() {
      return kept;
    },
    whenChanged: (draw) => told.push(draw),
  };
})();
