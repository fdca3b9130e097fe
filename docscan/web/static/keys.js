// One key for one thing: an element with data-key="p" is pressed by that key, anywhere but in a field that is typed in.
// "?" turns single keys off and on for this browser.
"use strict";
(() => {
  const off = () => { try { return localStorage.getItem("docscan-keys") === "off"; } catch { return false; } };
  const show = () => document.documentElement.classList.toggle("keys-off", off());
  const typing = (element) => element.isContentEditable
    || (element.matches("input, select, textarea") && !element.matches("[type=checkbox], [type=radio], [type=button], [type=submit]"));
  const visible = (element) => element.getClientRects().length > 0 && !element.disabled;

  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || typing(event.target)) return;
    if (event.key === "?") {
      try { localStorage.setItem("docscan-keys", off() ? "on" : "off"); } catch { /* then they stay on */ }
      show();
      return;
    }
    if (off()) return;
    const key = event.key.length === 1 ? event.key.toLowerCase() : event.key;
    const meant = [...document.querySelectorAll("[data-key]")].find((e) => e.dataset.key === key && visible(e));
    if (!meant) return;
    event.preventDefault();
    if (meant.matches("input:not([type=checkbox], [type=radio], [type=file]), textarea, select")) meant.focus();
    else meant.click();
  });
  // What changes by itself is sent by itself, where the page says so.
  document.addEventListener("change", (event) => {
    if (event.target.dataset.sends !== undefined) event.target.form.requestSubmit();
  });
  show();
})();
