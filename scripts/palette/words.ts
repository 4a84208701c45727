// What the palette's words mean, in English, German, Spanish and French: colours, places, light, and scenes that are
// really colours in places. Spelling is lower case without accents, as the tokenizer leaves it; a plural "s" is understood.
import type { Colour, Place, Statistic } from "./features.ts";

export interface Meaning {
  /** Colours the word names; they bind to the places named near them ("red on the left"). */
  readonly colours?: Readonly<Partial<Record<Colour, number>>>;
  /** Where it puts the colours near it; negative: below, right, border. */
  readonly places?: Readonly<Partial<Record<Exclude<Place, "whole">, number>>>;
  /** Colours that belong in fixed places, whatever else is said. */
  readonly scene?: readonly (readonly [Colour, Place, number])[];
  readonly light?: Readonly<Partial<Record<Statistic, number>>>;
}

export interface Entry extends Meaning {
  readonly words: string;
}

/** Phrases that mean something else than their words, and the word they are read as. */
export const PHRASES: readonly (readonly [pattern: string, word: string])[] = [
  ["\\bblack[\\s-]*(?:and|&|n|/)?[\\s-]*white\\b", "monochrome"],
  ["\\bschwarz[\\s-]*(?:und|&|/)?[\\s-]*wei(?:ss|ß)(?:e|er|es|en)?\\b", "monochrome"],
  ["\\bblanco\\s+y\\s+negro\\b", "monochrome"],
  ["\\bnoir\\s+et\\s+blanc\\b", "monochrome"],
];

const COLOUR_WORDS: readonly Entry[] = [
  { words: "black noir noire schwarz schwarze schwarzer schwarzes schwarzen negro negra", colours: { black: 1 } },
  { words: "grey gray silver grau graue grauer graues grauen gris silber plata argent", colours: { grey: 1 } },
  { words: "white weiss weiß weisse weiße weisser weißer weisses weißes weissen weißen", colours: { white: 1 } },
  { words: "blanco blanca blanc blanche", colours: { white: 1 } },
  { words: "red reddish scarlet crimson ruby maroon blood rot rote roter rotes roten rotem", colours: { red: 1 } },
  { words: "rojo roja rouge", colours: { red: 1 } },
  { words: "orange amber tangerine orangen naranja anaranjado", colours: { orange: 1 } },
  { words: "yellow yellowish golden gold gelb gelbe gelber gelbes gelben amarillo amarilla", colours: { yellow: 1 } },
  { words: "jaune or dorado dore golden goldene", colours: { yellow: 1 } },
  {
    words: "green greenish emerald olive lime grun grune gruner grunes grunen verde vert verte",
    colours: { green: 1 },
  },
  { words: "cyan teal turquoise aqua turkis turquesa cian", colours: { cyan: 1 } },
  {
    words: "blue bluish azure navy indigo blau blaue blauer blaues blauen azul azules bleu bleue",
    colours: { blue: 1 },
  },
  { words: "purple violet lilac lavender mauve lila violett violette morado morada violeta", colours: { purple: 1 } },
  { words: "pink pinkish magenta fuchsia rosa rose", colours: { pink: 1 } },
  { words: "brown brownish chocolate wooden wood braun braune brauner braunes braunen", colours: { brown: 1 } },
  { words: "marron brun brune cafe holz madera bois", colours: { brown: 1 } },
  { words: "beige tan cream ivory khaki", colours: { beige: 1 } },
];

const PLACE_WORDS: readonly Entry[] = [
  { words: "top above upper upside oben obere arriba superior haut dessus", places: { top: 2 } },
  { words: "bottom below lower underneath ground floor unten untere boden abajo inferior suelo", places: { top: -2 } },
  { words: "bas dessous sol", places: { top: -2 } },
  { words: "left lefthand links linke linken linker izquierda izquierdo gauche", places: { left: 2 } },
  { words: "right righthand rechts rechte rechten rechter derecha derecho droite", places: { left: -2 } },
  { words: "centre center middle central mitte zentrum centro medio milieu", places: { centre: 2 } },
  { words: "background backdrop border frame edge hintergrund rand rahmen fondo borde marco", places: { centre: -2 } },
  { words: "fond bord cadre", places: { centre: -2 } },
];

const LIGHT_WORDS: readonly Entry[] = [
  {
    words: "dark darker darkness gloomy dim dunkel dunkle dunkler dunkles oscuro oscura sombre fonce",
    colours: { black: 0.5 },
    light: { brightness: -1.2 },
  },
  {
    words:
      "bright brighter light lighter sunny luminous helle heller helles claro clara brillante clair claire lumineux",
    colours: { white: 0.25 },
    light: { brightness: 1.2 },
  },
  { words: "pale pastel faded washed blass", colours: { white: 0.4 }, light: { brightness: 0.8, contrast: -0.6 } },
  {
    words:
      "colourful colorful vivid vibrant saturated bunt bunte bunter farbenfroh colorido colore coloree rainbow multicoloured multicolored regenbogen arcoiris",
    scene: ["red", "yellow", "green", "blue", "purple", "pink", "orange"].map(
      (colour) => [colour as Colour, "whole", 0.6] as const,
    ),
    light: { colourfulness: 0.3 },
  },
  {
    words: "monochrome greyscale grayscale colourless colorless schwarzweiss schwarzweiß bw",
    colours: { black: 0.6, grey: 0.8, white: 0.6 },
    light: { colourfulness: -1.2 },
  },
  { words: "contrast contrasting kontrast contraste", light: { contrast: 1 } },
  {
    words: "detailed busy cluttered textured noisy chaotic crowded",
    light: { edges: 1.2 },
  },
  {
    words: "plain simple minimal minimalist smooth flat empty blank leer vacio vide",
    light: { edges: -1, contrast: -1 },
  },
  { words: "horizontal", light: { horizontal: 1 } },
  { words: "vertical", light: { horizontal: -1 } },
];

