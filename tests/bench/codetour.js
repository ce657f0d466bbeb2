// Node as the judge of what reader.codetour says of JavaScript.
//   node tests/bench/codetour.js                          the table of tests/fixtures/codetour, asked anew
//   node tests/bench/codetour.js CHECKOUT FOLDER LINES    every step of FOLDER/.tours/*.tour as CodeTour's player places it
// LINES is what tests/bench/codetour.py writes: {tour: [line or null, ...]}. Exits 1 if anything differs.
const fs = require("fs");
const path = require("path");

function firstLine(pattern, text) {
  const match = text.match(new RegExp(pattern, "m"));
  return match ? text.slice(0, match.index).split("\n").length : null;
}

function table() {
  const file = path.join(__dirname, "..", "fixtures", "codetour", "patterns.json");
  const { cases, texts } = JSON.parse(fs.readFileSync(file, "utf8"));
  const answer = (pattern, text) => {
    try {
      return firstLine(pattern, texts[text]);
    } catch {
      return "error";
    }
  };
  const wrong = cases.filter(([pattern, text, expected]) => answer(pattern, text) !== expected);
  wrong.forEach((one) => console.log("differs:", JSON.stringify(one)));
  console.log(`${cases.length} patterns, ${wrong.length} differ`);
  return wrong.length;
}

// As renderCurrentStep of CodeTour's src/player/index.ts: a line, else the first match, else line 2000.
function lineOf(step, text) {
  if (step.line) return step.line;
  return (step.pattern && firstLine(step.pattern, text)) || 2001;
}

function play(checkout, folder, expected) {
  let played = 0, wrong = 0, bare = 0;
  for (const file of fs.readdirSync(path.join(folder, ".tours"))) {
    const tour = JSON.parse(fs.readFileSync(path.join(folder, ".tours", file), "utf8"));
    tour.steps.forEach((step, index) => {
      if (!step.file) return;
      bare += !step.pattern;
      const text = fs.readFileSync(path.join(checkout, step.file), "utf8").replace(/^\uFEFF/, "").replace(/\r\n?/g, "\n");
      for (const shown of [text, text.replace(/\n/g, "\r\n")]) {
        played += 1;
        const line = lineOf(step, shown);
        if (line !== expected[file][index]) {
          wrong += 1;
          console.log(`${file}, step ${index + 1}: ${line}, not ${expected[file][index]}: ${step.pattern}`);
        }
      }
    });
  }
  console.log(`${played} steps played (LF and CRLF), ${wrong} on another line, ${bare} without a pattern`);
  return wrong;
}

const [checkout, folder, lines] = process.argv.slice(2);
process.exit((checkout ? play(checkout, folder, JSON.parse(fs.readFileSync(lines, "utf8"))) : table()) ? 1 : 0);
