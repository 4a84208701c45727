// Boxes, of which MP4, HEIF and AVIF files are made (ISO/IEC 14496-12): reading and writing them, whatever is in them.

export interface Box {
  readonly type: string;
  /** Without its head. */
  readonly data: Buffer;
  /** With it. */
  readonly whole: Buffer;
}

const HEAD_BYTES = 8;
/** No list that is looked into here has as many. */
const MAX_BOXES = 1_000;

/** Of a damaged list those before the damage. */
export function boxesIn(list: Buffer): readonly Box[] {
  const boxes: Box[] = [];
  for (let at = 0; at + HEAD_BYTES <= list.length && boxes.length < MAX_BOXES; ) {
    // 0: up to the end. 1: the size follows as a longer number; only data that nobody looks into here is as large as that.
    const size = list.readUInt32BE(at) || list.length - at;
    const end = at + (size === 1 && at + 16 <= list.length ? Number(list.readBigUInt64BE(at + 8)) : size);
    if (end < at + HEAD_BYTES || end > list.length) break;
    const whole = list.subarray(at, end);
    boxes.push({ type: list.toString("latin1", at + 4, at + 8), data: whole.subarray(HEAD_BYTES), whole });
    at = end;
  }
  return boxes;
}

/** What is inside the first box on this path of types. Throws RangeError when there is none. */
export function inside(list: Buffer, ...path: readonly string[]): Buffer {
  return path.reduce((at, type) => {
    const box = boxesIn(at).find((each) => each.type === type);
    if (!box) throw new RangeError(`no ${type} box`);
    return box.data;
  }, list);
}

export function box(type: string, ...parts: readonly Uint8Array[]): Buffer {
  const bytes = parts.reduce((sum, { length }) => sum + length, HEAD_BYTES);
  return Buffer.concat([u32(bytes), Buffer.from(type, "latin1"), ...parts]);
}

/** A box with version and flags. */
export function fullBox(type: string, version: number, ...parts: readonly Uint8Array[]): Buffer {
  return box(type, Buffer.from([version, 0, 0, 0]), ...parts);
}

export function u16(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 2);
  for (const [index, value] of values.entries()) bytes.writeUInt16BE(value, index * 2);
  return bytes;
}

export function u32(...values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(values.length * 4);
  for (const [index, value] of values.entries()) bytes.writeUInt32BE(value, index * 4);
  return bytes;
}
