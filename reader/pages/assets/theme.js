/* Dark or light, before the page is drawn: what was chosen last, else what the system says. Loaded first, and small. */
"use strict";
(() => {
  const root = document.documentElement;
  root.classList.add("scripted");
  try {
    const chosen = localStorage.getItem("reader-theme");
    if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  } catch {
    // a browser that keeps nothing for files: the system's choice stands
  }
})();
