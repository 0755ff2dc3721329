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
