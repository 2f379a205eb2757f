// The room screen: asks for the state every second and a half, draws the code, the count and the last to arrive.
interface Arrived {
  key?: number;
  name: string;
  unit: string;
  at: string;
}

interface RoomState {
  is_closed?: boolean;
  code: string;
  word: string;
  changes_in: number;
  step: number;
  present: number;
  expected: number;
  leave: number;
  latest: Arrived[];
  since?: string;
  at: string;
}

const ASK_MS = 1_500;
const STALE_MS = 8_000;
const SHOWN = 3;
const SHOW_MS = 500;
const HURRY = 40; // with more people than this waiting to be shown, two come at a time

export function keepRoom(room: HTMLElement): void {
  const url = room.dataset.room ?? "";
  let tag = "";
  let heard = performance.now();
  let changesAt = 0;
  let step = 15;
  let since = "";
  const names = showNames(room);

  async function look(): Promise<void> {
    try {
      const asked = since ? `${url}?since=${encodeURIComponent(since)}` : url;
      const answer = await fetch(asked, { credentials: "same-origin", headers: tag ? { "If-None-Match": tag } : {} });
      if (answer.ok) {
        tag = answer.headers.get("ETag") ?? "";
        const state = (await answer.json()) as RoomState;
        if (state.is_closed) {
          window.location.reload();
          return;
        }
        changesAt = performance.now() + state.changes_in * 1000;
        step = state.step;
        since = state.since ?? since;
        draw(room, state);
        names(state.latest);
      }
      if (answer.ok || answer.status === 304) heard = performance.now();
    } catch {
      /* the line is down: the tick below says so, and the next look tries again */
    }
    window.setTimeout(() => void look(), ASK_MS);
  }

  function tick(): void {
    const left = Math.max(0, (changesAt - performance.now()) / 1000);
    put(room, "left", String(Math.ceil(left)));
    const bar = room.querySelector<HTMLProgressElement>("[data-left]");
    if (bar && step) bar.value = Math.round((100 * left) / step);
    const lost = performance.now() - heard > STALE_MS;
    toggle(room, "lost", lost);
    toggle(room, "fine", !lost);
    room.querySelector(".code")?.classList.toggle("stale", lost && left === 0);
  }

  void look();
  window.setInterval(tick, 250);
}

function put(room: HTMLElement, name: string, text: string): void {
  for (const place of room.querySelectorAll<HTMLElement>(`[data-say="${name}"]`)) if (place.textContent !== text) place.textContent = text;
}

function toggle(room: HTMLElement, name: string, on: boolean): void {
  const part = room.querySelector<HTMLElement>(`[data-when="${name}"]`);
  if (part) part.hidden = !on;
}

function draw(room: HTMLElement, state: RoomState): void {
  const code = room.querySelector<HTMLImageElement>("img.code");
  if (code && state.code) code.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(state.code)}`;
  for (const name of ["word", "present", "expected", "leave", "at"] as const) put(room, name, String(state[name] ?? ""));
  const share = room.querySelector<HTMLProgressElement>("progress.share");
  if (share) {
    share.max = Math.max(1, state.expected);
    share.value = Math.min(state.present, share.max);
  }
  room.dataset.drawn = "";
}

// Everybody who comes is shown once, also when many come at the same moment: names wait their turn.
function showNames(room: HTMLElement): (latest: Arrived[]) => void {
  const list = room.querySelector("[data-latest]");
  const seen = new Set<string>();
  const waiting: Arrived[] = [];
  let isFirst = true;

  function show(most: number): void {
    for (const arrived of waiting.splice(0, most)) list?.prepend(row(arrived));
    while (list && list.children.length > SHOWN) list.lastElementChild?.remove();
  }

  window.setInterval(() => show(waiting.length > HURRY ? 2 : 1), SHOW_MS);
  return (latest) => {
    for (const arrived of [...latest].reverse()) {
      const key = String(arrived.key ?? `${arrived.name} ${arrived.unit} ${arrived.at}`);
      if (!seen.has(key)) waiting.push(arrived);
      seen.add(key);
    }
    if (isFirst) show(waiting.length);
    isFirst = false;
  };
}

function row(arrived: Arrived): HTMLLIElement {
  const line = document.createElement("li");
  const name = document.createElement("b");
  const unit = document.createElement("span");
  const at = document.createElement("span");
  [name.textContent, unit.textContent, at.textContent] = [arrived.name, arrived.unit, arrived.at];
  at.className = "n";
  line.append(name, unit, at);
  return line;
}
