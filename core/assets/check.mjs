// Refuses: built files that are not what `npm run build` builds; CSS and JavaScript beyond Chromium 109 and
// Safari 16.4 without a reason written in beyond.json; unknown icons; inline styles and scripts in templates;
// sources that grow too long; a lock file with addresses.
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import path from "node:path";
import { transform } from "lightningcss";
import { BUILT, NAMES, ROOT, TARGETS, build } from "./build.mjs";

const require = createRequire(import.meta.url);
const bcd = require("@mdn/browser-compat-data");
const BEYOND = JSON.parse(readFileSync(path.join(ROOT, "core/assets/beyond.json"), "utf8"));
const wrong = [];

function walk(folder, ending) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const full = path.join(folder, entry.name);
    if (entry.isDirectory()) return ["node_modules", ".git", ".venv", "var", "static"].includes(entry.name) ? [] : walk(full, ending);
    return full.endsWith(ending) ? [full] : [];
  });
}
const short = (file) => path.relative(ROOT, file);

// -- built files are what the sources build ----------------------------------------------
function checkBuilt() {
  const folder = mkdtempSync(path.join(tmpdir(), "gongyi-assets-"));
  try {
    build(folder);
    for (const name of NAMES) {
      let there = Buffer.alloc(0);
      try { there = readFileSync(path.join(BUILT, name)); } catch { /* reported below */ }
      if (!there.equals(readFileSync(path.join(folder, name)))) wrong.push(`core/static/core/${name} is not what the sources build: run make assets.`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

// -- support -------------------------------------------------------------------------------
const number = (version) => { const [major, minor = "0"] = String(version).replace("≤", "").split("."); return Number(major) + Number(minor) / 100; };

function added(support) {
  const first = [support].flat().find((one) => one && !one.flags && !one.prefix && !one.alternative_name && !one.version_removed);
  const version = first?.version_added;
  return version === false || version === null || version === undefined ? Infinity : version === true || version === "preview" ? (version === true ? 0 : Infinity) : number(version);
}
const supported = (compat) => added(compat.support.chrome) <= 109 && added(compat.support.safari) <= 16.04;

function judge(kind, name, compat, where) {
  if (compat && !supported(compat) && !BEYOND[kind]?.[name]) wrong.push(`${where}: ${kind} ${name} is newer than Chromium 109 or Safari 16.4 (add a fallback and the reason to core/assets/beyond.json).`);
}

function checkCss() {
  const code = readFileSync(path.join(BUILT, "app.css"));
  const seen = { property: new Set(), selector: new Set(), rule: new Set(), function: new Set(), media: new Set() };
  transform({
    filename: "app.css", code, targets: TARGETS,
    visitor: {
      Declaration(declaration) { const name = declaration.property === "unparsed" ? declaration.value.propertyId.property : declaration.property === "custom" ? declaration.value.name : declaration.property; if (!name.startsWith("--")) seen.property.add(name); },
      Rule(rule) { seen.rule.add(rule.type); },
      Function(call) { seen.function.add(call.name); },
    },
  });
  const text = code.toString();
  for (const [, name] of text.matchAll(/::?([a-z][a-z-]+)(?=[\s,.:>+~#)({[\]]|$)/g)) seen.selector.add(name);
  for (const [, list] of text.matchAll(/@media\s*([^{]+)\{/g)) for (const [, name] of list.matchAll(/\(([a-z-]+)/g)) seen.media.add(name);
  for (const [, name] of text.matchAll(/(?<![\w-])([a-z][a-z-]+)\(/g)) seen.function.add(name);
  for (const name of seen.property) judge("property", name, bcd.css.properties[name]?.__compat, "app.css");
  for (const name of seen.selector) judge("selector", name, bcd.css.selectors[name]?.__compat, "app.css");
  for (const name of seen.media) judge("media", name, bcd.css["at-rules"].media[name.replace(/^(min|max)-/, "")]?.__compat, "app.css");
  for (const name of seen.function) {
    const compat = bcd.css.types[name]?.__compat ?? bcd.css.types.color?.[name]?.__compat ?? bcd.css.types.image?.[name]?.__compat;
    judge("function", name, compat, "app.css");
  }
  for (const rule of Object.keys(bcd.css["at-rules"])) if (text.includes(`@${rule}`)) judge("rule", rule, bcd.css["at-rules"][rule].__compat, "app.css");
  if (/\{[^{}]*&[^{}]*\{/.test(text)) wrong.push("app.css: nested rules were not flattened.");
}

// A member is refused when every interface that has one of this name is too new.
function members() {
  const known = new Map();
  const take = (name, compat) => { if (compat) known.set(name, (known.get(name) ?? false) || supported(compat)); };
  for (const [kind, entries] of [["api", bcd.api], ["javascript", bcd.javascript.builtins]]) {
    for (const [name, entry] of Object.entries(entries)) {
      take(name, entry.__compat);
      for (const [member, inner] of Object.entries(entry)) {
        if (member === "__compat") continue;
        take(member.replace(/_static$/, ""), inner.__compat);
        if (kind === "api" && member.endsWith("_event")) known.delete(member);
      }
    }
  }
  return known;
}

function checkJs() {
  const known = members();
  const files = [...walk(path.join(ROOT, "core/assets/js"), ".js"), path.join(BUILT, "app.js")];
  for (const file of files) {
    const text = readFileSync(file, "utf8").replace(/\/\/.*$/gm, file === path.join(BUILT, "app.js") ? "$&" : "");
    const used = new Set([...text.matchAll(/\.([A-Za-z]\w+)|new ([A-Z]\w+)/g)].map(([, member, maker]) => member ?? maker));
    for (const name of used) {
      if (known.get(name) === false && !BEYOND.javascript[name]) wrong.push(`${short(file)}: ${name} is newer than Chromium 109 or Safari 16.4 (add a fallback and the reason to core/assets/beyond.json).`);
    }
  }
}

// -- templates and sources -------------------------------------------------------------------
function checkTemplates() {
  const icons = JSON.parse(readFileSync(path.join(ROOT, "core/assets/icons.json"), "utf8"));
  for (const file of walk(ROOT, ".html").filter((one) => one.includes("/templates/"))) {
    const text = readFileSync(file, "utf8").replace(/\{% comment %\}[\s\S]*?\{% endcomment %\}/g, "");
    for (const [, name] of text.matchAll(/\{% icon "([^"]+)"|(?<=<c-[^>]*\sicon=")([a-z]+)(?=")/g)) if (name && !(name in icons)) wrong.push(`${short(file)}: no icon "${name}" in core/assets/icons.json.`);
    for (const [, name] of text.matchAll(/<c-[^>]*\s(?:chip_)?icon="([a-z]+)"/g)) if (!(name in icons)) wrong.push(`${short(file)}: no icon "${name}" in core/assets/icons.json.`);
    if (/<[^>]*\sstyle=/.test(text)) wrong.push(`${short(file)}: inline style (the policy refuses it; use a class or c-meter).`);
    if (/<[^>]*\son[a-z]+=/.test(text)) wrong.push(`${short(file)}: event attribute (the policy refuses it).`);
    if (/<script(?![^>]*\ssrc=)/.test(text)) wrong.push(`${short(file)}: inline script (the policy refuses it).`);
    if (/\bhx-(on|vals='?js|vals="?js)/.test(text)) wrong.push(`${short(file)}: hx-on or js: values need eval (the policy refuses it).`);
  }
  for (const file of [...walk(path.join(ROOT, "core/assets"), ".css"), ...walk(path.join(ROOT, "core/assets"), ".js"), ...walk(path.join(ROOT, "core/assets"), ".mjs")]) {
    const lines = readFileSync(file, "utf8").split("\n").length;
    if (lines > 400) wrong.push(`${short(file)} has ${lines} lines; split it by noun (400 at most).`);
  }
}

function checkLock() {
  const lock = readFileSync(path.join(ROOT, "package-lock.json"), "utf8");
  if (/"resolved"|"funding"|https?:/.test(lock)) wrong.push("package-lock.json holds an address: npm install --omit-lockfile-registry-resolved, then node core/assets/lock.mjs.");
}

if (!statSync(path.join(ROOT, "node_modules"), { throwIfNoEntry: false })) { console.error("node_modules is missing: run npm ci."); process.exit(2); }
for (const check of [checkBuilt, checkCss, checkJs, checkTemplates, checkLock]) check();
if (wrong.length) { console.error(wrong.map((line) => `✗ ${line}`).join("\n")); process.exit(1); }
console.log("assets: built files are current, within the browsers, icons and policy in order");
