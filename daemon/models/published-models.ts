// The catalog's entries. Commits, sizes and hashes are those that several public projects pin and check for the same files; a null is not
// known for certain and is taken from the hub's metadata once. Whatever is written here, a file that differs from it is never used.
import type { PublishedFile, PublishedModel, PublishedTower } from "./published.ts";

type FileRow = readonly [path: string, sizeBytes: number | null, sha256: string | null];
type TowerRow = readonly [dataType: PublishedTower["dataType"], ...FileRow];

const files = (...rows: FileRow[]): PublishedFile[] =>
  rows.map(([path, sizeBytes, sha256]) => ({ path, sizeBytes, sha256 }));
const towers = (...rows: TowerRow[]): PublishedTower[] =>
  rows.map(([dataType, path, sizeBytes, sha256]) => ({ dataType, path, sizeBytes, sha256 }));

/** Of some hundred that SigLIP 2 was trained with, those it is known to be good at. */
const MANY_LANGUAGES = ["en", "ar", "cs", "da", "de", "es", "fi", "fr", "he", "hu", "id", "it", "ja", "ko", "nl", "no"];
const MORE_LANGUAGES = ["pl", "pt", "ro", "ru", "sv", "th", "tr", "uk", "vi", "zh"];
/** exp(4.6052) = 100: CLIP's scale reached its upper limit in training. */
const CLIP_LOGIT = { logitScale: 4.6052 } as const;
const APPLE_RESEARCH = "Apple Machine Learning Research Model (research only)";

/** Eight-bit vision towers of SigLIP 2 are left out on purpose: their cosine with fp32 falls to 0.64 (docs/decisions.md). */
const siglip2At224: PublishedModel = {
  name: "siglip2-base-patch16-224",
  title: "SigLIP 2 base, 224 pixels (multilingual)",
  family: "siglip2",
  repository: "onnx-community/siglip2-base-patch16-224-ONNX",
  revision: "ba1f3b0843f24bc5417d38e19c37b287d719b2f4",
  licence: "Apache-2.0",
  isResearchOnly: false,
  languages: [...MANY_LANGUAGES, ...MORE_LANGUAGES],
  dimension: 768,
  imageSize: 224,
  logit: { logitScale: 4.724453, logitBias: -16.771725 },
  files: files(
    ["config.json", 435, "e43a9f7692d3819886a82cb2097048258d444f123c67d37ec825f9345b019cf2"],
    ["preprocessor_config.json", 394, "9b36b57ebaf20f09bf4c22100ccc21877ea6bfe5aead0c00c59f8af8ccefacfc"],
    ["tokenizer.json", 34_363_039, "cb9140fae3ac5122c972d37adf83e1248471a38147ad76f8215c8872c6fd8322"],
    ["tokenizer_config.json", 47_240, "7c3a247599e741bceba1a3fe0285aea88d1044dc1fad2caa1e48cdd9fd25f630"],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 371_807_752, "c0573e3f4140c3a7c4e9cc5912bd6b26a033b46a6a8e8af26cbea262b163bcad"],
    [
      "fp16",
      "onnx/vision_model_fp16.onnx",
      186_039_516,
      "a1959f7bd3993a607e48839f6d01e25b876fe76afda301b028b78eef68aabd95",
    ],
  ),
  text: towers(
    ["fp32", "onnx/text_model.onnx", 1_129_469_657, "baf12d941beabafafb14f7b4adb38dc15be18681b964a84410ec53d9d65e6293"],
    [
      "fp16",
      "onnx/text_model_fp16.onnx",
      564_862_230,
      "711da56ada0a4aa11c7dd3320df741081a3cae4f0ae1b5e5c6d5b294738d0eb0",
    ],
    [
      "q8",
      "onnx/text_model_quantized.onnx",
      283_438_275,
      "3a0603d3a00c05a80a6ded4743c16aaac7b1e62cdcc7e362e7ce418659b96400",
    ],
  ),
  dataTypes: { image: "fp16", text: "fp16" },
};

