// Dropping a file, sending one as soon as it is chosen, and taking a picture. Without this file the form still works.
"use strict";
(() => {
  const form = document.querySelector("form[data-checkpoint]");
  if (!form) return;
  const file = form.querySelector("input[type=file]");
  const drop = document.querySelector(".drop");
  const busy = document.querySelector("[data-busy]");
  const refused = document.querySelector("[data-refused]");
  const most = Number(form.dataset.most);

  const send = () => {
    if (!file.files.length) return;
    if (file.files[0].size > most) {
      refused.hidden = false;
      file.value = "";
      return;
    }
    refused.hidden = true;
    busy.hidden = false;
    form.submit();
  };
  const give = (blob, name) => {
    const given = new DataTransfer();
    given.items.add(new File([blob], name, { type: blob.type }));
    file.files = given.files;
    send();
  };
  file.addEventListener("change", send);
  form.querySelector("[data-choose]").addEventListener("click", () => file.click());
  for (const kind of ["dragover", "dragenter"]) {
    document.addEventListener(kind, (event) => { event.preventDefault(); drop.classList.add("over"); });
  }
  document.addEventListener("dragleave", (event) => { if (!event.relatedTarget) drop.classList.remove("over"); });
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    if (event.dataTransfer.files.length) { file.files = event.dataTransfer.files; send(); }
  });
  document.addEventListener("paste", (event) => {
    const pasted = [...event.clipboardData.files].find((f) => f.type.startsWith("image/"));
    if (pasted) give(pasted, "pasted.png");
  });

  // A new scan of the watched folder opens by itself; what lay there when the page came is opened by hand.
  const newest = () => document.getElementById("watched")?.dataset.newest;
  const first = newest();
  document.addEventListener("htmx:afterSwap", () => {
    if (newest() && newest() !== first && busy.hidden) location.assign(newest());
  });

  const camera = document.querySelector(".camera");
  const video = camera.querySelector("video");
  const stop = () => {
    for (const track of video.srcObject?.getTracks() ?? []) track.stop();
    video.srcObject = null;
    camera.hidden = true;
  };
  const open = document.querySelector("[data-camera]");
  if (!navigator.mediaDevices?.getUserMedia) open.hidden = true;
  open.addEventListener("click", async () => {
    try {
      video.srcObject = await navigator.mediaDevices.getUserMedia({
        video: { facingMode: "environment", width: { ideal: 4096 }, height: { ideal: 3072 } },
      });
      camera.hidden = false;
      await video.play();
      camera.querySelector("[data-shoot]").focus();
    } catch {
      document.querySelector("[data-no-camera]").hidden = false;
    }
  });
  camera.querySelector("[data-cancel]").addEventListener("click", () => { stop(); open.focus(); });
  camera.querySelector("[data-shoot]").addEventListener("click", () => {
    const canvas = document.createElement("canvas");
    canvas.width = video.videoWidth;
    canvas.height = video.videoHeight;
    canvas.getContext("2d").drawImage(video, 0, 0);
    stop();
    canvas.toBlob((blob) => give(blob, "camera.jpg"), "image/jpeg", 0.95);
  });
})();
