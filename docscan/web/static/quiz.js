// Marking a place on the picture by pointer or arrow keys.
"use strict";
(() => {
  const form = document.querySelector("[data-quiz]");
  if (!form) return;
  const STEP = 0.01;
  const told = form.querySelector("[data-where]");
  const place = { face: 0, x: 0.5, y: 0.5 };
  const set = () => {
    for (const figure of document.querySelectorAll("[data-asked]")) {
      const cross = figure.querySelector("[data-cross]");
      const here = Number(figure.dataset.asked) === place.face;
      cross.toggleAttribute("hidden", !here);
      const box = cross.ownerSVGElement.viewBox.baseVal;
      cross.setAttribute("transform", `translate(${place.x * box.width} ${place.y * box.height})`);
    }
    form.elements.face.value = place.face;
    form.elements.x.value = place.x.toFixed(4);
    form.elements.y.value = place.y.toFixed(4);
    told.textContent = told.dataset.set;
  };
  const within = (share) => Math.min(1, Math.max(0, share));
  for (const figure of document.querySelectorAll("[data-asked]")) {
    figure.addEventListener("click", (event) => {
      const box = figure.querySelector("img").getBoundingClientRect();
      Object.assign(place, {
        face: Number(figure.dataset.asked),
        x: within((event.clientX - box.left) / box.width),
        y: within((event.clientY - box.top) / box.height),
      });
      set();
    });
    figure.addEventListener("keydown", (event) => {
      const by = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] }[event.key];
      if (event.key === "Enter") { event.preventDefault(); set(); form.querySelector("select").focus(); return; }
      if (!by) return;
      event.preventDefault();
      const step = event.shiftKey ? STEP : 4 * STEP;
      place.face = Number(figure.dataset.asked);
      place.x = within(place.x + by[0] * step);
      place.y = within(place.y + by[1] * step);
      set();
    });
  }
  form.querySelector("[data-focus-picture]").addEventListener("click", () => {
    document.querySelector("[data-asked]").focus();
    set();
  });
})();
