// Looking around in linked scenes. The flat picture is there first; the sphere takes its place where the device can turn one.
import "./tour.css";
import { flatView, turned, type Look, type Mark, type Scene, type Spot, type View } from "./tour_views";

const STEP = 8; // degrees of a press on an arrow
const STILL = 6; // pixels a finger may move and still press
const SHARPEN_AFTER = 2500;
const POLE = 12;
const GAP = 4;
const ADDRESS = "scene"; // what names the scene in the address, so that one can go back to it and send it on
const KEYS: Record<string, [number, number]> = {
  ArrowLeft: [-STEP, 0],
  ArrowRight: [STEP, 0],
  ArrowUp: [0, STEP],
  ArrowDown: [0, -STEP],
};

function canTurn(): boolean {
  try {
    return Boolean(document.createElement("canvas").getContext("webgl2"));
  } catch {
    return false;
  }
}

interface Box {
  left: number;
  top: number;
  right: number;
  bottom: number;
}

class Tour {
  private view: View;
  private scene: Scene;
  private signs: { mark: Mark; sign: HTMLElement }[] = [];
  private readonly scenes: Scene[];
  private readonly stage: HTMLElement;
  private readonly panel: HTMLElement;
  private opener: HTMLElement | null = null;
  private pin: Mark | null = null;

  constructor(private readonly part: HTMLElement) {
    this.scenes = JSON.parse(document.getElementById("vr-scenes")?.textContent ?? "[]") as Scene[];
    this.stage = this.find("stage");
    this.panel = this.find("panel");
    this.scene = this.addressed() ?? this.scenes.find((scene) => scene.key === part.dataset.start) ?? this.scenes[0]!;
    this.view = flatView(this.stage, this.find("flat") as HTMLImageElement);
  }

  async open(): Promise<void> {
    this.listen();
    this.view.onMove(() => this.place());
    this.part.dataset.flat = "";
    this.tell(); // the signs need not wait for the picture
    await this.view.show(this.scene, this.beginning(this.scene)).catch(() => this.say(this.part.dataset.lost));
    if (canTurn()) await this.turnRound();
    else this.say(this.part.dataset.unrolled);
    this.part.dataset.loaded = "";
  }

  private async turnRound(): Promise<void> {
    try {
      const { globeView } = await import("./tour_globe");
      const globe = this.find("globe");
      this.view = await globeView(this.stage, globe, this.scene, this.view.look());
      delete this.part.dataset.flat;
      this.view.onMove(() => this.place());
      this.place();
      const act = this.part.querySelector<HTMLElement>("[data-vr-act=gyro]");
      if (act) act.hidden = !this.view.gyroscope || !matchMedia("(pointer: coarse)").matches;
      window.setTimeout(() => this.view.sharpen(), SHARPEN_AFTER);
    } catch {
      this.say(this.part.dataset.unrolled);
    }
  }

  // A walk has its scenes in the address; where one scene is kept there is none to go to.
  private get isWalk(): boolean {
    return Boolean(document.getElementById("twin"));
  }

  private addressed(): Scene | undefined {
    const key = this.isWalk ? new URLSearchParams(location.search).get(ADDRESS) : null;
    return this.scenes.find((scene) => scene.key === key);
  }

  // Where one looks first: straight on, or at the sign that is being set.
  private beginning(scene: Scene): Look {
    if (this.pin && scene === this.scene) return { yaw: this.pin.yaw, pitch: this.pin.pitch };
    return { yaw: 0, pitch: 0 };
  }

  look(): Look {
    return this.view.look();
  }

  setPin(pin: Look | null): void {
    this.pin = pin && { ...pin, key: "pin", kind: "pin", title: "", text: "", course: "", target: "" };
    this.tell();
  }

  onPick(heard: (look: Look) => void): void {
    let down = { x: 0, y: 0 };
    this.stage.addEventListener("pointerdown", (event) => (down = { x: event.clientX, y: event.clientY }));
    this.stage.addEventListener("click", (event) => {
      if (Math.hypot(event.clientX - down.x, event.clientY - down.y) > STILL) return;
      const box = this.stage.getBoundingClientRect();
      const found = this.view.pick({ x: event.clientX - box.left, y: event.clientY - box.top });
      if (found) heard(found);
    });
  }

  private find(name: string): HTMLElement {
    return this.part.querySelector<HTMLElement>(`[data-vr-${name}]`)!;
  }

