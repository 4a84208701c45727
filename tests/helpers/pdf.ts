// PDF files that tests make for themselves.

interface PdfOptions {
  /** Drawn in black, 24 points high, one line below the other. */
  readonly lines?: readonly string[];
  /** What else is drawn, in PDF's own words. */
  readonly drawing?: string;
  /** Width and height of the page in points. */
  readonly size?: readonly [number, number];
  /** Further entries of the page, such as "/Rotate 90". */
  readonly page?: string;
  /** Further entries of the catalogue. */
  readonly catalogue?: string;
  /** Further entries of the trailer. */
  readonly trailer?: string;
}

/** One page. */
export function pdf({
  lines = [],
  drawing = "",
  size = [300, 400],
  page = "",
  catalogue = "",
  trailer = "",
}: PdfOptions): Buffer {
  const text = lines.map((line, index) => `BT /F 24 Tf 20 ${size[1] - 40 - index * 30} Td (${line}) Tj ET`).join("\n");
  const content = `${drawing}\n0 g\n${text}`;
  const objects = [
    `<< /Type /Catalog /Pages 2 0 R ${catalogue} >>`,
    "<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
    `<< /Type /Page /Parent 2 0 R /MediaBox [0 0 ${size.join(" ")}] ${page} /Contents 4 0 R /Resources << /Font << /F 5 0 R >> >> >>`,
    `<< /Length ${content.length} >>\nstream\n${content}\nendstream`,
    "<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
  ];
  let file = "%PDF-1.4\n";
  const places = objects.map((object, index) => {
    const at = file.length;
    file += `${index + 1} 0 obj\n${object}\nendobj\n`;
    return `${String(at).padStart(10, "0")} 00000 n \n`;
  });
  const table = `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${places.join("")}`;
  const end = `trailer\n<< /Size ${objects.length + 1} /Root 1 0 R ${trailer} >>\nstartxref\n${file.length}\n%%EOF\n`;
  return Buffer.from(file + table + end, "latin1");
}
