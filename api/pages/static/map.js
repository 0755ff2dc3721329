// The map: a tree from the core outwards, folded where it is wide, with the other links
// across it. Drag, wheel and pinch move it; a click folds; Enter opens the device.
import { tellLinks } from "./map-links.js";

const WIDE = 192, HIGH = 34, GAP = 10, STEP = 268, MOST = 60;

class Network {
  // nodes: [id, name, kind, managed, place of what it hangs on, its port, own port, link]
  constructor({ nodes, cross }) {
    this.all = nodes.map(([id, name, kind, managed]) => ({ id, name, kind, managed, below: [], above: null, open: false, all: 0 }));
    this.roots = [];
    nodes.forEach(([, , , , above, from, to, kind], place) => {
      const node = this.all[place];
      node.place = place;
      if (above < 0) return this.roots.push(node);
      node.above = this.all[above];
      node.link = { from, to, kind };
      node.above.below.push(node);
    });
    for (const node of this.all.toReversed()) if (node.above) node.above.all += node.all + 1;
    const known = new Map(this.all.map((one) => [one.id, one]));
    this.cross = cross.map(([a, b, kind]) => [known.get(a), known.get(b), { kind }]);
    this.start();
  }
  // Opens level by level as long as it stays readable.
  start() {
    let shown = this.roots.length, level = this.roots;
    while (level.length) {
      const next = level.flatMap((one) => one.below);
      if (!next.length || shown + next.length > MOST) break;
      level.forEach((one) => (one.open = true));
      shown += next.length;
      level = next;
    }
    if (shown < 12) for (const one of level.toSorted((a, b) => b.all - a.all)) if (shown + one.below.length <= MOST) { one.open = true; shown += one.below.length; }
  }
  reveal(node) { for (let one = node.above; one; one = one.above) one.open = true; }
  // Places what is open: depth to the right, siblings below one another, leaves in blocks.
  layout() {
    let y = 0;
    const shown = [];
    this.frames = [];
    const stand = (node, depth) => {
      node.x = depth * STEP;
      node.inBlock = false;
      shown.push(node);
      if (!node.open || !node.below.length) { node.y = y; y += HIGH + GAP; return; }
      const inner = node.below.filter((one) => one.below.length), leaves = node.below.filter((one) => !one.below.length);
      const top = y;
      inner.forEach((one) => stand(one, depth + 1));
      const columns = leaves.length > 12 ? Math.ceil(Math.sqrt(leaves.length / 3)) : 1, begin = y;
      if (columns > 1) this.frames.push({ of: node, x: (depth + 1) * STEP - 8, y: begin - 8, wide: columns * (WIDE + 14) + 2, high: Math.ceil(leaves.length / columns) * (HIGH + GAP) + 6 });
      leaves.forEach((one, n) => {
        one.x = (depth + 1) * STEP + (n % columns) * (WIDE + 14);
        one.y = begin + Math.floor(n / columns) * (HIGH + GAP);
        one.inBlock = columns > 1;
        shown.push(one);
        y = Math.max(y, one.y + HIGH + GAP);
      });
      node.y = (top + y - HIGH - GAP) / 2;
      y += GAP;
    };
    this.roots.forEach((root) => { stand(root, 0); y += 16; });
    return shown;
  }
}

const SVG = "http://www.w3.org/2000/svg";
function make(name, attributes = {}, ...inner) {
  const one = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) one.setAttribute(key, value);
  one.append(...inner);
  return one;
}