  private listen(): void {
    this.stage.addEventListener("keydown", (event) => {
      const turn = KEYS[event.key];
      if (turn) this.view.turn(...turn);
      else if (event.key === "+" || event.key === "=") this.zoom(1);
      else if (event.key === "-") this.zoom(-1);
      else return;
      event.preventDefault();
    });
    this.part.addEventListener("click", (event) => {
      const act = (event.target as HTMLElement).closest<HTMLElement>("[data-vr-act]");
      if (act) void this.act(act);
    });
    this.find("close").addEventListener("click", () => this.close());
    this.panel.addEventListener("keydown", (event) => {
      if (event.key === "Escape") this.close();
    });
    for (const dot of this.part.querySelectorAll<SVGElement>("[data-vr-dot]"))
      dot.addEventListener("click", () => void this.go(dot.dataset.vrDot ?? ""));
    for (const box of document.querySelectorAll<HTMLElement>("[data-vr-go-box]")) box.hidden = false;
    for (const button of document.querySelectorAll<HTMLElement>("[data-vr-go]"))
      button.addEventListener("click", () => {
        this.stage.focus();
        this.part.scrollIntoView({ block: "start" });
        void this.go(button.dataset.vrGo ?? "");
      });
    window.addEventListener("popstate", () => {
      const wanted = this.addressed() ?? this.scenes.find((scene) => scene.key === this.part.dataset.start);
      if (wanted && wanted !== this.scene) void this.enter(wanted);
    });
    const full = this.part.querySelector<HTMLElement>("[data-vr-act=full]");
    if (full) full.hidden = !document.fullscreenEnabled;
  }

  private zoom(step: number): void {
    this.view.zoom(step);
    if (step > 0) this.view.sharpen();
  }

  private async act(button: HTMLElement): Promise<void> {
    const name = button.dataset.vrAct;
    if (name === "left") this.view.turn(-STEP * 2, 0);
    if (name === "right") this.view.turn(STEP * 2, 0);
    if (name === "in") this.zoom(1);
    if (name === "out") this.zoom(-1);
    if (name === "gyro") {
      const isOn = await this.view.gyroscope?.().catch(() => false);
      button.setAttribute("aria-pressed", String(Boolean(isOn)));
    }
    if (name === "full") {
      const stage = this.stage.parentElement!;
      await (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()).catch(() => undefined);
      this.view.sharpen();
    }
  }

  async go(key: string): Promise<void> {
    const next = this.scenes.find((scene) => scene.key === key);
    if (!next || next === this.scene) return;
    if ((await this.enter(next)) && this.isWalk) history.pushState(null, "", `?${ADDRESS}=${next.key}`);
  }

  // Shows another scene; false where its picture did not come.
  private async enter(next: Scene): Promise<boolean> {
    this.close();
    const before = this.scene;
    this.scene = next;
    try {
      await this.view.show(next, this.arriving(before, next));
      this.say("");
    } catch {
      this.scene = before;
      this.say(this.part.dataset.lost);
    }
    this.tell();
    return this.scene === next;
  }

  // One looks on in the direction one came: the sign that leads back is behind.
  private arriving(from: Scene, to: Scene): Look {
    const back = to.marks.find((mark) => mark.target === from.key);
    return { yaw: back ? turned(back.yaw + 180) : 0, pitch: 0 };
  }

  private say(words: string | undefined): void {
    const said = this.find("said");
    said.textContent = words ?? "";
    said.hidden = !words;
  }

  private tell(): void {
    const { scene, part } = this;
    const stop = (part.dataset.stop ?? "").replace("{n}", String(scene.stop)).replace("{place}", scene.place);
    this.find("where").textContent = scene.stop ? stop : scene.place;
    this.find("name").textContent = scene.title;
    this.find("name").hidden = scene.title === scene.place; // an entrance is often called like its place
    this.find("credit").textContent = scene.credit;
    this.stage.setAttribute("aria-label", (part.dataset.here ?? "").replace("{title}", scene.title));
    for (const dot of part.querySelectorAll<SVGElement>("[data-vr-dot]"))
      dot.classList.toggle("is-on", dot.dataset.vrDot === scene.key);
    const signs = this.find("signs");
    signs.replaceChildren();
    let number = 0;
    // The sign that is being set stands first, where it is to be; how it stood before is not shown beside it.
    const others = scene.marks.filter((mark) => mark.key !== part.dataset.own);
    this.signs = [...(this.pin ? [this.pin] : []), ...others].map((mark) => {
      const sign = this.sign(mark, mark.kind === "spot" ? ++number : 0);
      signs.append(sign);
      return { mark, sign };
    });
    this.place();
  }

