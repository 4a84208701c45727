// Settings: flag > environment > config.json > default. Resolved once, frozen, handed down; nobody else reads them.
import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { DEFAULT_PORT } from "../shared/api.ts";
import { AppError, classifyFsError, messageOf } from "./errors.ts";
import { PROVIDERS } from "./models/providers.ts";
import { ON_BATTERY } from "./power/pace.ts";

interface SettingBase {
  readonly env: string;
  readonly about: string;
}
interface NumberSetting extends SettingBase {
  readonly type: "number";
  readonly default: number;
  readonly min: number;
  readonly max: number;
}
interface BooleanSetting extends SettingBase {
  readonly type: "boolean";
  readonly default: boolean;
}
interface TextSetting extends SettingBase {
  readonly type: "text";
  readonly default: string;
  readonly oneOf?: readonly string[];
}
type Setting = NumberSetting | BooleanSetting | TextSetting;

const number = (env: string, value: number, min: number, max: number, about: string): NumberSetting => {
  return { type: "number", env, default: value, min, max, about };
};

/** Every setting there is. docs/settings.md lists the same ones (tested). */
export const SETTINGS = {
  port: number("REMEME_PORT", DEFAULT_PORT, 0, 65_535, "Port of the API on 127.0.0.1; 0 takes any free one."),
  model: {
    type: "text",
    env: "REMEME_MODEL",
    default: "auto",
    about: "`auto`, a name from `rememe models`, `owner/name` on the hub, or the absolute path of a model's directory.",
  },
  autoModel: {
    type: "text",
    env: "REMEME_AUTO_MODEL",
    default: "siglip2-base-patch16-224",
    about: "The model that `auto` ends up with, as soon as it could be fetched.",
  },
  download: {
    type: "boolean",
    env: "REMEME_DOWNLOAD",
    default: true,
    about: "Fetch models from the network. Nothing else is ever fetched.",
  },
  ocr: { type: "boolean", env: "REMEME_OCR", default: true, about: "Read the text in pictures." },
  videos: {
    type: "boolean",
    env: "REMEME_VIDEOS",
    default: true,
    about: "Look at a few frames of videos, when ffmpeg is installed.",
  },
  pdfs: {
    type: "boolean",
    env: "REMEME_PDFS",
    default: true,
    about: "Look at the first page of PDF files.",
  },
  recordUses: {
    type: "boolean",
    env: "REMEME_RECORD_USES",
    default: true,
    about: "Remember what is copied and opened, so that it comes sooner next time.",
  },
  threads: number("REMEME_THREADS", 0, 0, 64, "Threads of the indexing worker's sessions; 0: half of the cores."),
  provider: {
    type: "text",
    env: "REMEME_PROVIDER",
    default: "auto",
    oneOf: ["auto", ...PROVIDERS],
    about:
      "What embeds pictures: `auto` tries CoreML on Apple Silicon and takes it when it agrees with the CPU and is faster.",
  },
  onBattery: {
    type: "text",
    env: "REMEME_ON_BATTERY",
    default: "slow",
    oneOf: ON_BATTERY,
    about:
      "`slow`: on battery one picture at a time, with rests; `wait`: only pictures that are new; `full`: power, low power mode and heat are not looked at.",
  },
  watcher: {
    type: "text",
    env: "REMEME_WATCHER",
    default: "auto",
    oneOf: ["auto", "chokidar"],
    about: "What watches the folders: `auto` asks the system itself; `chokidar` takes 4 kB of memory for every file.",
  },
  rescanMinutes: number("REMEME_RESCAN_MINUTES", 60, 1, 10_080, "A full scan of every folder at least this often."),
  forgetAfterHours: number(
    "REMEME_FORGET_AFTER_HOURS",
    24,
    0,
    8760,
    "How long the picture of a deleted file is remembered, so that undo and moves cost nothing.",
  ),
  maxMegapixels: number("REMEME_MAX_MEGAPIXELS", 268, 1, 2000, "Pictures with more pixels than this are refused."),
  maxFileMegabytes: number("REMEME_MAX_FILE_MEGABYTES", 200, 1, 2000, "Files larger than this are refused."),
  pictureTimeoutSeconds: number(
    "REMEME_PICTURE_TIMEOUT_SECONDS",
    120,
    1,
    3600,
    "How long one picture may hold up the others: half of it among others, the other half alone.",
  ),
  workerMemoryMegabytes: number(
    "REMEME_WORKER_MEMORY_MEGABYTES",
    3000,
    200,
    1_000_000,
    "A child process that takes more memory is ended; a picture that needs it even alone is refused.",
  ),
  workerIdleSeconds: number(
    "REMEME_WORKER_IDLE_SECONDS",
    20,
    0,
    86_400,
    "The indexing worker exits after this idle time.",
  ),
  encoderIdleMinutes: number(
    "REMEME_ENCODER_IDLE_MINUTES",
    30,
    0.01,
    10_080,
    "The query encoder is released after this idle time.",
  ),
  safeMode: {
    type: "text",
    env: "REMEME_SAFE_MODE",
    default: "auto",
    oneOf: ["auto", "off"],
    about: "`auto`: after three crashes within ten minutes only searches are served, for an hour or until `resume`.",
  },
  logFile: {
    type: "text",
    env: "REMEME_LOG_FILE",
    default: "",
    about: "Where the log goes, put aside as `.1` when it gets large; empty: to standard error.",
  },
  logLevel: {
    type: "text",
    env: "REMEME_LOG_LEVEL",
    default: "info",
    oneOf: ["debug", "info", "warn", "error", "silent"],
    about: "How much is written to the log.",
  },
} as const satisfies Record<string, Setting>;

