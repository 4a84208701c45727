// Small SVG words that the scenes share.

export function rect(x: number, y: number, width: number, height: number, fill: string, radius = 0, more = ""): string {
  return `<rect x="${x}" y="${y}" width="${width}" height="${height}" rx="${radius}" fill="${fill}" ${more}/>`;
}

export function circle(x: number, y: number, radius: number, fill: string, more = ""): string {
  return `<circle cx="${x}" cy="${y}" r="${radius}" fill="${fill}" ${more}/>`;
}

export function ellipse(x: number, y: number, across: number, down: number, fill: string, more = ""): string {
  return `<ellipse cx="${x}" cy="${y}" rx="${across}" ry="${down}" fill="${fill}" ${more}/>`;
}

export function path(d: string, fill: string, more = ""): string {
  return `<path d="${d}" fill="${fill}" ${more}/>`;
}

export function stroke(d: string, colour: string, width: number, more = ""): string {
  return `<path d="${d}" fill="none" stroke="${colour}" stroke-width="${width}" stroke-linecap="round" stroke-linejoin="round" ${more}/>`;
}

/** A definition to fill with as "url(#id)"; stops are [0..1, colour, opacity], from top to bottom or along `direction` (x1 y1 x2 y2). */
export function gradient(
  id: string,
  stops: readonly (readonly [number, string, number?])[],
  direction: readonly [number, number, number, number] = [0, 0, 0, 1],
): string {
  const [x1, y1, x2, y2] = direction;
  return `<linearGradient id="${id}" x1="${x1}" y1="${y1}" x2="${x2}" y2="${y2}">${stopsSvg(stops)}</linearGradient>`;
}

/** Like `gradient`, from the centre outwards. */
export function radial(id: string, stops: readonly (readonly [number, string, number?])[]): string {
  return `<radialGradient id="${id}">${stopsSvg(stops)}</radialGradient>`;
}

function stopsSvg(stops: readonly (readonly [number, string, number?])[]): string {
  return stops
    .map(([at, colour, opacity = 1]) => `<stop offset="${at}" stop-color="${colour}" stop-opacity="${opacity}"/>`)
    .join("");
}

/** A filter to use as filter="url(#id)". */
export function blur(id: string, radius: number): string {
  return `<filter id="${id}" x="-50%" y="-50%" width="200%" height="200%"><feGaussianBlur stdDeviation="${radius}"/></filter>`;
}

/** A soft shadow below what is drawn with filter="url(#id)". */
export function shadow(id: string, down: number, radius: number, opacity: number): string {
  return `<filter id="${id}" x="-20%" y="-20%" width="140%" height="150%"><feDropShadow dx="0" dy="${down}" stdDeviation="${radius}" flood-color="#000" flood-opacity="${opacity}"/></filter>`;
}
