// <form data-scanner>: a hand-held types like a keyboard and ends with Enter, which sends
// the form; here it is sent without leaving the page. The camera is read by the browser
// itself (BarcodeDetector), where it can.
const form = document.querySelector("form[data-scanner]"), label = form.elements.texts;
const seen = document.querySelector("[data-seen]");

async function send(how) {
  const text = label.value.trim();
  if (!text) return;
  form.elements.how.value = how;
  const body = new URLSearchParams(new FormData(form));
  body.set("script", "yes");
  label.value = "";
  label.focus();
  const line = Object.assign(document.createElement("li"), { textContent: `${text} …`, ariaBusy: "true" });
  seen.prepend(line);
  try {
    const told = await (await fetch(form.action, { method: "POST", body })).json();
    line.textContent = told.said;
    line.className = told.well ? "" : "wrong";
    navigator.vibrate?.(told.well ? 60 : [80, 60, 80]);
  } catch {
    line.textContent = `${text}: ${form.dataset.unsent}`;
    line.className = "wrong";
  }
  line.ariaBusy = null;
}
form.addEventListener("submit", (event) => { event.preventDefault(); send("wedge"); });

const button = form.querySelector("[data-camera]"), eye = document.querySelector("[data-eye]");
if ("BarcodeDetector" in window && navigator.mediaDevices) {
  document.querySelector("[data-no-camera]").hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const reader = new BarcodeDetector({ formats: ["qr_code", "code_128"] });
    eye.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
    eye.hidden = false;
    button.hidden = true;
    await eye.play();
    let last = "", since = 0;
    setInterval(async () => {
      const [found] = await reader.detect(eye);
      if (!found || (found.rawValue === last && Date.now() - since < 3000)) return;
      [last, since] = [found.rawValue, Date.now()];
      label.value = last;
      send("camera");
    }, 250);
  });
}