const { logit: _otherWeights, ...siglip2 } = siglip2At224;
const siglip2At256: PublishedModel = {
  ...siglip2,
  name: "siglip2-base-patch16-256",
  title: "SigLIP 2 base, 256 pixels (multilingual, a little better and a third slower)",
  repository: "onnx-community/siglip2-base-patch16-256-ONNX",
  revision: "d1114256522a37ffa257a0a58017348ab0058db2",
  imageSize: 256,
  files: files(
    ["config.json", null, null],
    ["preprocessor_config.json", null, null],
    ["tokenizer.json", 34_363_039, "cb9140fae3ac5122c972d37adf83e1248471a38147ad76f8215c8872c6fd8322"],
    ["tokenizer_config.json", null, null],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 371_992_072, "f5cb16728a704703f05516ded628397e11dbca4de2eb5db04b0c0bcee988aa7a"],
    [
      "fp16",
      "onnx/vision_model_fp16.onnx",
      186_131_676,
      "fe9ad8020a6d3d98d394c9be8f07064066135fc2f87ec11692de0b677c0ac4db",
    ],
    [
      "q4f16",
      "onnx/vision_model_q4f16.onnx",
      54_723_009,
      "e077a0e33fcc362a6e741a0c7571ba3044a4f8093bb0eaa9f93f54919191848a",
    ],
  ),
  text: towers(
    ["fp32", "onnx/text_model.onnx", 1_129_469_657, "d3de4a6bbbfcb429b6615ac496790353cf4a4fc0f19fbbe7179e523ae60daaef"],
    [
      "fp16",
      "onnx/text_model_fp16.onnx",
      564_862_230,
      "80954edffdc689599e5d5bc6a1738380bc9e8139a18e5c8892485f248b6b4890",
    ],
    [
      "q4f16",
      "onnx/text_model_q4f16.onnx",
      442_779_433,
      "a623a87e0fbaa31a4bfbbbb3deafea756fee9a436e945b545a027adb13824e48",
    ],
  ),
};

const siglip: PublishedModel = {
  name: "siglip-base-patch16-224",
  title: "SigLIP base, 224 pixels (English)",
  family: "siglip",
  repository: "Xenova/siglip-base-patch16-224",
  revision: "4649052661e53c7000355844105f8a1792088239",
  licence: "Apache-2.0",
  isResearchOnly: false,
  languages: ["en"],
  dimension: 768,
  imageSize: 224,
  logit: { logitScale: 4.764996, logitBias: -12.932437 },
  files: files(
    ["config.json", null, null],
    ["preprocessor_config.json", null, null],
    ["tokenizer.json", 2_398_744, "4a17c975210be5ab4c36b47d8dae4eefb866dbfb1e676e394aad85dc30a3ae08"],
    ["tokenizer_config.json", null, null],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 371_819_850, "f89d41bac7f4d4b87e010a467d93f98689d708916ed22f5a07f96fdfa26f475f"],
    ["fp16", "onnx/vision_model_fp16.onnx", null, null],
    [
      "q8",
      "onnx/vision_model_quantized.onnx",
      99_499_129,
      "ef14a954f3d57e1806666432bd9785004c1dc27100aa260eee0cb0f10a5de058",
    ],
  ),
  text: towers(
    ["fp32", "onnx/text_model.onnx", 441_332_132, "3aa7fdbd20eaa8740cce17bf82913de641fcb632a768fed59f661cdcd0c32553"],
    ["fp16", "onnx/text_model_fp16.onnx", null, null],
    [
      "q8",
      "onnx/text_model_quantized.onnx",
      111_475_220,
      "ad0329b1f35acc66d8953ff2559ce358da8eb0a7011794cf951523d63a4dbce2",
    ],
  ),
  dataTypes: { image: "fp32", text: "fp32" },
};

const clipB32: PublishedModel = {
  name: "clip-vit-base-patch32",
  title: "CLIP ViT-B/32 (English, small and quick)",
  family: "clip",
  repository: "Xenova/clip-vit-base-patch32",
  revision: "d15189d7028b43f1d3e65039190477f6af591c2a",
  licence: "MIT",
  isResearchOnly: false,
  languages: ["en"],
  dimension: 512,
  imageSize: 224,
  logit: CLIP_LOGIT,
  files: files(
    ["config.json", 4_524, "493ef57ff783e42d1530c91b53469b7fdf8db8a9c1408e86998fcb7899a4f495"],
    ["preprocessor_config.json", 520, "6f638fb9401a6d6296feff533ee7efe657b787c49f954f82f5906b36ef2a1b1f"],
    ["tokenizer.json", 2_224_119, "f7f3b7af117d467b58374797691a6438d3e6b9e9cef800dfd5dced7f697a90cd"],
    ["tokenizer_config.json", 775, "60ba2912bc6344c94bc16bbdec27fa1209409167b6f2fdf3cfe9e65462ea3967"],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 351_685_709, "fd6e1402a588279d1723c7534d4bcba5bc0b14b47dfab0e46f8c47b8270d7d40"],
    [
      "fp16",
      "onnx/vision_model_fp16.onnx",
      176_080_659,
      "35c4e0fb0aeee527dcde1693520b214a34424a786babd530f35366bad5844efd",
    ],
    [
      "q8",
      "onnx/vision_model_quantized.onnx",
      89_117_001,
      "583fd1110a514667812fee7d684952aaf82a99b959760c8d7dca7e0ab9839299",
    ],
  ),
  text: towers(
    ["fp32", "onnx/text_model.onnx", 254_058_553, "3f6571f5bad13a97c469c1622e1cfc4d9aef78b79fdbfcff804ca357bfada8cc"],
    [
      "fp16",
      "onnx/text_model_fp16.onnx",
      127_339_794,
      "df587ffbf248bf20d44fa6e16adc5ebc27ead691860e5333dbdaab5fd6bf3f6e",
    ],
    [
      "q8",
      "onnx/text_model_quantized.onnx",
      64_504_507,
      "73baab855d406190da9faa498cfedf65f15cf309f4cc7385b7b032e6d08e5c3a",
    ],
  ),
  dataTypes: { image: "fp16", text: "fp16" },
};