class Picture {
  constructor(box) {
    this.box = box;
    this.world = make("g");
    this.svg = make("svg", { role: "application", "aria-label": document.title }, this.world);
    box.querySelector("[data-picture]").append(this.svg);
    this.view = { x: 30, y: 30, k: 1 };
    this.fingers = new Map();
    this.listen();
  }
  async load() {
    const answer = await fetch(this.box.dataset.source);
    this.network = new Network(await answer.json());
    const names = this.box.querySelector("#map-names");
    names.replaceChildren(...this.network.all.slice(0, 3000).map((one) => Object.assign(document.createElement("option"), { value: one.name })));
    this.draw();
    const wanted = this.network.all.find((one) => one.id === Number(location.hash.slice(1)) && one.id);
    wanted ? this.show(wanted) : this.fit(0.45);
  }
  draw() {
    const shown = this.network.layout(), visible = new Set(shown), parts = [];
    for (const node of shown)
      if (node.above && !node.inBlock) parts.push(this.edge(node.above, node, node.link, ""));
    for (const one of this.network.frames) parts.push(make("rect", { class: "frame", x: one.x, y: one.y, width: one.wide, height: one.high, rx: 10 }), this.edge(one.of, { x: one.x, y: one.y + one.high / 2 - HIGH / 2 }, null, ""));
    for (const [a, b, link] of this.network.cross) if (visible.has(a) && visible.has(b)) parts.push(this.edge(a, b, link, " cross"));
    for (const node of shown) parts.push(this.node(node));
    this.world.replaceChildren(...parts);
    this.shown = shown;
    this.move();
    tellLinks(this.box, this.network, this.marked);
  }
  edge(a, b, link, look) {
    const x1 = a.x + WIDE, y1 = a.y + HIGH / 2, x2 = b.x, y2 = b.y + HIGH / 2, bend = Math.max(30, (x2 - x1) / 2);
    const dashed = ["inferred", "shared", "unmanaged", "unvisited"].includes(link?.kind) ? " faint" : "";
    const on = this.marked && (this.marked === a || this.marked === b) ? " on" : "";
    return make("path", { class: `edge${look}${dashed}${on}`, d: `M${x1},${y1}C${x1 + bend},${y1} ${x2 - bend},${y2} ${x2},${y2}` });
  }
  node(node) {
    const text = make("text", { x: 24, y: node.link?.to || node.link?.from ? 15 : 21 });
    text.textContent = node.name.length > 22 ? `${node.name.slice(0, 21)}…` : node.name;
    const port = make("text", { class: "port", x: 24, y: 28 });
    port.textContent = [node.link?.from, node.link?.to].filter(Boolean).join(" → ").slice(0, 26);
    const title = make("title");
    title.textContent = [node.name, node.kind, port.textContent].filter(Boolean).join("\n");
    const group = make("g", { class: `node k-${node.kind || "other"}${node.id < 0 ? " heard" : ""}${node === this.marked ? " on" : ""}`, transform: `translate(${node.x},${node.y})`, tabindex: 0, role: "button", "data-id": node.place, "aria-label": title.textContent.replaceAll("\n", ", ") },
      title, make("rect", { width: WIDE, height: HIGH }), make("circle", { class: "dot", cx: 12, cy: HIGH / 2, r: 5 }), text, port);
    if (node.below.length) {
      group.setAttribute("aria-expanded", node.open);
      const fold = make("text", { y: 3.5 });
      fold.textContent = node.open ? "–" : node.all;
      group.append(make("g", { class: "fold", transform: `translate(${WIDE},${HIGH / 2})` }, make("circle", { r: node.open ? 8 : 13 }), fold));
    }
    return group;
  }
  move() { this.world.setAttribute("transform", `translate(${this.view.x},${this.view.y}) scale(${this.view.k})`); }
  zoom(by, x, y) {
    const k = Math.min(3, Math.max(0.04, this.view.k * by)), f = k / this.view.k;
    this.view = { k, x: x - (x - this.view.x) * f, y: y - (y - this.view.y) * f };
    this.move();
  }
  fit(least = 0) {
    const { width, height } = this.svg.getBoundingClientRect();
    const right = Math.max(...this.shown.map((one) => one.x)) + WIDE + 30, low = Math.max(...this.shown.map((one) => one.y)) + HIGH;
    const k = Math.max(least, Math.min(1.1, (width - 40) / right, (height - 40) / low));
    const top = low * k > height ? height / 2 - (this.shown[0].y + HIGH / 2) * k : Math.max(20, (height - low * k) / 2);
    this.view = { k, x: Math.max(20, (width - right * k) / 2), y: top };
    this.move();
  }
  show(node) {
    this.network.reveal(node);
    this.marked = node;
    this.draw();
    const { width, height } = this.svg.getBoundingClientRect(), k = Math.max(0.8, Math.min(1, this.view.k));
    this.view = { k, x: width / 2 - (node.x + WIDE / 2) * k, y: height / 2 - (node.y + HIGH / 2) * k };
    this.move();
    this.world.querySelector(`[data-id="${node.place}"]`)?.focus({ preventScroll: true });
  }
  fold(node) {
    const before = { x: node.x, y: node.y };
    node.open = !node.open;
    this.marked = node;
    this.draw();
    this.view.x += (before.x - node.x) * this.view.k;
    this.view.y += (before.y - node.y) * this.view.k;
    this.move();
    this.world.querySelector(`[data-id="${node.place}"]`)?.focus({ preventScroll: true });
  }
  at(target) { const found = target.closest?.("[data-id]"); return found && this.network.all[Number(found.dataset.id)]; }
  open(node) { if (node.id) location.assign(node.id > 0 ? `/devices/${node.id}` : "/neighbours"); }
  listen() {
    const at = (event) => { const r = this.svg.getBoundingClientRect(); return [event.clientX - r.x, event.clientY - r.y]; };
    this.svg.addEventListener("wheel", (event) => { event.preventDefault(); this.zoom(Math.exp(-event.deltaY / 500), ...at(event)); }, { passive: false });
    this.svg.addEventListener("pointerdown", (event) => { this.fingers.set(event.pointerId, at(event)); this.dragged = 0; });
    this.svg.addEventListener("pointermove", (event) => {
      const before = this.fingers.get(event.pointerId);
      if (!before) return;
      const now = at(event), other = [...this.fingers].find(([id]) => id !== event.pointerId)?.[1];
      if (other) this.zoom(Math.hypot(now[0] - other[0], now[1] - other[1]) / (Math.hypot(before[0] - other[0], before[1] - other[1]) || 1), (now[0] + other[0]) / 2, (now[1] + other[1]) / 2);
      else { this.view.x += now[0] - before[0]; this.view.y += now[1] - before[1]; this.move(); }
      this.dragged += Math.abs(now[0] - before[0]) + Math.abs(now[1] - before[1]);
      if (this.dragged > 6) this.svg.setPointerCapture(event.pointerId);
      this.fingers.set(event.pointerId, now);
    });
    for (const name of ["pointerup", "pointercancel"]) this.svg.addEventListener(name, (event) => this.fingers.delete(event.pointerId));
    this.svg.addEventListener("click", (event) => {
      const node = this.at(event.target);
      if (!node || this.dragged > 6) return;
      // Folding draws anew between the clicks of a double click, so it is told by the count.
      if (event.detail > 1 && this.clicked === node) return this.open(node);
      this.clicked = node;
      if (event.target.closest(".fold") || node.below.length) this.fold(node); else this.open(node);
    });
    this.svg.addEventListener("keydown", (event) => {
      const node = this.at(event.target);
      const go = { ArrowRight: () => node.open ? node.below[0] : (this.fold(node), null), ArrowLeft: () => node.open ? (this.fold(node), null) : node.above,
        ArrowDown: () => this.shown[this.shown.indexOf(node) + 1], ArrowUp: () => this.shown[this.shown.indexOf(node) - 1] }[event.key];
      if (node && go) { event.preventDefault(); const next = go(); next && this.world.querySelector(`[data-id="${next.place}"]`)?.focus(); }
      else if (node && event.key === "Enter") this.open(node);
      else if (node && event.key === " ") { event.preventDefault(); this.fold(node); }
      else if (event.key === "+" || event.key === "-") this.zoom(event.key === "+" ? 1.25 : 0.8, this.svg.clientWidth / 2, this.svg.clientHeight / 2);
    });
    this.box.addEventListener("click", (event) => {
      const what = event.target.closest("[data-map]")?.dataset.map;
      if (!what) return;
      if (what !== "fit") { for (const one of this.network.all) one.open = what === "all"; if (what === "none") this.network.start(); this.draw(); }
      this.fit(what === "fit" ? 0 : 0.3);
    });
    this.box.querySelector("[data-map-find]").addEventListener("input", (event) => {
      const text = event.target.value.trim().toLowerCase();
      const all = this.network.all;
      const node = text && (all.find((one) => one.name.toLowerCase() === text) ?? (text.length > 2 && all.find((one) => one.name.toLowerCase().includes(text))));
      if (node) { this.show(node); event.target.focus(); }
    });
  }
}

const box = document.getElementById("map");
if (box?.querySelector("[data-picture]")) new Picture(box).load();
