// Choosing a place on the map for the field beside it: by a tap, or by the keyboard in the middle of the map.
import L from "leaflet";

type Town = [number, string, number, number];
const NEAR_ENOUGH = 13;
const NAMES_FROM = 10;

export function choosePin(map: L.Map, figure: HTMLElement): void {
  const said = figure.dataset;
  const form = figure.closest("form");
  const field = form?.elements.namedItem("pin") as HTMLInputElement | null;
  const datum = form?.elements.namedItem("datum") as HTMLSelectElement | null;
  const township = form?.elements.namedItem("township") as HTMLSelectElement | null;
  const organiser = form?.elements.namedItem("unit") as HTMLInputElement | HTMLSelectElement | null;
  const told = figure.querySelector<HTMLElement>("[data-told]");
  const middle = figure.querySelector<HTMLButtonElement>("[data-middle]");
  if (!field) return;
  const towns = JSON.parse(document.getElementById("pin-towns")?.textContent ?? "[]") as Town[];
  const mark = L.circleMarker([0, 0], { radius: 9, weight: 3, color: "#ffffff", fillColor: "#9a1b1f", fillOpacity: 1 });
  const cross = document.createElement("div");
  cross.className = "cross";
  cross.setAttribute("aria-hidden", "true");
  map.getContainer().append(cross);

  const choose = (at: L.LatLng): void => {
    field.value = `${at.lat.toFixed(5)}, ${at.lng.toFixed(5)}`;
    if (datum) datum.value = said.datum ?? "wgs84";
    mark.setLatLng(at).addTo(map);
    const nearest = towns.reduce<Town | null>((best, town) => (best && at.distanceTo([best[2], best[3]]) <= at.distanceTo([town[2], town[3]]) ? best : town), null);
    if (township && nearest && !township.value) township.value = String(nearest[0]);
    if (told) told.textContent = (said.chosen ?? "{at}").replace("{at}", field.value);
    field.dispatchEvent(new Event("change", { bubbles: true }));
  };
  map.on("click", (event: L.LeafletMouseEvent) => choose(event.latlng));
  if (middle) {
    middle.hidden = false;
    middle.addEventListener("click", () => choose(map.getCenter()));
  }

  const names = L.layerGroup(towns.map(([, name, lat, lng]) => {
    const words = document.createElement("span");
    words.textContent = name;
    return L.tooltip({ permanent: true, direction: "top", offset: [0, -10], opacity: 1, className: "town" }).setLatLng([lat, lng]).setContent(words);
  }));
  const showNames = (): void => void (map.getZoom() >= NAMES_FROM ? names.addTo(map) : names.remove());
  map.on("zoomend", showNames);

  const look = (): void => {
    const town = towns.find(([id]) => String(id) === (township?.value || organiser?.value));
    if (town) map.setView([town[2], town[3]], NEAR_ENOUGH);
  };
  township?.addEventListener("change", look);
  const parts = field.value.split(",").map(Number);
  if (parts.length === 2 && parts.every(Number.isFinite) && (!datum || datum.value === (said.datum ?? "wgs84"))) {
    const at = L.latLng(parts[0], parts[1]);
    mark.setLatLng(at).addTo(map);
    map.setView(at, NEAR_ENOUGH);
  } else look();
  showNames();
}
