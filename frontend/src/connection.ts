// What happens when a request does not get through. navigator.onLine lies, the outcome of the last request does not.

export function showLost(lost: boolean): void {
  const band = document.getElementById("offline-band");
  if (band) band.hidden = !lost;
}

export function csrf(): string {
  return document.querySelector<HTMLInputElement>("input[name=csrfmiddlewaretoken]")?.value ?? "";
}

interface Ctx {
  sourceElement?: HTMLElement;
  target?: Element | string;
  request?: { method: string; headers: Record<string, string> };
  response?: { status: number; headers?: Headers };
}

function ctxOf(event: Event): Ctx {
  return ((event as CustomEvent).detail?.ctx ?? {}) as Ctx;
}

// An error never replaces a part of a page: a note says what happened above the part, and offers to try again.
function noteAt(ctx: Ctx, text: string): void {
  const target = ctx.target instanceof Element ? ctx.target : null;
  const near = target && !target.closest("table") && target !== document.body ? target : null;
  const common = document.getElementById("page-note");
  const note = near ? document.createElement("div") : common;
  if (!note) return;
  clearNote(ctx);
  note.className = "note note-bad acts";
  note.setAttribute("role", "alert");
  const words = document.createElement("p");
  words.textContent = text;
  note.replaceChildren(words);
  const again = document.body.dataset.again;
  const source = ctx.sourceElement;
  if (again && source instanceof HTMLFormElement) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "btn btn-out btn-dense";
    button.textContent = again;
    button.addEventListener("click", () => source.requestSubmit());
    note.append(button);
  }
  note.hidden = false;
  if (near) {
    note.dataset.requestNote = "";
    near.before(note);
  }
}

function clearNote(ctx: Ctx): void {
  const common = document.getElementById("page-note");
  if (common) common.hidden = true;
  const before = ctx.target instanceof Element ? ctx.target.previousElementSibling : null;
  if (before instanceof HTMLElement && before.dataset.requestNote !== undefined) before.remove();
}

export function watchConnection(): void {
  document.addEventListener("htmx:config:request", (event) => {
    const request = ctxOf(event).request;
    if (request && !/^(GET|HEAD)$/i.test(request.method)) request.headers["X-CSRFToken"] = csrf();
  });
  document.addEventListener("htmx:error", (event) => {
    const error = (event as CustomEvent).detail?.error as unknown;
    if (error instanceof TypeError) showLost(true);
  });
  document.addEventListener("htmx:after:request", (event) => {
    const ctx = ctxOf(event);
    const status = ctx.response?.status ?? 0;
    if (!status) return;
    showLost(false);
    if (status < 400 || status === 422) return clearNote(ctx);
    const said = ctx.response?.headers?.get("X-Refusal");
    const kind = status === 403 || status === 404 || status === 409 ? "refused" : "failed";
    noteAt(ctx, said ? decodeURIComponent(said) : (document.body.dataset[kind] ?? ""));
  });
}

export async function ask(url: string, init: RequestInit = {}): Promise<Response | null> {
  try {
    const answer = await fetch(url, { credentials: "same-origin", ...init });
    showLost(false);
    return answer;
  } catch {
    showLost(true);
    return null;
  }
}
