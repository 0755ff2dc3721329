// <form data-preview="preview"> is tried as one types; what would follow stands in #preview.
import { read, place } from "./swap.js";

let waiting, running;
document.addEventListener("input", (event) => {
  const form = event.target.closest("form[data-preview]");
  if (!form) return;
  clearTimeout(waiting);
  waiting = setTimeout(async () => {
    running?.abort();
    running = new AbortController();
    const body = new URLSearchParams(new FormData(form));
    body.set("do", "preview");
    try {
      const { page } = await read(form.action, { method: "POST", body, signal: running.signal });
      place(page, form.dataset.preview);
    } catch (error) {
      if (error.name !== "AbortError") throw error;
    }
  }, 400);
});
// What was typed before this module was there.
for (const form of document.querySelectorAll("form[data-preview]"))
  [...form.elements].find((one) => "defaultValue" in one && one.type !== "hidden" && one.value !== one.defaultValue)
    ?.dispatchEvent(new Event("input", { bubbles: true }));

document.addEventListener("submit", (event) => {
  if (!("preview" in event.target.dataset)) return;
  clearTimeout(waiting);
  running?.abort();
});
