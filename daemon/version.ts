// The version of this program, from package.json: beside us in a checkout, one level further up when compiled to dist/.
import { existsSync, readFileSync } from "node:fs";

const candidates = [new URL("../package.json", import.meta.url), new URL("../../package.json", import.meta.url)];
const file = candidates.find((url) => existsSync(url));

/** Semantic version, such as "0.1.0". */
export const VERSION: string = file ? (JSON.parse(readFileSync(file, "utf8")) as { version: string }).version : "0.0.0";
