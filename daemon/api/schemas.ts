// The contract as TypeBox schemas: what requests are checked with, answers are written with, and OpenAPI is made of.
// schemas-check.ts stops the build when one of them drifts from shared/api.ts.
import { type Static, type TSchema, Type } from "typebox";
import { ERROR_STATUS, type ErrorCode, PICTURE_FORMATS } from "../../shared/api.ts";

/** Longest query, in characters; far more than anybody types, little enough for every part of the search. */
export const MAX_QUERY_LENGTH = 10_000;
export const MAX_PAGE_SIZE = 60;
/** PATH_MAX of Linux (macOS: 1024). */
const MAX_PATH_LENGTH = 4096;
const MAX_FILE_IDS = 10_000;
const MAX_TAGS = 100;
const MAX_TAG_LENGTH = 100;

const shapes: TSchema[] = [];

/** A named shape of an answer: a component of the OpenAPI document, registered with Fastify under its name. */
function shape<Properties extends Record<string, TSchema>>(name: string, properties: Properties) {
  const schema = Type.Object(properties, { $id: name });
  shapes.push(schema);
  return schema;
}

/** Refers to a named shape, with the type of what it refers to. */
export function ref<Schema extends TSchema>(schema: Schema) {
  return Type.Unsafe<Static<Schema>>({ $ref: `${(schema as { $id?: string }).$id}#` });
}

const orNull = <Schema extends TSchema>(schema: Schema) => Type.Union([schema, Type.Null()]);
const oneOf = <Text extends string>(...texts: readonly Text[]) => Type.Unsafe<Text>({ type: "string", enum: texts });
const id = () => Type.Integer({ minimum: 1, maximum: Number.MAX_SAFE_INTEGER });
const count = () => Type.Integer({ minimum: 0 });
const pathText = (description: string) =>
  Type.String({ minLength: 1, maxLength: MAX_PATH_LENGTH, pattern: "^[^\\u0000]+$", description });

// ---- requests: unknown keys are refused, so that a typing mistake is not silently ignored

const strict = { additionalProperties: false } as const;
const paging = {
  limit: Type.Optional(
    Type.Integer({ minimum: 1, maximum: MAX_PAGE_SIZE, description: "Page size; 30 when left out." }),
  ),
  offset: Type.Optional(
    Type.Integer({ minimum: 0, maximum: 1_000_000, description: "`nextOffset` of the page before." }),
  ),
};

export const NoQuery = Type.Object({}, strict);
export const IdParams = Type.Object({ id: id() }, strict);
export const PageQuery = Type.Object(paging, strict);
const duplicates = Type.Optional(oneOf("collapse", "show"));
export const SimilarQuery = Type.Object({ ...paging, duplicates }, strict);
/** Which pictures are looked among. */
const among = { folderId: Type.Optional(id()), only: Type.Optional(oneOf("favourite", "hidden")) };
export const SearchQuery = Type.Object(
  {
    q: Type.String({ maxLength: MAX_QUERY_LENGTH }),
    ...paging,
    ...among,
    duplicates,
    by: Type.Optional(oneOf("texts")),
  },
  strict,
);
export const RandomQuery = Type.Object(among, strict);
export const FileQuery = Type.Object({ as: Type.Optional(oneOf("png", "jpeg")) }, strict);
export const ThumbnailQuery = Type.Object(
  {
    v: Type.Optional(
      Type.String({ maxLength: 64, description: "Makes the URL unique, so that the answer may be kept." }),
    ),
    scene: Type.Optional(
      Type.Integer({ minimum: 1, maximum: 1_000_000, description: "A further frame of a moving picture, from 1." }),
    ),
  },
  strict,
);
export const OpenQuery = Type.Object({ code: Type.Optional(Type.String({ maxLength: 200 })) }, strict);
export const AddFolderRequest = Type.Object({ path: pathText("Absolute path, or one that starts with `~/`.") }, strict);
export const RescanRequest = Type.Object({ folderId: Type.Optional(id()) }, strict);
export const SimilarRequest = Type.Object({ path: pathText("Absolute path of a picture.") }, strict);
export const EmbedRequest = Type.Object(
  {
    text: Type.Optional(Type.String({ minLength: 1, maxLength: MAX_QUERY_LENGTH })),
    path: Type.Optional(pathText("Absolute path of a picture.")),
  },
  { ...strict, minProperties: 1, maxProperties: 1 },
);
export const UseModelRequest = Type.Object(
  { name: Type.String({ minLength: 1, maxLength: MAX_PATH_LENGTH, description: '"auto", or a name of `models`.' }) },
  strict,
);
export const RetryRequest = Type.Object(
  { fileIds: Type.Optional(Type.Array(id(), { maxItems: MAX_FILE_IDS })) },
  strict,
);
export const CheckRequest = Type.Object(
  { repair: Type.Optional(Type.Boolean({ description: "False: only looks." })) },
  strict,
);
export const MarkRequest = Type.Object(
  {
    favourite: Type.Optional(Type.Boolean()),
    hidden: Type.Optional(Type.Boolean()),
    tags: Type.Optional(
      Type.Array(
        Type.String({
          minLength: 1,
          maxLength: MAX_TAG_LENGTH,
          pattern: "^[^\\u0000-\\u001f\\u007f]*\\S[^\\u0000-\\u001f\\u007f]*$",
        }),
        {
          maxItems: MAX_TAGS,
        },
      ),
    ),
  },
  strict,
);
export const UseRequest = Type.Object(
  {
    kind: oneOf("copy", "paste", "open", "drag"),
    q: Type.Optional(Type.String({ maxLength: MAX_QUERY_LENGTH })),
  },
  strict,
);
export const ExportRequest = Type.Object({ as: oneOf("original", "png", "jpeg") }, strict);
export const RevealRequest = Type.Object({ path: Type.Optional(pathText("One of the picture's files.")) }, strict);
export const TrashRequest = Type.Object(
  { paths: Type.Optional(Type.Array(pathText("One of the picture's files."), { minItems: 1, maxItems: 1_000 })) },
  strict,
);
export const AddPictureQuery = Type.Object(
  { name: Type.Optional(Type.String({ minLength: 1, maxLength: 1_000, description: "File name to give it." })) },
  strict,
);

