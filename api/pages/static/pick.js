// <input data-pick="people" list="l-person"> offers what /pick/people finds for it.
const asked = new WeakMap();
document.addEventListener("input", async (event) => {
  const input = event.target.closest?.("input[data-pick]");
  if (!input || event.inputType === "insertReplacementText") return;
  clearTimeout(asked.get(input));
  asked.set(input, setTimeout(async () => {
    const answer = await fetch(`/pick/${input.dataset.pick}?q=${encodeURIComponent(input.value)}`);
    if (!answer.ok) return;
    const rows = await answer.json();
    document.getElementById(input.getAttribute("list"))?.replaceChildren(...rows.map(([value, label]) => Object.assign(document.createElement("option"), { value, label })));
  }, 150));
});