const clipL14: PublishedModel = {
  ...clipB32,
  name: "clip-vit-large-patch14",
  title: "CLIP ViT-L/14 (English, slow)",
  repository: "Xenova/clip-vit-large-patch14",
  revision: null,
  dimension: 768,
  files: files(
    ["config.json", null, null],
    ["preprocessor_config.json", null, null],
    ["tokenizer.json", null, null],
    ["tokenizer_config.json", null, null],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 1_216_438_437, null],
    ["fp16", "onnx/vision_model_fp16.onnx", null, null],
  ),
  text: towers(["fp32", "onnx/text_model.onnx", null, null], ["fp16", "onnx/text_model_fp16.onnx", null, null]),
};

const mobileClipS0: PublishedModel = {
  name: "mobileclip-s0",
  title: "MobileCLIP S0 (English, the quickest; research only)",
  family: "mobileclip",
  repository: "Xenova/mobileclip_s0",
  revision: "757d59c9c6870a76a4b0306f05f5061bca15c39f",
  licence: APPLE_RESEARCH,
  isResearchOnly: true,
  languages: ["en"],
  dimension: 512,
  imageSize: 256,
  files: files(
    ["config.json", 344, "8e33c1f2634a33de3e38715f9809ef86742aacbe31c310c66fc2636755458d56"],
    ["preprocessor_config.json", 382, "b031f09fbd69e22a605b6cc7433993249ee893b7fc1b79321f669cd015493dd4"],
    ["tokenizer.json", 2_224_081, "72ed5c96db5729294468543e4bc75fce14ca63f58e37300290189ba1c1e52b85"],
    ["tokenizer_config.json", 763, "a7d9d24f248071b792e4a3b56ab0539c2f40eec8da56d6fd91fb3a50058acebd"],
  ),
  image: towers(
    ["fp32", "onnx/vision_model.onnx", 45_543_630, "17d3c037b1d488c10c50e09f6009ea5a198caef4e0e8f4ea5617b7cb2d067ac0"],
    ["fp16", "onnx/vision_model_fp16.onnx", 22_876_479, null],
  ),
  text: towers(
    ["fp32", "onnx/text_model.onnx", null, "f6e9bd5742bfc515889e901634d8a2ff2a57fab8564e4ad3760e800b1a51b77c"],
    [
      "q8",
      "onnx/text_model_quantized.onnx",
      42_799_238,
      "b8557b10e5c23a0126c6d2e6eba48d240484979007917d128953b31618a04211",
    ],
  ),
  dataTypes: { image: "fp32", text: "q8" },
};

const mobileClipS2: PublishedModel = {
  ...mobileClipS0,
  name: "mobileclip-s2",
  title: "MobileCLIP S2 (English, quick; research only)",
  repository: "Xenova/mobileclip_s2",
  revision: "14fbf7f0155c67e643bf08a45ea0d51d0edf8740",
  files: files(
    ["config.json", null, null],
    ["preprocessor_config.json", null, null],
    ["tokenizer.json", null, null],
    ["tokenizer_config.json", null, null],
  ),
  image: towers(["fp32", "onnx/vision_model.onnx", null, null]),
  text: towers(["fp32", "onnx/text_model.onnx", null, null]),
  dataTypes: { image: "fp32", text: "fp32" },
};

const { logit: _clipWeights, ...clip } = clipB32;
const tinyClip: PublishedModel = {
  ...clip,
  name: "tinyclip-vit-40m-32",
  title: "TinyCLIP ViT-40M/32 (English, tiny)",
  repository: "onnx-community/TinyCLIP-ViT-40M-32-Text-19M-LAION400M-ONNX",
  revision: "737108a175dc6c043d9e64cf738baa91a272f7cb",
  files: files(
    ["config.json", null, null],
    ["preprocessor_config.json", null, null],
    ["tokenizer.json", null, "6d9109cc838977f3ca94a379eec36aecc7c807e1785cd729660ca2fc0171fb35"],
    ["tokenizer_config.json", null, null],
  ),
  image: towers([
    "fp32",
    "onnx/model.onnx",
    337_222_823,
    "893cc6ae59654fb23d22747d3af35442bab5ed995a493834f65a58fc4af4cf84",
  ]),
  text: towers([
    "fp32",
    "onnx/model.onnx",
    337_222_823,
    "893cc6ae59654fb23d22747d3af35442bab5ed995a493834f65a58fc4af4cf84",
  ]),
  isCombined: true,
  dataTypes: { image: "fp32", text: "fp32" },
};

/** Best first. */
export const PUBLISHED_MODELS: readonly PublishedModel[] = [
  siglip2At224,
  siglip2At256,
  siglip,
  clipL14,
  clipB32,
  tinyClip,
  mobileClipS2,
  mobileClipS0,
];
