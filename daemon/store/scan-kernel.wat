;; Scores of all pictures against one query, from sketches of one bit a dimension. Compiled by `npm run make:kernel` to scan-kernel.wasm.
;;
;; A group is four dimensions. What its four bits contribute to the score is looked up: 16 entries of one byte a group, made from the query
;; (sketch-memory.ts). A block holds 32 pictures, group by group: 16 bytes, picture k in the low half of byte k, picture 16 + k in the
;; high half. So one shuffle looks up one group of sixteen pictures at once. (The idea is that of Quick ADC: André, Kermarrec and
;; Le Scouarnec, "Cache locality is not enough", 2015, section 4.) Entries are at most 63: four of them fit into a byte.
(module
  (import "env" "memory" (memory 1))
  ;; sketches: address of the first block. groups: a multiple of 4. table: 16 bytes a group. scores: 32 unsigned 16-bit numbers a block.
  (func (export "scan") (param $sketches i32) (param $blocks i32) (param $groups i32) (param $table i32) (param $scores i32)
    (local $left i32) (local $entry i32)
    (local $code v128) (local $lookup v128)
    ;; Sums of up to four groups, one byte a picture: of the low and the high halves.
    (local $low v128) (local $high v128)
    ;; Sums so far, 16 bits a picture: pictures 0–7, 8–15, 16–23, 24–31.
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (block $done
      (br_if $done (i32.eqz (local.get $blocks)))
      (loop $block
        (local.set $a (v128.const i32x4 0 0 0 0))
        (local.set $b (v128.const i32x4 0 0 0 0))
        (local.set $c (v128.const i32x4 0 0 0 0))
        (local.set $d (v128.const i32x4 0 0 0 0))
        (local.set $left (local.get $groups))
        (local.set $entry (local.get $table))
        (loop $four
          (local.set $code (v128.load (local.get $sketches)))
          (local.set $lookup (v128.load (local.get $entry)))
          (local.set $low (i8x16.swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15)))))
          (local.set $high (i8x16.swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15)))))

          (local.set $code (v128.load offset=16 (local.get $sketches)))
          (local.set $lookup (v128.load offset=16 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $code (v128.load offset=32 (local.get $sketches)))
          (local.set $lookup (v128.load offset=32 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $code (v128.load offset=48 (local.get $sketches)))
          (local.set $lookup (v128.load offset=48 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $a (i16x8.add (local.get $a) (i16x8.extend_low_i8x16_u (local.get $low))))
          (local.set $b (i16x8.add (local.get $b) (i16x8.extend_high_i8x16_u (local.get $low))))
          (local.set $c (i16x8.add (local.get $c) (i16x8.extend_low_i8x16_u (local.get $high))))
          (local.set $d (i16x8.add (local.get $d) (i16x8.extend_high_i8x16_u (local.get $high))))
          (local.set $sketches (i32.add (local.get $sketches) (i32.const 64)))
          (local.set $entry (i32.add (local.get $entry) (i32.const 64)))
          (br_if $four (local.tee $left (i32.sub (local.get $left) (i32.const 4)))))
        (v128.store (local.get $scores) (local.get $a))
        (v128.store offset=16 (local.get $scores) (local.get $b))
        (v128.store offset=32 (local.get $scores) (local.get $c))
        (v128.store offset=48 (local.get $scores) (local.get $d))
        (local.set $scores (i32.add (local.get $scores) (i32.const 64)))
        (br_if $block (local.tee $blocks (i32.sub (local.get $blocks) (i32.const 1)))))))

  ;; Dot product of two rows of 16-bit numbers, as a 32-bit float. eights: how many times eight numbers. No number is -32768: two products
  ;; then fit into 32 bits.
  (func (export "dot") (param $a i32) (param $b i32) (param $eights i32) (result f32)
    (local $sum v128)
    (loop $eight
      (local.set $sum (f32x4.add (local.get $sum)
        (f32x4.convert_i32x4_s (i32x4.dot_i16x8_s (v128.load (local.get $a)) (v128.load (local.get $b))))))
      (local.set $a (i32.add (local.get $a) (i32.const 16)))
      (local.set $b (i32.add (local.get $b) (i32.const 16)))
      (br_if $eight (local.tee $eights (i32.sub (local.get $eights) (i32.const 1)))))
    (f32.add
      (f32.add (f32x4.extract_lane 0 (local.get $sum)) (f32x4.extract_lane 1 (local.get $sum)))
      (f32.add (f32x4.extract_lane 2 (local.get $sum)) (f32x4.extract_lane 3 (local.get $sum))))))