  private sign(mark: Mark, number: number): HTMLElement {
    const template = this.part.querySelector<HTMLTemplateElement>(`[data-vr-sign=${mark.kind}]`)!;
    const sign = template.content.firstElementChild!.cloneNode(true) as HTMLElement;
    const count = sign.querySelector(".vr-n");
    if (count) count.textContent = String(number);
    const word = sign.querySelector("[data-vr-word]");
    if (word && mark.title) word.textContent = mark.title;
    sign.addEventListener("focus", () => {
      if (sign.classList.contains("is-away")) this.view.lookAt(mark);
    });
    if (mark.kind !== "pin")
      sign.addEventListener("click", () => {
        if (!mark.target) return this.openPanel(mark, sign);
        this.stage.focus();
        void this.go(mark.target);
      });
    return sign;
  }

  private openPanel(mark: Mark, sign: HTMLElement): void {
    this.opener = sign;
    this.find("title").textContent = mark.title;
    this.find("text").textContent = mark.text;
    this.find("course").hidden = !mark.course;
    this.find("course-name").textContent = mark.course;
    this.panel.hidden = false;
    this.panel.focus();
  }

  private close(): void {
    if (this.panel.hidden) return;
    this.panel.hidden = true;
    if (this.opener?.isConnected) this.opener.focus();
  }

  // The way on stays in sight: at the side to which one would turn for it.
  private aside(mark: Mark): Spot | null {
    if (mark.kind !== "next") return null;
    const isRight = turned(mark.yaw - this.view.look().yaw) >= 0;
    return { x: isRight ? this.stage.clientWidth : 0, y: this.stage.clientHeight / 2 };
  }

  // Signs stand where the picture is now; those out of sight are there for the keyboard, and turn the picture when reached.
  private place(): void {
    const taken: Box[] = [];
    for (const { mark, sign } of this.signs) {
      const there = this.view.place(mark);
      const at = there ?? this.aside(mark);
      sign.classList.toggle("is-away", !at);
      sign.classList.toggle("is-aside", !there);
      if (!at) {
        sign.style.transform = "";
        continue;
      }
      const [width, height] = [sign.offsetWidth, sign.offsetHeight];
      const left = Math.round(Math.min(Math.max(at.x - width / 2, 4), this.stage.clientWidth - width - 4));
      let top = Math.round(at.y - height - POLE);
      // None covers another: the later one stands above.
      for (const other of taken)
        if (left < other.right + GAP && other.left < left + width + GAP && top < other.bottom + GAP && other.top < top + height + GAP)
          top = other.top - height - GAP;
      taken.push({ left, top, right: left + width, bottom: top + height });
      taken.sort((one, other) => other.top - one.top);
      sign.style.transform = `translate(${left}px, ${top}px)`;
    }
    const heading = turned(this.view.look().yaw - this.scene.north);
    const winds = (this.part.dataset.winds ?? "").split("|");
    const wind = winds[((Math.round(heading / 45) % 8) + 8) % 8] ?? "";
    const said = this.find("wind");
    const words = (this.part.dataset.facing ?? "").replace("{wind}", wind);
    if (said.textContent !== words) said.textContent = words;
    const [x, y] = this.scene.plan;
    this.find("looks").setAttribute("transform", `translate(${x} ${y}) rotate(${Math.round(heading)})`);
  }
}

async function lookAround(part: HTMLElement): Promise<void> {
  const tour = new Tour(part);
  const fields = ["id_yaw", "id_pitch"].map((id) => document.getElementById(id) as HTMLInputElement | null);
  const [yaw, pitch] = fields;
  if (part.dataset.vrPicks !== undefined && yaw && pitch) {
    const pin = (): void => tour.setPin({ yaw: turned(Number(yaw.value) || 0), pitch: Number(pitch.value) || 0 });
    pin();
    for (const field of [yaw, pitch]) field.addEventListener("input", pin);
    tour.onPick((look) => {
      yaw.value = look.yaw.toFixed(1);
      pitch.value = look.pitch.toFixed(1);
      pin();
    });
  }
  const north = document.querySelector<HTMLElement>("[data-vr-north]");
  const field = document.getElementById(north?.dataset.vrNorth ?? "") as HTMLInputElement | null;
  if (north && field) {
    north.hidden = false;
    north.addEventListener("click", () => {
      field.value = turned(tour.look().yaw).toFixed(1);
    });
  }
  await tour.open();
}

const part = document.querySelector<HTMLElement>("[data-vr]");
if (part) void lookAround(part);
