// Reading a personal code by camera or from a photo; a typed code always works beside it.
import { BarcodeDetector, prepareZXingModule } from "barcode-detector/ponyfill";
import wasm from "zxing-wasm/reader/zxing_reader.wasm?url";

prepareZXingModule({ overrides: { locateFile: (path: string, prefix: string) => (path.endsWith(".wasm") ? wasm : prefix + path) } });

const LOOK_MS = 150;
const detector = new BarcodeDetector({ formats: ["qr_code"] });

export function scanInto(part: HTMLElement): void {
  const field = document.getElementById(part.dataset.scan ?? "") as HTMLInputElement | null;
  const picture = part.querySelector<HTMLVideoElement>("[data-scan-picture]");
  const said = part.querySelector<HTMLElement>("[data-scan-said]");
  const start = part.querySelector<HTMLButtonElement>("[data-scan-start]");
  const photo = part.querySelector<HTMLInputElement>("[data-scan-photo]");

  const say = (text: string | undefined): void => {
    if (said) said.textContent = text ?? "";
  };
  const found = (text: string): void => {
    if (!field) return;
    field.value = text;
    field.dispatchEvent(new Event("change", { bubbles: true }));
    field.form?.requestSubmit();
  };

  if (!navigator.mediaDevices?.getUserMedia && start) start.hidden = true;
  start?.addEventListener("click", () => {
    if (picture) void openCamera(picture, found).catch(() => say(part.dataset.refused));
  });
  photo?.addEventListener("change", () => {
    const file = photo.files?.[0];
    if (!file) return;
    void readPhoto(file)
      .then((text) => (text ? found(text) : say(part.dataset.none)))
      .catch(() => say(part.dataset.none));
    photo.value = "";
  });
  part.dataset.ready = "";
}

async function openCamera(picture: HTMLVideoElement, found: (text: string) => void): Promise<void> {
  picture.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment" } });
  picture.hidden = false;
  await picture.play();
  let last = "";
  const look = async (): Promise<void> => {
    if (!picture.isConnected) return;
    const text = (await detector.detect(picture))[0]?.rawValue ?? "";
    if (text && text !== last) found((last = text));
    window.setTimeout(() => void look().catch(() => undefined), LOOK_MS);
  };
  await look();
}

export async function readPhoto(file: Blob): Promise<string> {
  const picture = await createImageBitmap(file);
  return (await detector.detect(picture))[0]?.rawValue ?? "";
}
