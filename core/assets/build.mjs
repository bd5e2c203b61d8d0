// Builds core/static/core/{app.css,app.js,icons.svg} from core/assets/, always to the same bytes.
// `node core/assets/build.mjs [folder]`: another folder is used by check.mjs to compare.
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import * as esbuild from "esbuild";
import { transform } from "lightningcss";

const HERE = path.dirname(fileURLToPath(import.meta.url));
export const ROOT = path.resolve(HERE, "../..");
export const BUILT = path.join(ROOT, "core/static/core");
export const NAMES = ["app.css", "app.js", "icons.svg"];
// Chromium 109 is the last one for Windows 7; Safari 16.4 is on every supported iPhone.
export const TARGETS = { chrome: 109 << 16, safari: (16 << 16) | (4 << 8), ios_saf: (16 << 16) | (4 << 8) };
const LIMIT_GZ = 60_000;

function buildCss(folder) {
  const scratch = mkdtempSync(path.join(tmpdir(), "gongyi-css-"));
  try {
    const raw = path.join(scratch, "raw.css");
    const cli = path.join(ROOT, "node_modules/@tailwindcss/cli/dist/index.mjs");
    execFileSync(process.execPath, [cli, "-i", path.join(HERE, "css/app.css"), "-o", raw], { cwd: ROOT, stdio: "pipe" });
    const { code } = transform({ filename: "app.css", code: readFileSync(raw), minify: true, targets: TARGETS, errorRecovery: false });
    writeFileSync(path.join(folder, "app.css"), code);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
}

function buildJs(folder) {
  esbuild.buildSync({
    entryPoints: [path.join(HERE, "js/app.js")],
    outfile: path.join(folder, "app.js"),
    bundle: true, minify: true, format: "iife", target: ["chrome109", "safari16.4"],
    charset: "utf8", legalComments: "none", absWorkingDir: ROOT, logLevel: "warning",
  });
}

function buildIcons(folder) {
  const icons = JSON.parse(readFileSync(path.join(HERE, "icons.json"), "utf8"));
  const symbols = Object.keys(icons).sort().map((name) => {
    const svg = readFileSync(path.join(ROOT, "node_modules/lucide-static/icons", `${icons[name]}.svg`), "utf8");
    const inner = svg.slice(svg.indexOf(">", svg.indexOf("<svg")) + 1, svg.lastIndexOf("</svg>"));
    return `<symbol id="${name}" viewBox="0 0 24 24">${inner.replace(/\s*\n\s*/g, "").replace(/ \/>/g, "/>")}</symbol>`;
  });
  const head = "<!-- Lucide icons, ISC license; built by core/assets/build.mjs -->";
  writeFileSync(path.join(folder, "icons.svg"), `<svg xmlns="http://www.w3.org/2000/svg">${head}${symbols.join("")}</svg>\n`);
}

export function build(folder) {
  mkdirSync(folder, { recursive: true });
  buildCss(folder);
  buildJs(folder);
  buildIcons(folder);
  const sizes = NAMES.map((name) => {
    const bytes = readFileSync(path.join(folder, name));
    return { name, raw: bytes.length, gz: gzipSync(bytes, { level: 9 }).length, hash: createHash("sha256").update(bytes).digest("hex").slice(0, 12) };
  });
  const first = sizes.reduce((sum, s) => sum + s.gz, 0);
  if (first > LIMIT_GZ) throw new Error(`First load is ${first} bytes gz, over the limit of ${LIMIT_GZ}.`);
  return { sizes, first };
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const { sizes, first } = build(process.argv[2] ? path.resolve(process.argv[2]) : BUILT);
  for (const s of sizes) console.log(`${s.name.padEnd(10)} ${String(s.raw).padStart(7)} bytes ${String(s.gz).padStart(6)} gz  ${s.hash}`);
  console.log(`first load ${first} bytes gz (limit ${LIMIT_GZ})`);
}
