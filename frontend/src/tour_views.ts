// What a viewer of scenes needs of its picture, and the plain one: the unrolled picture, for devices that cannot turn a sphere.
export interface Mark {
  key: string;
  kind: "spot" | "way" | "next" | "back" | "pin";
  yaw: number;
  pitch: number;
  title: string;
  text: string;
  course: string;
  target: string;
}

export interface Scene {
  key: string;
  title: string;
  place: string;
  stop: number;
  credit: string;
  north: number;
  first: string;
  tiles: string;
  levels: [number, number, number][];
  plan: [number, number];
  marks: Mark[];
}

export interface Look {
  yaw: number;
  pitch: number;
}

export interface Spot {
  x: number;
  y: number;
}

export interface View {
  look(): Look;
  turn(yaw: number, pitch: number): void;
  zoom(step: number): void;
  lookAt(to: Look): void;
  show(scene: Scene, to: Look): Promise<void>;
  place(mark: Look): Spot | null; // in pixels of the stage, or nothing when it is out of sight
  pick(at: Spot): Look | null;
  onMove(heard: () => void): void;
  sharpen(): void; // fetch the finer tiles from now on
  gyroscope?: () => Promise<boolean>; // switches it; true when it is on
}

export function turned(yaw: number): number {
  const found = (((yaw + 180) % 360) + 360) % 360;
  return found - 180;
}

const MOST_ZOOM = 4;

export function flatView(stage: HTMLElement, picture: HTMLImageElement): View {
  const look: Look = { yaw: 0, pitch: 0 };
  let zoom = 1;
  let heard = (): void => undefined;

  // The picture fills the stage, two to one; what hangs over is cut off on both sides.
  const frame = (): { width: number; height: number; left: number; top: number } => {
    const width = Math.max(stage.clientWidth, 2 * stage.clientHeight) * zoom;
    const height = width / 2;
    const within = (wanted: number, room: number): number => Math.min(Math.max(wanted, 0), Math.max(room, 0));
    return {
      width,
      height,
      left: within((look.yaw / 360 + 0.5) * width - stage.clientWidth / 2, width - stage.clientWidth),
      top: within((0.5 - look.pitch / 180) * height - stage.clientHeight / 2, height - stage.clientHeight),
    };
  };
  const draw = (): void => {
    const { width, height, left, top } = frame();
    picture.style.width = `${width}px`;
    picture.style.height = `${height}px`;
    picture.style.transform = `translate(${-left}px, ${-top}px)`;
    heard();
  };
  const hold = (): void => {
    look.yaw = Math.min(Math.max(look.yaw, -180), 179.9);
    look.pitch = Math.min(Math.max(look.pitch, -90), 90);
    draw();
  };
  let dragged: Spot | null = null;
  stage.addEventListener("pointerdown", (event) => {
    dragged = { x: event.clientX, y: event.clientY };
  });
  stage.addEventListener("pointermove", (event) => {
    if (!dragged || !event.buttons || !picture.isConnected) return;
    const width = frame().width;
    look.yaw -= ((event.clientX - dragged.x) / width) * 360;
    look.pitch += ((event.clientY - dragged.y) / width) * 360;
    dragged = { x: event.clientX, y: event.clientY };
    hold();
  });
  new ResizeObserver(draw).observe(stage);
  return {
    look: () => ({ ...look }),
    turn: (yaw, pitch) => {
      look.yaw += yaw;
      look.pitch += pitch;
      hold();
    },
    zoom: (step) => {
      zoom = Math.min(Math.max(zoom * (step > 0 ? 1.25 : 0.8), 1), MOST_ZOOM);
      draw();
    },
    lookAt: (to) => {
      Object.assign(look, to);
      hold();
    },
    show: async (scene, to) => {
      if (picture.getAttribute("src") !== scene.first) picture.src = scene.first;
      await picture.decode();
      Object.assign(look, to);
      hold();
    },
    place: (mark) => {
      const { width, height, left, top } = frame();
      const x = (mark.yaw / 360 + 0.5) * width - left;
      const y = (0.5 - mark.pitch / 180) * height - top;
      return x < 0 || y < 0 || x > stage.clientWidth || y > stage.clientHeight ? null : { x, y };
    },
    pick: (at) => {
      const { width, height, left, top } = frame();
      return { yaw: turned(((at.x + left) / width - 0.5) * 360), pitch: (0.5 - (at.y + top) / height) * 180 };
    },
    onMove: (next) => {
      heard = next;
    },
    sharpen: () => undefined,
  };
}