export type SettingName = keyof typeof SETTINGS;
type ValueOf<S extends Setting> = S extends NumberSetting ? number : S extends BooleanSetting ? boolean : string;
export type Config = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

export interface ConfigSources {
  /** Path of config.json; it need not exist. */
  readonly file: string;
  readonly env: NodeJS.ProcessEnv;
  /** Values given on the command line, as text. */
  readonly flags: Readonly<Record<string, string | undefined>>;
}

/** Resolves and checks every setting. Throws AppError("config-invalid") that names the setting and where it came from. */
export function loadConfig(sources: ConfigSources): Config {
  const fromFile = readConfigFile(sources.file);
  const entries = Object.entries<Setting>(SETTINGS).map(([name, setting]) => {
    const flag = sources.flags[name];
    const env = sources.env[setting.env];
    if (flag !== undefined) return [name, parseText(setting, flag, `--${name}`)];
    if (env !== undefined && env !== "") return [name, parseText(setting, env, setting.env)];
    if (Object.hasOwn(fromFile, name)) return [name, check(setting, fromFile[name], `"${name}" in ${sources.file}`)];
    return [name, setting.default];
  });
  return Object.freeze(Object.fromEntries(entries)) as Config;
}

/** Writes one setting into config.json; the others stay as they are. Throws AppError("config-invalid") when it cannot be read. */
export function saveSetting<Name extends SettingName>(file: string, name: Name, value: Config[Name]): void {
  const content = `${JSON.stringify({ ...readConfigFile(file), [name]: value }, null, 2)}\n`;
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  // Whoever reads it finds the old or the new one, whole.
  writeFileSync(`${file}.tmp`, content, { mode: 0o600, flush: true });
  renameSync(`${file}.tmp`, file);
}

function readConfigFile(file: string): Record<string, unknown> {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch (cause) {
    if (classifyFsError(cause) === "missing") return {};
    throw new AppError("config-invalid", `The settings file ${file} cannot be read: ${messageOf(cause)}`, { cause });
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new AppError("config-invalid", `${file} is not valid JSON: ${messageOf(cause)}`, {
      hint: "Correct it, or delete it to go back to the defaults.",
      cause,
    });
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new AppError("config-invalid", `${file} must hold one JSON object, such as {"ocr": false}.`);
  }
  for (const key of Object.keys(value)) if (!Object.hasOwn(SETTINGS, key)) throw unknownKey(key, file);
  return value as Record<string, unknown>;
}

function unknownKey(key: string, file: string): AppError {
  const names = Object.keys(SETTINGS);
  const near = names.toSorted((a, b) => distance(key, a) - distance(key, b))[0] ?? "";
  const hint = distance(key, near) <= 3 ? `Did you mean "${near}"?` : `Known settings: ${names.join(", ")}.`;
  return new AppError("config-invalid", `Unknown setting "${key}" in ${file}.`, { hint });
}

function parseText(setting: Setting, text: string, place: string): number | boolean | string {
  if (setting.type === "number") return check(setting, text.trim() === "" ? Number.NaN : Number(text), place);
  if (setting.type === "boolean") {
    const known: Record<string, boolean> = {
      true: true,
      "1": true,
      yes: true,
      on: true,
      false: false,
      "0": false,
      no: false,
      off: false,
    };
    return check(setting, known[text.toLowerCase()] ?? text, place);
  }
  return check(setting, text, place);
}

function check(setting: Setting, value: unknown, place: string): number | boolean | string {
  if (setting.type === "number") {
    if (typeof value === "number" && value >= setting.min && value <= setting.max) return value;
    throw new AppError("config-invalid", `${place} must be a number from ${setting.min} to ${setting.max}.`);
  }
  if (setting.type === "boolean") {
    if (typeof value === "boolean") return value;
    throw new AppError("config-invalid", `${place} must be true or false.`);
  }
  if (typeof value === "string" && (setting.oneOf === undefined || setting.oneOf.includes(value))) return value;
  const expected = setting.oneOf ? `one of ${setting.oneOf.join(", ")}` : "a text";
  throw new AppError("config-invalid", `${place} must be ${expected}.`);
}

/** Levenshtein distance, for suggestions. */
export function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(substitution, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
