// What every page needs: htmx with our error manners, keys, dialogs, large type, the offline band.
import "./app.css";
import htmx from "htmx.org";
import { watchConnection } from "./connection";
import { openDialogs } from "./dialogs";
import { guardForms } from "./forms";
import { listenToKeys } from "./keys";

declare global {
  interface Window {
    htmx: typeof htmx;
  }
}
window.htmx = htmx;

watchConnection();
openDialogs();
guardForms();
listenToKeys();
document.documentElement.dataset.loaded = "";
