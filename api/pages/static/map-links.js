// The links of the device that is marked on the map: <section data-links="Links of">.

function made(name, text, attributes = {}) {
  const one = Object.assign(document.createElement(name), attributes);
  one.textContent = text;
  return one;
}

export function tellLinks(box, network, node) {
  const place = box.querySelector("[data-links]");
  if (!place) return;
  place.hidden = !node;
  if (!node) return place.replaceChildren();
  const rows = node.below.map((one) => [one, one.link.from, one.link.to, one.link.kind]);
  if (node.above) rows.unshift([node.above, node.link.to, node.link.from, node.link.kind]);
  for (const [a, b, link] of network.cross) if (a === node || b === node) rows.push([a === node ? b : a, "", "", link.kind]);
  const list = made("ul", "");
  for (const [other, own, far, kind] of rows.slice(0, 100)) {
    const line = made("li", "");
    const name = other.id > 0 ? made("a", other.name, { href: `/devices/${other.id}` }) : made("span", other.name);
    line.append(made("code", own || "–"), " → ", name, " ", made("code", far || ""), " ", made("small", kind || ""));
    list.append(line);
  }
  const title = made("h2", `${place.dataset.links} ${node.name}`);
  const more = node.id > 0 ? [made("a", place.dataset.open, { href: `/devices/${node.id}`, className: "button" })] : [];
  place.replaceChildren(title, list, ...more);
}