// ---- answers

export const ErrorBody = shape("Error", {
  error: Type.Object({
    code: oneOf(...(Object.keys(ERROR_STATUS) as ErrorCode[])),
    message: Type.String(),
    hint: Type.Optional(Type.String({ description: "The next step, in words for a person." })),
  }),
});

export const Health = shape("Health", {
  name: Type.Literal("rememe"),
  version: Type.String(),
  apiVersion: Type.Integer(),
  pid: Type.Integer(),
});

export const Counts = shape("Counts", {
  folders: count(),
  files: count(),
  images: count(),
  pending: count(),
  failed: count(),
  inCloud: count(),
});

export const ModelInfo = shape("ModelInfo", {
  id: Type.String(),
  title: Type.String(),
  dimension: Type.Integer(),
  licence: Type.String(),
  provider: Type.String(),
  providerReason: orNull(Type.String()),
});

export const ModelUpgrade = shape("ModelUpgrade", {
  title: Type.String(),
  phase: oneOf("waiting", "downloading", "checking", "indexing"),
  done: Type.Number(),
  total: Type.Number(),
  secondsLeft: orNull(Type.Number()),
  problem: orNull(Type.String()),
});

export const ModelChoice = shape("ModelChoice", {
  name: Type.String(),
  title: Type.String(),
  licence: Type.String(),
  researchOnly: Type.Boolean(),
  languages: Type.Array(Type.String()),
  dimension: Type.Integer(),
  imageSize: Type.Integer(),
  downloadBytes: orNull(Type.Number()),
  installed: Type.Boolean(),
  index: orNull(oneOf("searched", "building", "kept")),
});

export const ModelList = shape("ModelList", {
  setting: Type.String(),
  auto: Type.String(),
  models: Type.Array(ref(ModelChoice)),
});

export const EmbedAnswer = shape("EmbedAnswer", {
  model: Type.String(),
  dimension: Type.Integer(),
  vector: orNull(Type.Array(Type.Number())),
});

export const Status = shape("Status", {
  activity: oneOf("starting", "scanning", "indexing", "paused", "idle"),
  paused: Type.Boolean(),
  counts: ref(Counts),
  filesPerSecond: Type.Number(),
  secondsLeft: orNull(Type.Number()),
  currentDirectory: orNull(Type.String()),
  model: ref(ModelInfo),
  upgrade: orNull(ref(ModelUpgrade)),
  ocr: Type.Boolean(),
  version: Type.String(),
  startedAtMs: Type.Number(),
  libraryBytes: Type.Number(),
  notices: Type.Array(Type.String()),
});

export const FolderPermission = shape("FolderPermission", {
  advice: Type.String(),
  settingsUrl: orNull(Type.String()),
});

export const Folder = shape("Folder", {
  id: id(),
  path: Type.String(),
  state: oneOf("online", "offline", "denied", "undecided", "scanning"),
  permission: orNull(ref(FolderPermission)),
  files: count(),
  pending: count(),
  failed: count(),
  addedAtMs: Type.Number(),
  lastScanAtMs: orNull(Type.Number()),
});

export const FolderList = shape("FolderList", { folders: Type.Array(ref(Folder)) });

const imageProperties = {
  id: id(),
  path: Type.String(),
  name: Type.String(),
  folderId: id(),
  format: oneOf(...PICTURE_FORMATS, "video"),
  width: count(),
  height: count(),
  frames: count(),
  sizeBytes: Type.Number(),
  modifiedAtMs: Type.Number(),
  offline: Type.Boolean(),
  copies: count(),
  favourite: Type.Boolean(),
  hidden: Type.Boolean(),
  tags: Type.Array(Type.String()),
  thumbnailUrl: Type.String(),
  thumbnailPath: orNull(Type.String()),
};

export const Image = shape("Image", imageProperties);

export const ImageDetails = shape("ImageDetails", {
  ...imageProperties,
  text: Type.String(),
  paths: Type.Array(Type.String()),
  contentHash: Type.String(),
  indexedAtMs: Type.Number(),
});

