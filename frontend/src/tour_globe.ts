// The picture as a sphere around one. Large: only pages with scenes fetch it, and after the flat picture is there.
import "@photo-sphere-viewer/core/index.css";
import { Viewer } from "@photo-sphere-viewer/core";
import { EquirectangularTilesAdapter } from "@photo-sphere-viewer/equirectangular-tiles-adapter";
import { GyroscopePlugin } from "@photo-sphere-viewer/gyroscope-plugin";
import { turned, type Look, type Scene, type View } from "./tour_views";

const DEGREE = Math.PI / 180;
const TURN_SPEED = "6rpm";

function panorama(scene: Scene, isSharp: boolean): unknown {
  const levels = scene.levels.map(([width, cols, rows]) => ({ width, cols, rows }));
  // Without finer ones, or as long as they are not wanted, the adapter is given tiles that nobody fetches.
  const known = levels.length ? levels : [{ width: 2048, cols: 4, rows: 2 }];
  const tileUrl = (col: number, row: number, level = 0): string | null =>
    isSharp && levels.length ? `${scene.tiles}${level}-${col}-${row}.webp` : null;
  return { baseUrl: scene.first, levels: known, tileUrl };
}

const isCalm = (): boolean => matchMedia("(prefers-reduced-motion: reduce)").matches;

export async function globeView(stage: HTMLElement, globe: HTMLElement, scene: Scene, to: Look): Promise<View> {
  const viewer = new Viewer({
    container: globe,
    adapter: EquirectangularTilesAdapter.withConfig({ baseBlur: false, showErrorTile: false }),
    panorama: panorama(scene, false),
    plugins: [GyroscopePlugin.withConfig({ touchmove: true })],
    navbar: false,
    keyboard: false,
    mousewheel: false,
    defaultYaw: to.yaw * DEGREE,
    defaultPitch: to.pitch * DEGREE,
    defaultZoomLvl: 20,
    loadingTxt: "",
    defaultTransition: { speed: isCalm() ? 1 : 400, rotation: false, effect: "fade" },
  });
  await new Promise<void>((done, failed) => {
    viewer.addEventListener("ready", () => done(), { once: true });
    viewer.addEventListener("panorama-error", ({ error }) => failed(error), { once: true });
  });
  let shown = scene;
  let isSharp = false;
  const gyroscope = viewer.getPlugin<GyroscopePlugin>(GyroscopePlugin);
  const look = (): Look => {
    const { yaw, pitch } = viewer.getPosition();
    return { yaw: turned(yaw / DEGREE), pitch: pitch / DEGREE };
  };
  const rotate = (where: Look): void => {
    const place = { yaw: where.yaw * DEGREE, pitch: where.pitch * DEGREE };
    if (isCalm()) viewer.rotate(place);
    else void viewer.animate({ ...place, speed: TURN_SPEED });
  };
  const load = async (): Promise<void> => {
    await viewer.setPanorama(panorama(shown, isSharp), { showLoader: false, transition: false });
  };
  const view: View = {
    look,
    turn: (yaw, pitch) => {
      const now = look();
      viewer.rotate({ yaw: (now.yaw + yaw) * DEGREE, pitch: Math.min(89, Math.max(-89, now.pitch + pitch)) * DEGREE });
    },
    zoom: (step) => viewer.zoom(Math.min(100, Math.max(0, viewer.getZoomLevel() + step * 10))),
    lookAt: rotate,
    show: async (next, where) => {
      shown = next;
      const position = { yaw: where.yaw * DEGREE, pitch: where.pitch * DEGREE };
      await viewer.setPanorama(panorama(next, isSharp), { showLoader: false, position });
    },
    place: (mark) => {
      const place = { yaw: mark.yaw * DEGREE, pitch: mark.pitch * DEGREE };
      if (!viewer.dataHelper.isPointVisible(place)) return null;
      return viewer.dataHelper.sphericalCoordsToViewerCoords(place);
    },
    pick: (at) => {
      const found = viewer.dataHelper.viewerCoordsToSphericalCoords(at);
      return found && { yaw: turned(found.yaw / DEGREE), pitch: found.pitch / DEGREE };
    },
    onMove: (heard) => viewer.addEventListener("render", heard),
    sharpen: () => {
      if (isSharp || !shown.levels.length) return;
      isSharp = true;
      void load().catch(() => undefined);
    },
  };
  if (await gyroscope.isSupported()) {
    view.gyroscope = async () => {
      await (gyroscope.isEnabled() ? gyroscope.stop() : gyroscope.start("fast"));
      return gyroscope.isEnabled();
    };
  }
  return view;
}
