// Videos that tests make for themselves, where there is an ffmpeg.
import { execFileSync } from "node:child_process";
import type { VideoPrograms } from "../../daemon/video-programs.ts";

/** Writes a video of 160 × 120 pixels, one second a colour. False when this ffmpeg cannot encode it. */
export function videoClip(
  { ffmpeg }: VideoPrograms,
  path: string,
  colours: readonly string[],
  how: readonly string[] = ["-pix_fmt", "yuv420p"],
): boolean {
  const inputs = colours.flatMap((colour) => ["-f", "lavfi", "-i", `color=c=${colour}:s=160x120:r=10:d=1`]);
  const join = `${colours.map((_, index) => `[${index}:v]`).join("")}concat=n=${colours.length}:v=1[out]`;
  const args = ["-nostdin", "-v", "error", "-y", ...inputs, "-filter_complex", join, "-map", "[out]"];
  try {
    execFileSync(ffmpeg, [...args, ...how, path], { stdio: "ignore" });
    return true;
  } catch {
    return false;
  }
}