export const WordMark = shape("WordMark", { word: Type.String(), start: count(), end: count() });
export const WordBox = shape("WordBox", {
  word: Type.String(),
  x: Type.Number(),
  y: Type.Number(),
  width: Type.Number(),
  height: Type.Number(),
});

export const Reason = Type.Union([
  Type.Object({ kind: Type.Literal("visual"), rank: Type.Number(), similarity: Type.Number() }),
  Type.Object({
    kind: Type.Literal("text"),
    field: oneOf("ocr", "name", "folder", "tag"),
    rank: Type.Number(),
    words: Type.Array(Type.String()),
    snippet: Type.String(),
    marks: Type.Array(ref(WordMark)),
    boxes: Type.Array(ref(WordBox)),
  }),
  Type.Object({ kind: Type.Literal("use"), rank: Type.Number() }),
]);

export const Scene = shape("Scene", { frame: orNull(count()), atMs: orNull(count()) });

export const SearchHit = shape("SearchHit", {
  image: ref(Image),
  scene: orNull(ref(Scene)),
  section: oneOf("match", "recent", "favourite", "newest"),
  similarCopies: count(),
  score: Type.Number(),
  strong: Type.Boolean(),
  why: Type.Array(Reason),
});

export const QueryReading = shape("QueryReading", {
  text: Type.String(),
  kind: oneOf("exact", "without", "filter", "similar", "spelling", "ignored"),
  meaning: Type.String(),
});

export const SearchAnswer = shape("SearchAnswer", {
  hits: Type.Array(ref(SearchHit)),
  nextOffset: orNull(count()),
  tookMs: Type.Number(),
  q: orNull(Type.String()),
  visual: Type.Boolean(),
  reading: Type.Array(ref(QueryReading)),
  notices: Type.Array(Type.String()),
});

export const DuplicateGroup = shape("DuplicateGroup", { id: id(), images: Type.Array(ref(Image)) });
export const DuplicateList = shape("DuplicateList", {
  groups: Type.Array(ref(DuplicateGroup)),
  total: count(),
  nextOffset: orNull(count()),
});

export const TagList = shape("TagList", {
  tags: Type.Array(Type.Object({ tag: Type.String(), images: count() })),
});
export const UseAnswer = shape("UseAnswer", { recorded: Type.Boolean() });
export const ForgetUsesAnswer = shape("ForgetUsesAnswer", { forgotten: count() });

export const ExportAnswer = shape("ExportAnswer", { path: Type.String(), mediaType: Type.String() });
export const TrashedFile = shape("TrashedFile", {
  id: id(),
  path: Type.String(),
  trashPath: orNull(Type.String()),
  trashedAtMs: Type.Number(),
});
export const TrashAnswer = shape("TrashAnswer", {
  moved: Type.Array(ref(TrashedFile)),
  failed: Type.Array(Type.Object({ path: Type.String(), message: Type.String() })),
});
export const TrashedList = shape("TrashedList", {
  files: Type.Array(ref(TrashedFile)),
  nextOffset: orNull(count()),
});
export const RevealAnswer = shape("RevealAnswer", { path: Type.String() });
export const RestoreAnswer = shape("RestoreAnswer", { path: Type.String() });
export const AddPictureAnswer = shape("AddPictureAnswer", { path: Type.String(), added: Type.Boolean() });

export const Failure = shape("Failure", {
  fileId: id(),
  path: Type.String(),
  stage: oneOf("read", "decode", "embed", "ocr", "thumbnail", "store", "crash", "timeout"),
  reason: Type.String(),
  message: Type.String(),
  attempts: count(),
  lastTryAtMs: Type.Number(),
  retryAtMs: orNull(Type.Number()),
});

export const FailureList = shape("FailureList", {
  failures: Type.Array(ref(Failure)),
  total: count(),
  nextOffset: orNull(count()),
});

export const RetryAnswer = shape("RetryAnswer", { retried: count() });
export const CheckFinding = shape("CheckFinding", {
  kind: oneOf(
    "damage",
    "stray-vectors",
    "missing-vectors",
    "sketches",
    "stray-texts",
    "missing-texts",
    "stale-texts",
    "stale-marks",
    "missing-thumbnails",
    "stray-thumbnails",
    "lost-files",
    "unexplained-failures",
    "forgotten-pictures",
    "counters",
  ),
  count: count(),
  message: Type.String(),
  done: orNull(Type.String()),
});

export const CheckAnswer = shape("CheckAnswer", {
  healthy: Type.Boolean(),
  pictures: count(),
  findings: Type.Array(ref(CheckFinding)),
  freedBytes: count(),
  libraryBytes: count(),
  tookMs: Type.Number(),
});

export const Link = shape("Link", { url: Type.String(), expiresAtMs: Type.Number() });

export const DaemonEvent = Type.Union([
  Type.Object({ type: Type.Literal("status"), status: ref(Status) }),
  Type.Object({ type: Type.Literal("library"), added: count(), removed: count() }),
]);

/** Every named shape, to be registered with Fastify. */
export const SHAPES: readonly TSchema[] = shapes;
