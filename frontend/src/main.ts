// What every page needs: htmx with our manners for errors, keys, menus and dialogs, forms, large type, the offline band.
import "./app.css";
import "htmx.org";
import { watchConnection } from "./connection";
import { openDialogs } from "./dialogs";
import { guardForms } from "./forms";
import { listenToKeys } from "./keys";
import { rollByKeys } from "./roll";
import { readAloud } from "./speech";
import { switchTypeSize } from "./type_size";

watchConnection();
openDialogs();
guardForms();
listenToKeys();
rollByKeys();
readAloud();
switchTypeSize();

// Parts that few pages need come when they are needed.
const scanner = document.querySelector<HTMLElement>("[data-scan]");
if (scanner) void import("./scan").then(({ scanInto }) => scanInto(scanner));
const room = document.querySelector<HTMLElement>("[data-room]");
if (room) void import("./room").then(({ keepRoom }) => keepRoom(room));

// The movable map weighs more than the rest together: it comes when somebody opens it; until then the drawn picture does.
const opener = document.querySelector<HTMLButtonElement>("[data-open-map]");
const network = opener?.closest<HTMLElement>("[data-map]");
if (opener && network) {
  opener.hidden = false;
  const lost = network.querySelector<HTMLElement>("[data-map-lost]");
  opener.addEventListener("click", () => {
    opener.setAttribute("aria-busy", "true");
    const drawn = import("./map").then(({ drawMap }) => drawMap(network));
    drawn.then(() => opener.remove(), () => {
      opener.removeAttribute("aria-busy"); // the drawn picture stays, and one may try again
      if (lost) lost.hidden = false;
    });
  });
}

document.querySelector(".views [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
document.documentElement.dataset.loaded = "";
