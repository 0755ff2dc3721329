// <div data-sign="WIDE HIGH"><canvas>...: a field to draw a signature with finger or mouse.
const box = document.querySelector("[data-sign]"), canvas = box.querySelector("canvas");
const [wide, high] = box.dataset.sign.split(" ").map(Number);
const drawing = document.querySelector("input[name=drawing]"), pen = canvas.getContext("2d");
const strokes = [];
let line = null;

box.hidden = false;
canvas.width = wide;
canvas.height = high;
pen.lineWidth = 5;
pen.lineCap = pen.lineJoin = "round";
const keep = () => (drawing.value = strokes.length ? JSON.stringify(strokes) : "");
const at = (event) => {
  const r = canvas.getBoundingClientRect(), within = (n, most) => Math.max(0, Math.min(most, Math.round(n)));
  return [within(((event.clientX - r.left) * wide) / r.width, wide), within(((event.clientY - r.top) * high) / r.height, high)];
};
canvas.addEventListener("pointerdown", (event) => {
  canvas.setPointerCapture(event.pointerId);
  line = [at(event)];
  strokes.push(line);
  keep();
});
canvas.addEventListener("pointermove", (event) => {
  if (!line) return;
  const to = at(event), from = line.at(-1);
  if (from[0] === to[0] && from[1] === to[1]) return;
  pen.beginPath();
  pen.moveTo(...from);
  pen.lineTo(...to);
  pen.stroke();
  line.push(to);
  keep();
});
canvas.addEventListener("pointerup", () => (line = null));
box.querySelector("button").addEventListener("click", () => {
  strokes.length = 0;
  pen.clearRect(0, 0, wide, high);
  keep();
});