const SCENE_WORDS: readonly Entry[] = [
  {
    words: "sky skies cloud clouds cloudy himmel cielo ciel wolke wolken nube nuage",
    places: { top: 2 },
    scene: [
      ["blue", "whole", 0.5],
      ["blue", "top", 1],
      ["white", "top", 0.5],
      ["cyan", "top", 0.3],
    ],
    light: { "brightness-top": 1 },
  },
  {
    words: "sunset sunrise dusk dawn sonnenuntergang sonnenaufgang atardecer amanecer crepuscule aube",
    scene: [
      ["orange", "whole", 1],
      ["red", "whole", 0.4],
      ["pink", "whole", 0.3],
      ["yellow", "whole", 0.4],
      ["purple", "whole", 0.4],
      ["purple", "top", 0.3],
      ["black", "top", -0.7],
      ["green", "whole", -0.5],
    ],
    light: { colourfulness: 0.3, "brightness-top": 0.6 },
  },
  {
    words: "night midnight nighttime nacht nachts noche nuit",
    scene: [
      ["black", "whole", 1],
      ["blue", "whole", 0.25],
      ["white", "whole", -0.4],
    ],
    light: { brightness: -1.2 },
  },
  {
    words: "space galaxy universe weltraum espacio espace cosmos",
    scene: [
      ["black", "whole", 1],
      ["purple", "whole", 0.3],
      ["blue", "whole", 0.3],
    ],
    light: { brightness: -0.8 },
  },
  {
    words: "snow snowy winter ice schnee eis nieve hielo neige glace",
    places: { top: -1 },
    scene: [
      ["white", "whole", 1],
      ["white", "top", -0.5],
      ["blue", "top", 0.2],
    ],
    light: { brightness: 0.6, colourfulness: -0.3 },
  },
  {
    words: "fog foggy mist misty nebel niebla brouillard",
    scene: [
      ["grey", "whole", 1],
      ["white", "whole", 0.4],
    ],
    light: { contrast: -1, edges: -0.6, colourfulness: -0.5 },
  },
  {
    words: "forest woods jungle tree trees wald baum baume bosque selva arbol arboles foret arbre",
    scene: [
      ["green", "whole", 1],
      ["brown", "whole", 0.25],
      ["black", "whole", 0.15],
    ],
    light: { edges: 0.5 },
  },
  {
    words: "grass grassy lawn meadow field gras wiese rasen hierba cesped prado herbe pelouse prairie",
    places: { top: -2 },
    scene: [
      ["green", "whole", 0.3],
      ["green", "top", -1.2],
      ["black", "whole", -0.2],
    ],
  },
  {
    words: "sea ocean water lake river underwater meer wasser mar oceano agua lago mer eau lac",
    places: { top: -1 },
    scene: [
      ["blue", "whole", 0.9],
      ["cyan", "whole", 0.5],
      ["blue", "top", -0.4],
      ["cyan", "top", -0.2],
    ],
  },
  {
    words: "beach strand playa plage",
    scene: [
      ["beige", "whole", 0.6],
      ["beige", "top", -0.8],
      ["blue", "whole", 0.5],
      ["blue", "top", 0.5],
      ["cyan", "whole", 0.2],
    ],
    light: { brightness: 0.3 },
  },
  {
    words: "desert sand sandy dune wuste arena desierto desierta sable",
    scene: [
      ["beige", "whole", 1],
      ["orange", "whole", 0.25],
      ["beige", "top", -0.5],
      ["blue", "top", 0.4],
      ["green", "whole", -0.4],
    ],
  },
  {
    words: "fire flame flames burning feuer flamme fuego llama feu",
    scene: [
      ["orange", "whole", 1],
      ["yellow", "whole", 0.5],
      ["red", "whole", 0.5],
      ["black", "whole", 0.5],
      ["black", "top", 0.3],
      ["green", "whole", -0.5],
    ],
    light: { colourfulness: 0.4, "brightness-top": -0.4 },
  },
  {
    words: "autumn herbst otono automne",
    scene: [
      ["orange", "whole", 0.8],
      ["brown", "whole", 0.7],
      ["red", "whole", 0.4],
      ["yellow", "whole", 0.4],
    ],
  },
  {
    words: "document paper page screenshot dokument papier pagina papel documento",
    scene: [
      ["white", "whole", 1],
      ["white", "centre", -0.2],
    ],
    light: { brightness: 0.8, colourfulness: -0.8 },
  },
  {
    words: "skin portrait face haut piel peau gesicht cara visage",
    scene: [
      ["beige", "whole", 0.6],
      ["beige", "centre", 0.8],
      ["brown", "centre", 0.3],
    ],
  },
];

export const ENTRIES: readonly Entry[] = [...COLOUR_WORDS, ...PLACE_WORDS, ...LIGHT_WORDS, ...SCENE_WORDS];

/** Words that neither say something nor count as unknown. */
export const FILLERS =
  "a an the of on in at with and or to is it very mostly much lot some all picture photo image meme colour color side part half " +
  "ein eine einen der die das dem den mit und auf im am in bild foto farbe seite sehr " +
  "un una unos el la los las de del con y en imagen color lado parte muy " +
  "une le les du des avec et sur dans au aux image couleur cote tres";
