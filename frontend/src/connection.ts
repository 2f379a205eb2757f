// The band on top that tells when the last request did not get through. navigator.onLine lies, outcomes do not.
function band(): HTMLElement | null {
  return document.getElementById("offline-band");
}

function show(lost: boolean): void {
  const bar = band();
  if (bar) bar.hidden = !lost;
}

function toast(text: string): void {
  const place = document.getElementById("page-note");
  if (!place) return;
  place.textContent = text;
  place.hidden = false;
}

export function watchConnection(): void {
  document.addEventListener("htmx:error", () => show(true));
  document.addEventListener("htmx:after:request", (event) => {
    const detail = (event as CustomEvent).detail?.ctx?.response;
    if (!detail) return;
    show(false);
    const status = Number(detail.status ?? 0);
    if (status >= 400 && status !== 422) {
      const text = document.body.dataset[status === 403 || status === 404 ? "refused" : "failed"] ?? "";
      toast(text);
    }
  });
}

export async function ask(url: string, init: RequestInit = {}): Promise<Response | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...init });
    show(false);
    return answer;
  } catch {
    show(true);
    return null;
  }
}

export function csrf(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}
