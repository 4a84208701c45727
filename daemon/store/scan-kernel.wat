;; Estimates for all pictures against one query, from sketches of one bit a dimension. Compiled by `npm run make:kernel` to scan-kernel.wasm.
;;
;; A group is four dimensions. What its four bits contribute to the score is looked up: 16 entries of one byte a group, made from the query
;; (sketch-memory.ts). A block holds 32 pictures, group by group: 16 bytes, picture k in the low half of byte k, picture 16 + k in the
;; high half. So one shuffle looks up one group of sixteen pictures at once. (The idea is that of Quick ADC: André, Kermarrec and
;; Le Scouarnec, "Cache locality is not enough", 2015, section 4.) Entries are at most 63: four of them fit into a byte. Places in a
;; lookup table are below 16, for which the relaxed shuffle is the same on every machine, and a fifth of the work less.
;; After the groups a block has 32 reaches, unsigned 16-bit numbers (0: no picture), and room for 32 estimates, signed 16-bit numbers:
;; (score * factor - unit) * reach, within -32767 and 32767; -32768 where there is no picture.
(module
  (import "env" "memory" (memory 1 65536 shared))
  ;; Four scores and four reaches, as whole numbers → estimates.
  (func $estimate (param $scores v128) (param $reaches v128) (param $factor v128) (param $unit v128) (result v128)
    (i32x4.trunc_sat_f32x4_s (f32x4.mul
      (f32x4.sub (f32x4.mul (f32x4.convert_i32x4_u (local.get $scores)) (local.get $factor)) (local.get $unit))
      (f32x4.convert_i32x4_u (local.get $reaches)))))

  ;; Eight scores and eight reaches, 16 bits each → estimates.
  (func $estimates (param $scores v128) (param $reaches v128) (param $factor v128) (param $unit v128) (result v128)
    (v128.bitselect
      (i16x8.splat (i32.const -32768))
      (i16x8.max_s (i16x8.splat (i32.const -32767)) (i16x8.narrow_i32x4_s
        (call $estimate (i32x4.extend_low_i16x8_u (local.get $scores)) (i32x4.extend_low_i16x8_u (local.get $reaches))
          (local.get $factor) (local.get $unit))
        (call $estimate (i32x4.extend_high_i16x8_u (local.get $scores)) (i32x4.extend_high_i16x8_u (local.get $reaches))
          (local.get $factor) (local.get $unit))))
      (i16x8.eq (local.get $reaches) (v128.const i32x4 0 0 0 0))))

  ;; sketches: address of the first block. groups: a multiple of 4. table: 16 bytes a group. best: the highest estimate of each block,
  ;; signed 16-bit numbers.
  (func (export "scan") (param $sketches i32) (param $blocks i32) (param $groups i32) (param $table i32)
    (param $factor_of_all f32) (param $unit_of_all f32) (param $best i32)
    (local $left i32) (local $entry i32) (local $factor v128) (local $unit v128)
    (local $code v128) (local $lookup v128)
    ;; Sums of up to four groups, one byte a picture: of the low and the high halves.
    (local $low v128) (local $high v128)
    ;; Sums so far, 16 bits a picture: pictures 0–7, 8–15, 16–23, 24–31.
    (local $a v128) (local $b v128) (local $c v128) (local $d v128)
    (local.set $factor (f32x4.splat (local.get $factor_of_all)))
    (local.set $unit (f32x4.splat (local.get $unit_of_all)))
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
          (local.set $low (i8x16.relaxed_swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15)))))
          (local.set $high (i8x16.relaxed_swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15)))))

          (local.set $code (v128.load offset=16 (local.get $sketches)))
          (local.set $lookup (v128.load offset=16 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.relaxed_swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $code (v128.load offset=32 (local.get $sketches)))
          (local.set $lookup (v128.load offset=32 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.relaxed_swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $code (v128.load offset=48 (local.get $sketches)))
          (local.set $lookup (v128.load offset=48 (local.get $entry)))
          (local.set $low (i8x16.add (local.get $low)
            (i8x16.relaxed_swizzle (local.get $lookup) (v128.and (local.get $code) (i8x16.splat (i32.const 15))))))
          (local.set $high (i8x16.add (local.get $high) (i8x16.relaxed_swizzle (local.get $lookup)
            (v128.and (i16x8.shr_u (local.get $code) (i32.const 4)) (i8x16.splat (i32.const 15))))))

          (local.set $a (i16x8.add (local.get $a) (i16x8.extend_low_i8x16_u (local.get $low))))
          (local.set $b (i16x8.add (local.get $b) (i16x8.extend_high_i8x16_u (local.get $low))))
          (local.set $c (i16x8.add (local.get $c) (i16x8.extend_low_i8x16_u (local.get $high))))
          (local.set $d (i16x8.add (local.get $d) (i16x8.extend_high_i8x16_u (local.get $high))))
          (local.set $sketches (i32.add (local.get $sketches) (i32.const 64)))
          (local.set $entry (i32.add (local.get $entry) (i32.const 64)))
          (br_if $four (local.tee $left (i32.sub (local.get $left) (i32.const 4)))))
        (local.set $a (call $estimates (local.get $a) (v128.load (local.get $sketches)) (local.get $factor) (local.get $unit)))
        (local.set $b (call $estimates (local.get $b) (v128.load offset=16 (local.get $sketches)) (local.get $factor) (local.get $unit)))
        (local.set $c (call $estimates (local.get $c) (v128.load offset=32 (local.get $sketches)) (local.get $factor) (local.get $unit)))
        (local.set $d (call $estimates (local.get $d) (v128.load offset=48 (local.get $sketches)) (local.get $factor) (local.get $unit)))
        (v128.store offset=64 (local.get $sketches) (local.get $a))
        (v128.store offset=80 (local.get $sketches) (local.get $b))
        (v128.store offset=96 (local.get $sketches) (local.get $c))
        (v128.store offset=112 (local.get $sketches) (local.get $d))
        ;; The highest of eight, four, two, one.
        (local.set $a (i16x8.max_s
          (i16x8.max_s (local.get $a) (local.get $b)) (i16x8.max_s (local.get $c) (local.get $d))))
        (local.set $a (i16x8.max_s (local.get $a)
          (i8x16.shuffle 8 9 10 11 12 13 14 15 0 1 2 3 4 5 6 7 (local.get $a) (local.get $a))))
        (local.set $a (i16x8.max_s (local.get $a)
          (i8x16.shuffle 4 5 6 7 0 1 2 3 12 13 14 15 8 9 10 11 (local.get $a) (local.get $a))))
        (local.set $a (i16x8.max_s (local.get $a)
          (i8x16.shuffle 2 3 0 1 6 7 4 5 10 11 8 9 14 15 12 13 (local.get $a) (local.get $a))))
        (i32.store16 (local.get $best) (i16x8.extract_lane_s 0 (local.get $a)))
        (local.set $best (i32.add (local.get $best) (i32.const 2)))
        (local.set $sketches (i32.add (local.get $sketches) (i32.const 128)))
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
