// <input data-pick="people" list="l-person"> offers what /pick/people finds for it.
const asked = new WeakMap();
document.addEventListener("input", async (event) => {
  const input = event.target.closest?.("input[data-pick]");
  if (!input || event.inputType === "insertReplacementText") return;
  clearTimeout(asked.get(input));
  asked.set(input, setTimeout(async () => {
    const typed = input.value;
    const answer = await fetch(`/pick/${input.dataset.pick}?q=${encodeURIComponent(typed)}`);
    if (!answer.ok) return;
    const rows = await answer.json();
    // More was typed meanwhile: that is asked for by itself.
    if (input.value !== typed) return;
    document.getElementById(input.getAttribute("list"))?.replaceChildren(...rows.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })));
  }, 150));
});
