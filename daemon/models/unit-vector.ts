// Unit length for embeddings, so that a dot product is a cosine.

/** Below this Euclidean length a vector says nothing; real encoders answer with lengths of about 1 and more. */
const NOTHING = 1e-6;

/** The vector scaled to unit length, or null when it is (almost) zero. */
export function unitVector(vector: Float32Array): Float32Array | null {
  const length = Math.hypot(...vector);
  return length < NOTHING ? null : vector.map((value) => value / length);
}
