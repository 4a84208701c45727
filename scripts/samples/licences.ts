// The text of samples/LICENSES.md: whose parts the pictures are made of, in the versions that were used.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import type { PartSource } from "./canvas.ts";

const require = createRequire(import.meta.url);

interface Source {
  readonly package: string;
  readonly home: string;
  readonly licence: string;
  readonly use: string;
}

const SOURCES: Readonly<Record<Exclude<PartSource, "rememe">, Source>> = {
  "Fluent Emoji": {
    package: "@iconify-json/fluent-emoji-flat",
    home: "https://github.com/microsoft/fluentui-emoji",
    licence: "MIT",
    use: "Figures and things in scenes and stickers, placed, turned and recoloured.",
  },
  Anton: font(
    "@fontsource/anton",
    "https://github.com/googlefonts/AntonFont",
    "Captions of memes and words on stickers",
  ),
  Inter: font("@fontsource/inter", "https://github.com/rsms/inter", "Captions on white bars, windows, chats"),
  "JetBrains Mono": font(
    "@fontsource/jetbrains-mono",
    "https://github.com/JetBrains/JetBrainsMono",
    "Terminal, editor, receipt",
  ),
  "Patrick Hand": font("@fontsource/patrick-hand", "https://fonts.google.com/specimen/Patrick+Hand", "Handwriting"),
};

function font(name: string, home: string, use: string): Source {
  return { package: name, home, licence: "OFL-1.1", use: `${use}, as outlines; no font file is contained.` };
}

/** The whole page, with the versions installed now. */
export function licencesPage(): string {
  const sections = Object.entries(SOURCES).map(([name, source]) => {
    const notice = source.licence === "MIT" ? MIT_NOTICE : copyrightLine(source.package);
    return [
      `## ${name}`,
      `- Package: \`${source.package}\` ${versionOf(source.package)}\n- Home: <${source.home}>\n- Licence: ${source.licence}\n- Used for: ${source.use}`,
      notice,
    ].join("\n\n");
  });
  return `${[INTRODUCTION, ...sections].join("\n\n")}\n`;
}

function versionOf(name: string): string {
  return (JSON.parse(readFileSync(require.resolve(`${name}/package.json`), "utf8")) as { version: string }).version;
}

function copyrightLine(name: string): string {
  const licence = readFileSync(join(dirname(require.resolve(`${name}/package.json`)), "LICENSE"), "utf8");
  return `> ${licence.split("\n", 1)[0]?.trim()}\n\nThe licence's text: <https://openfontlicense.org>. It does not extend to documents made with the font.`;
}

const INTRODUCTION = `# Licences of the sample pictures

\`npm run make:samples\` writes this page; change it in \`scripts/samples/licences.ts\`.

## rememe

All scenes, backgrounds and texts are drawn by the scripts in \`scripts/samples/\`, and have the licence of rememe (MIT, see
\`LICENSE\` at the top of the repository). No photograph and no picture of anybody else is contained. Every picture's parts
are listed in \`manifest.json\` by the names below.`;

const MIT_NOTICE = `> MIT License
>
> Copyright (c) Microsoft Corporation.
>
> Permission is hereby granted, free of charge, to any person obtaining a copy of this software and associated documentation
> files (the "Software"), to deal in the Software without restriction, including without limitation the rights to use, copy,
> modify, merge, publish, distribute, sublicense, and/or sell copies of the Software, and to permit persons to whom the
> Software is furnished to do so, subject to the following conditions:
>
> The above copyright notice and this permission notice shall be included in all copies or substantial portions of the
> Software.
>
> THE SOFTWARE IS PROVIDED "AS IS", WITHOUT WARRANTY OF ANY KIND, EXPRESS OR IMPLIED, INCLUDING BUT NOT LIMITED TO THE
> WARRANTIES OF MERCHANTABILITY, FITNESS FOR A PARTICULAR PURPOSE AND NONINFRINGEMENT. IN NO EVENT SHALL THE AUTHORS OR
> COPYRIGHT HOLDERS BE LIABLE FOR ANY CLAIM, DAMAGES OR OTHER LIABILITY, WHETHER IN AN ACTION OF CONTRACT, TORT OR OTHERWISE,
> ARISING FROM, OUT OF OR IN CONNECTION WITH THE SOFTWARE OR THE USE OR OTHER DEALINGS IN THE SOFTWARE.`;
