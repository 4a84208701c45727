// npm run make:icons: draws the extension's icons, a picture that looks for you. Light and dark, 512 × 512 as the store wants them.
import { writeFileSync } from "node:fs";
import sharp from "sharp";
import { EXTENSION } from "./extension/places.ts";

interface Colours {
  readonly back: readonly [string, string];
  readonly front: readonly [string, string];
  readonly face: string;
  readonly shadow: string;
}

const ICONS: Record<string, Colours> = {
  "icon.png": { back: ["#ffd2a8", "#ffa463"], front: ["#ff8a3c", "#e04f07"], face: "#ffffff", shadow: "#7a2a00" },
  "icon@dark.png": { back: ["#a85a2c", "#7d3a14"], front: ["#ff9a52", "#ea5c10"], face: "#fff7f0", shadow: "#000000" },
};

const gradient = (id: string, [from, to]: readonly [string, string]): string =>
  `<linearGradient id="${id}" x1="0" y1="0" x2="0.35" y2="1"><stop offset="0" stop-color="${from}"/><stop offset="1" stop-color="${to}"/></linearGradient>`;

/** Two cards of a pile; the one in front has a face, one of its eyes is a magnifying glass. */
function draw({ back, front, face, shadow }: Colours): string {
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 512 512">
  <defs>
    ${gradient("back", back)}${gradient("front", front)}
    <filter id="soft" x="-20%" y="-20%" width="140%" height="150%">
      <feDropShadow dx="0" dy="10" stdDeviation="14" flood-color="${shadow}" flood-opacity="0.35"/>
    </filter>
  </defs>
  <rect x="134" y="44" width="322" height="322" rx="78" fill="url(#back)" transform="rotate(9 295 205)"/>
  <rect x="44" y="112" width="356" height="356" rx="90" fill="url(#front)" filter="url(#soft)"/>
  <rect x="47" y="115" width="350" height="350" rx="87" fill="none" stroke="#ffffff" stroke-opacity="0.28" stroke-width="6"/>
  <circle cx="136" cy="258" r="27" fill="${face}"/>
  <path d="M126 346c30 54 108 70 158 24" fill="none" stroke="${face}" stroke-width="30" stroke-linecap="round"/>
  <g fill="none" stroke="${face}" stroke-linecap="round">
    <circle cx="268" cy="248" r="58" stroke-width="27" fill="${face}" fill-opacity="0.2"/>
    <path d="M312 293l42 42" stroke-width="35"/>
  </g>
  <circle cx="268" cy="248" r="22" fill="${face}"/>
</svg>`;
}

for (const [name, colours] of Object.entries(ICONS)) {
  const png = await sharp(Buffer.from(draw(colours)))
    .resize(512, 512)
    .png({ compressionLevel: 9, palette: false })
    .toBuffer();
  writeFileSync(`${EXTENSION}assets/${name}`, png);
}
