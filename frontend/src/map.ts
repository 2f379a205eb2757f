// The movable map of the network: it takes the place of the drawn picture; its table stays beside it.
import L from "leaflet";
import "leaflet/dist/leaflet.css";
import "./map.css";

type Cell = [number, number, number, number, string?, string?, string?];
const MOST_ZOOM = 17;
const PLUS = '<span class="icon-[lucide--plus]" aria-hidden="true"></span>';
const MINUS = '<span class="icon-[lucide--minus]" aria-hidden="true"></span>';

export async function drawMap(figure: HTMLElement): Promise<void> {
  const said = figure.dataset;
  const picture = figure.querySelector("img");
  const answered = await fetch(said.outlines ?? "");
  if (!answered.ok) throw new Error(String(answered.status));
  const outlines = (await answered.json()) as GeoJSON.FeatureCollection;
  const place = document.createElement("div");
  place.className = "livemap";
  place.setAttribute("role", "group");
  place.setAttribute("aria-label", said.name ?? "");
  if (picture) picture.replaceWith(place);
  else figure.prepend(place);
  const map = L.map(place, { maxZoom: MOST_ZOOM, renderer: L.canvas({ padding: 0 }), zoomControl: false, zoomSnap: 0.25, attributionControl: false });
  L.control.zoom({ zoomInTitle: said.in, zoomOutTitle: said.out, zoomInText: PLUS, zoomOutText: MINUS }).addTo(map);
  if (said.tiles) L.tileLayer(said.tiles, { maxZoom: MOST_ZOOM, referrerPolicy: "no-referrer" }).addTo(map);
  const ground = L.geoJSON(outlines, { interactive: false, style: { color: "#62686f", weight: 1, fillColor: "#f5f5f2", fillOpacity: said.tiles ? 0 : 1 } });
  map.fitBounds(ground.addTo(map).getBounds());
  const dots = L.layerGroup().addTo(map);
  let asked = 0;
  // Whoever waits for the dots can tell by aria-busy; a window that was left meanwhile is not shown any more.
  const show = async (): Promise<void> => {
    const mine = ++asked;
    place.setAttribute("aria-busy", "true");
    const b = map.getBounds().pad(0.1);
    const window = [b.getWest(), b.getSouth(), b.getEast(), b.getNorth()].map((degrees) => degrees.toFixed(3)).join(",");
    const answer = await fetch(`${said.cells}&window=${window}`).catch(() => null);
    const cells = answer?.ok ? await answer.json().then((told: { cells: Cell[] }) => told.cells, () => null) : null;
    if (mine !== asked) return;
    sayLost(figure, cells === null);
    place.setAttribute("aria-busy", "false");
    if (cells === null) return;
    dots.clearLayers();
    for (const cell of cells) dots.addLayer(dotOf(cell, map, said.many ?? "{n}"));
    place.dataset.shown = String(cells.length);
  };
  map.on("moveend", () => void show());
  await show();
  if (said.pin) (await import("./pin")).choosePin(map, figure);
}

// Says in words that what was asked for did not come, or takes that back.
export function sayLost(figure: HTMLElement, isLost: boolean): void {
  const words = figure.querySelector<HTMLElement>("[data-map-lost]");
  if (words) words.hidden = !isLost;
}

function dotOf(cell: Cell, map: L.Map, many: string): L.CircleMarker {
  const [lat, lng, count, isLeading, name, kind, address] = cell;
  const dot = L.circleMarker([lat, lng], {
    radius: 4 + Math.min(6, 1.5 * Math.log2(count)), weight: 1, color: "#ffffff", fillColor: isLeading ? "#9a1b1f" : "#2d7294", fillOpacity: 0.85,
  });
  if (!address) {
    const words = document.createElement("span");
    words.textContent = many.replace("{n}", String(count));
    dot.bindTooltip(words);
    return dot.on("click", () => map.setView([lat, lng], Math.min(MOST_ZOOM, map.getZoom() + 2)));
  }
  const link = document.createElement("a");
  link.href = address;
  link.textContent = `${name ?? ""} ${kind ?? ""}`;
  return dot.bindPopup(link);
}
