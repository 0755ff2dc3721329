// <div class="field" data-by="kind" data-only="ssh jump"> is shown while the field `kind`
// of its form has one of these values. Without this module all of them are shown.

function show(form) {
  for (const field of form.querySelectorAll("[data-by]")) {
    const chosen = form.elements[field.dataset.by];
    if (chosen) field.hidden = !field.dataset.only.split(" ").includes(chosen.value);
  }
}

const all = (root) => root.querySelectorAll("form:has([data-by])").forEach(show);
all(document);
document.addEventListener("change", (event) => event.target.form && show(event.target.form));
document.addEventListener("swapped", (event) => all(event.detail.parentElement));
document.addEventListener("drawn", (event) => all(event.target));
