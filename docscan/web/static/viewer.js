// The pictures of the review desk: zoom and move, side by side and blinking, all panes together.
"use strict";
(() => {
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;
  const BLINK_MS = 650, STEP = 60, MOST = 12;
  const place = { scale: 1, x: 0, y: 0 };
  let mode = "one", blinking = 0, face = 0;
  const layers = { marks: true, heat: false };
  const other = viewer.querySelector("[data-other]");

  const panes = () => viewer.querySelector(`[data-face-of="${face}"]`);
  const own = () => panes().querySelector("[data-pane]");

  const move = () => {
    const box = own().getBoundingClientRect();
    place.x = Math.min(0, Math.max(place.x, box.width * (1 - place.scale)));
    place.y = Math.min(0, Math.max(place.y, own().querySelector("img").getBoundingClientRect().height / lastScale * (1 - place.scale)));
    for (const sheet of panes().querySelectorAll("[data-sheet]")) {
      sheet.style.transform = `translate(${place.x}px, ${place.y}px) scale(${place.scale})`;
      // Marks keep their size, or they would hide what is looked at.
      for (const rect of sheet.querySelectorAll("rect")) rect.style.strokeWidth = `${3 / place.scale}px`;
      for (const text of sheet.querySelectorAll("text")) text.style.fontSize = `${text.getAttribute("font-size") / place.scale}px`;
    }
    lastScale = place.scale;
  };
  let lastScale = 1;

  const zoom = (factor, x, y) => {
    const box = own().getBoundingClientRect();
    const [cx, cy] = [x ?? box.width / 2, y ?? box.height / 2];
    const scale = Math.min(MOST, Math.max(1, place.scale * factor));
    place.x = cx - (cx - place.x) * (scale / place.scale);
    place.y = cy - (cy - place.y) * (scale / place.scale);
    place.scale = scale;
    move();
  };

  const address = () => other.value === "genuine"
    ? (panes().dataset.hasGenuine ? `${panes().dataset.base}/genuine` : "")
    : `/review/${other.value}/face/${face}/plain`;

  const show = () => {
    for (const one of viewer.querySelectorAll("[data-face-of]")) one.hidden = one !== panes();
    const source = address();
    const over = own().querySelector("[data-over]");
    const beside = panes().querySelector("[data-pane-other]");
    const picture = beside.querySelector("img");
    if (source && mode !== "one") {
      if (over.getAttribute("src") !== source) over.src = source;
      if (picture.getAttribute("src") !== source) picture.src = source;
    }
    beside.hidden = mode !== "two" || !source;
    panes().classList.toggle("two", mode === "two");
    clearInterval(blinking);
    over.hidden = true;
    if (mode === "blink" && source) blinking = setInterval(() => { over.hidden = !over.hidden; }, BLINK_MS);
    own().querySelector("[data-marks]").toggleAttribute("hidden", !layers.marks);
    const heat = own().querySelector("[data-heat]");
    if (heat) {
      if (layers.heat && !heat.getAttribute("src")) heat.src = heat.dataset.src;
      heat.hidden = !layers.heat;
    }
    for (const button of viewer.querySelectorAll("[data-mode]")) button.setAttribute("aria-pressed", String(button.dataset.mode === mode));
    for (const button of viewer.querySelectorAll("[data-layer]")) button.setAttribute("aria-pressed", String(layers[button.dataset.layer]));
    move();
  };

  viewer.addEventListener("click", (event) => {
    const button = event.target.closest("button");
    if (!button) return;
    if (button.dataset.mode) mode = button.dataset.mode;
    if (button.dataset.layer) layers[button.dataset.layer] = !layers[button.dataset.layer];
    if (button.dataset.zoom === "in") zoom(1.5);
    if (button.dataset.zoom === "out") zoom(1 / 1.5);
    if (button.dataset.zoom === "all") Object.assign(place, { scale: 1, x: 0, y: 0 });
    show();
  });
  other.addEventListener("change", () => { if (mode === "one") mode = "blink"; show(); });
  viewer.querySelector("[data-face]")?.addEventListener("change", (event) => {
    face = Number(event.target.value);
    Object.assign(place, { scale: 1, x: 0, y: 0 });
    show();
  });

  viewer.addEventListener("wheel", (event) => {
    const pane = event.target.closest(".pane");
    if (!pane || !(event.ctrlKey || place.scale > 1 || event.shiftKey)) return;
    event.preventDefault();
    const box = pane.getBoundingClientRect();
    zoom(event.deltaY < 0 ? 1.2 : 1 / 1.2, event.clientX - box.left, event.clientY - box.top);
  }, { passive: false });
  viewer.addEventListener("dblclick", (event) => {
    const pane = event.target.closest(".pane");
    if (!pane) return;
    const box = pane.getBoundingClientRect();
    zoom(place.scale > 1 ? 1 / place.scale : 4, event.clientX - box.left, event.clientY - box.top);
  });
  let held = null;
  viewer.addEventListener("pointerdown", (event) => {
    if (!event.target.closest(".pane")) return;
    held = { x: event.clientX - place.x, y: event.clientY - place.y };
    event.target.setPointerCapture(event.pointerId);
  });
  viewer.addEventListener("pointermove", (event) => {
    if (!held) return;
    place.x = event.clientX - held.x;
    place.y = event.clientY - held.y;
    move();
  });
  for (const kind of ["pointerup", "pointercancel"]) viewer.addEventListener(kind, () => { held = null; });
  viewer.addEventListener("dragstart", (event) => event.preventDefault());
  viewer.addEventListener("keydown", (event) => {
    if (!event.target.matches("[data-pane]")) return;
    const by = { ArrowLeft: [STEP, 0], ArrowRight: [-STEP, 0], ArrowUp: [0, STEP], ArrowDown: [0, -STEP] }[event.key];
    if (!by) return;
    event.preventDefault();
    place.x += by[0];
    place.y += by[1];
    move();
  });
  // A reason under the pointer or focus shows its rectangle alone.
  for (const reason of document.querySelectorAll("[data-reason]")) {
    const only = (on) => {
      for (const mark of viewer.querySelectorAll("[data-mark]")) {
        mark.classList.toggle("dim", on && mark.dataset.mark !== reason.dataset.reason);
      }
    };
    for (const kind of ["pointerenter", "focus"]) reason.addEventListener(kind, () => only(true));
    for (const kind of ["pointerleave", "blur"]) reason.addEventListener(kind, () => only(false));
  }
  show();
})();
